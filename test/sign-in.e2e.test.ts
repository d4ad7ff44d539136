/**
 * Accounts in a real browser: the security administrator adds an organisation and a person; the person replaces the first password,
 * adds an authenticator app and a passkey (a virtual authenticator), signs in with each; a token; the audit administrator reads who did
 * what. Needs a Chromium (SANDGLASS_BROWSER); skips with the reason without one.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { hotp, stepAt } from "../server/src/access/totp.ts";
import { launchBrowser, seriousViolations, WITHOUT_BROWSER } from "./browser.ts";
import { makeDataFolder, removeDataFolder, RunningServer } from "./running-server.ts";

/** Where to leave pictures of the pages for a person to look at; empty = none. */
const PICTURES = process.env["SANDGLASS_PICTURES"] ?? "";
const FIRST = "first-password-of-li";
const PASSWORD = "second-password-of-li";
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

test(
  "people sign in with passwords, apps and passkeys, and administrators keep and review accounts, in the console",
  { skip: WITHOUT_BROWSER, timeout: 240_000 },
  async () => {
    const data = makeDataFolder();
    let server: RunningServer | undefined;
    let browser: Browser | undefined;
    after(async () => {
      await browser?.close();
      await server?.stop();
      removeDataFolder(data);
    });
    server = await RunningServer.start(data, ["--empty"]);
    // Browsers offer passkeys under localhost, not under an IP address.
    const origin = server.ready.console.replace("127.0.0.1", "localhost");
    const secretOf = (account: string) => readFileSync(join(data, `keys/${account}.password`), "utf8").trim();
    browser = await launchBrowser();
    const complaints: string[] = [];
    const open = async (): Promise<Page> => {
      const context = await (browser as Browser).newContext({ viewport: { width: 1366, height: 768 } });
      const page = await context.newPage();
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error" && !/status of 40[013]/.test(message.text())) complaints.push(message.text());
      });
      return page;
    };
    const fill = async (page: Page, account: string, password: string): Promise<void> => {
      await page.goto(`${origin}/sign-in?lang=en`);
      await page.locator('input[name="account"]').fill(account);
      await page.locator('input[name="password"]').fill(password);
      await page.locator('button[type="submit"]').click();
    };
    const isInside = (page: Page) => page.locator("nav").first().waitFor();
    const isSound = async (page: Page, name: string): Promise<void> => {
      assert.deepEqual(await seriousViolations(page), [], `${name}: ${page.url()}`);
      if (PICTURES !== "") await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
    };
    const choose = async (page: Page, label: string, option: string): Promise<void> => {
      await page
        .getByRole("textbox", { name: label })
        .or(page.getByRole("combobox", { name: label }))
        .last()
        .click();
      await page.getByRole("option", { name: option }).first().click();
    };
    const inBothLanguages = async (page: Page, path: string, name: string): Promise<void> => {
      for (const language of ["zh", "en"]) {
        await page.goto(`${origin}${path}${path.includes("?") ? "&" : "?"}lang=${language}`);
        await page.locator("table, h1").first().waitFor();
        await page.waitForTimeout(300);
        await isSound(page, `${name}-${language}`);
      }
    };

    const guard = await open();
    await fill(guard, "admin", secretOf("admin"));
    await isInside(guard);
    await guard.goto(`${origin}/admin?tab=organisations&lang=en`);
    await guard.getByRole("button", { name: "Add an organisation" }).click();
    await guard.getByLabel("Id", { exact: false }).first().fill("oem-x");
    await guard.getByLabel("Chinese name").fill("整车企业甲");
    await guard.getByLabel("English name").fill("Maker X");
    await choose(guard, "Kind", "Vehicle maker");
    await guard.getByLabel("Seat or territory").fill("440300");
    await guard.getByRole("button", { name: "Save" }).click();
    await guard.getByRole("cell", { name: "Maker X" }).waitFor();
    await guard.goto(`${origin}/admin?lang=en`);
    await guard.getByRole("button", { name: "Add an account" }).click();
    await guard.getByRole("textbox", { name: "Account" }).fill("li");
    await guard.getByRole("textbox", { name: "Name" }).fill("Li Ming");
    await choose(guard, "Role", "Vehicle maker");
    await choose(guard, "Organisation", "Maker X");
    await guard.getByLabel("First password").fill(FIRST);
    await guard.getByRole("button", { name: "Save" }).click();
    await guard.getByRole("cell", { name: "Li Ming" }).waitFor();
    for (const tab of ["people", "organisations", "tokens", "policy"])
      await inBothLanguages(guard, `/admin?tab=${tab}`, `admin-${tab}`);

    const person = await open();
    const devtools = await person.context().newCDPSession(person);
    await devtools.send("WebAuthn.enable");
    await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await person.goto(`${origin}/sign-in?lang=zh`);
    await isSound(person, "sign-in-zh");
    await fill(person, "li", FIRST);
    await person.waitForURL(/first-steps/);
    await isSound(person, "first-steps");
    await person.goto(`${origin}/vehicles`);
    await person.waitForURL(/first-steps/);
    await person.goto(`${origin}/first-steps?lang=en`);
    await person.getByLabel("Present password").fill(FIRST);
    await person.getByLabel("New password").fill(PASSWORD);
    await person.getByRole("button", { name: "Change the password" }).click();
    await person.getByRole("button", { name: "Open the console" }).click({ timeout: 20_000 });
    await isInside(person);

    await person.goto(`${origin}/account?lang=en`);
    await person.getByRole("button", { name: "Use an authenticator app" }).click();
    await person.getByRole("img", { name: "QR code for the authenticator app" }).waitFor();
    const secret = fromBase32(
      (
        await person
          .locator("form span span")
          .filter({ hasText: /^[A-Z2-7]{32}$/ })
          .innerText()
      ).trim(),
    );
    await isSound(person, "account-totp");
    const code = () => hotp(secret, stepAt(Date.now()));
    await person.getByLabel("Code that the app shows").fill(code());
    await person.getByRole("button", { name: "Confirm" }).click();
    const codes = person.getByText(/^[a-z2-7]{5}-[a-z2-7]{5}$/);
    await codes.first().waitFor();
    const recovery = await codes.first().innerText();
    await person.getByRole("textbox", { name: "Name" }).last().fill("Test key");
    await person.getByRole("button", { name: "Add a passkey" }).click();
    await person.getByText("Test key").waitFor();
    await person.getByRole("textbox", { name: "Name" }).first().fill("probe");
    await person.getByRole("button", { name: "Make a token" }).click();
    const token = (await person.getByText(/^sgt_[\w-]{43}$/).innerText()).trim();
    const asked = await fetch(`${origin}/api/v1/vehicles`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(asked.status, 200);
    await inBothLanguages(person, "/account", "account");

    const signOut = async (): Promise<void> => {
      await person.context().clearCookies();
    };
    await signOut();
    await fill(person, "li", PASSWORD);
    await person.getByRole("button", { name: "Use a recovery code" }).click();
    await isSound(person, "second-factor");
    await person.getByLabel("Recovery code").fill(recovery);
    await person.getByRole("button", { name: "Sign in" }).click();
    await isInside(person);
    await signOut();
    await fill(person, "li", PASSWORD);
    await person.getByRole("button", { name: "Use a passkey" }).click();
    await person.getByRole("button", { name: "Use a passkey" }).click();
    await isInside(person);
    await signOut();
    await person.goto(`${origin}/sign-in?lang=en`);
    await person.getByRole("button", { name: "Sign in with a passkey" }).click();
    await isInside(person);
    await person.goto(`${origin}/account?lang=en`);
    await person.getByRole("cell", { name: "Passkey", exact: true }).waitFor();

    // Without a session any more, an open page leads to the sign-in, and from there back to where one was going.
    await signOut();
    await person.getByRole("link", { name: "Vehicles" }).click();
    await person.getByText("You are signed out").waitFor();
    assert.match(person.url(), /\/sign-in\?next=\/vehicles&/);
    await person.getByRole("button", { name: "Sign in with a passkey" }).click();
    await person.waitForURL(/\/vehicles$/);

    const auditor = await open();
    await fill(auditor, "audit", secretOf("audit"));
    await isInside(auditor);
    await auditor.goto(`${origin}/audit?lang=en`);
    await auditor.getByText("passkey.add").first().waitFor();
    await inBothLanguages(auditor, "/audit", "audit");
    await auditor.goto(`${origin}/audit?action=account.&lang=en`);
    await auditor.getByText("account.create").first().waitFor();
    assert.deepEqual(complaints, []);
  },
);
