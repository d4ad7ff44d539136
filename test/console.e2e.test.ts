/**
 * The demonstration in a real browser: sign in, watch the fleet, see the sandbox project suspended by its rule, open the
 * explanation and the ledger, in both languages. Needs a Chromium (SANDGLASS_BROWSER); skips with the reason without one.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { followRequests, launchBrowser, seriousViolations, WITHOUT_BROWSER } from "./browser.ts";
import { eventually, makeDataFolder, removeDataFolder, RunningServer } from "./running-server.ts";

const PAGES = [
  "/",
  "/vehicles",
  "/findings",
  "/projects",
  "/cases",
  "/obligations",
  "/inbox",
  "/rules",
  "/commands",
  "/links",
  "/inspector",
  "/ledger",
] as const;

test(
  "the demonstration can be followed in the console, in both languages",
  { skip: WITHOUT_BROWSER, timeout: 280_000 },
  async (t) => {
    const data = makeDataFolder();
    const server = await RunningServer.start(data);
    let browser: Browser | undefined;
    after(async () => {
      await browser?.close();
      await server.stop();
      removeDataFolder(data);
    });
    browser = await launchBrowser();
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "en-GB" });
    const complaints: string[] = [];
    const openPage = async (): Promise<Page> => {
      const opened = await context.newPage();
      opened.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
      });
      opened.on("pageerror", (error) => complaints.push(error.message));
      return opened;
    };
    const page = await openPage();

    await page.goto(`${server.ready.console}/?lang=en`);
    await page.locator('input[name="account"]').fill("samr");
    await page.locator('input[name="password"]').fill("not the password");
    await page.locator('button[type="submit"]').click();
    await page.getByText("SG_SESSION_REFUSED").first().waitFor();
    complaints.length = 0; // Chromium reports the refused request itself.
    await page
      .locator('input[name="password"]')
      .fill(readFileSync(join(data, "keys/demo-password.key"), "utf8").trim());
    await page.locator('button[type="submit"]').click();
    await page.getByText("Fleet state").waitFor();

    // Meanwhile the battery fails: the first page stays open and has to show what comes of it.
    const walked = await openPage();
    const atRest = followRequests(walked);
    const look = async (path: string, language: "en" | "zh"): Promise<void> => {
      await walked.goto(`${server.ready.console}${path}?lang=${language}`);
      await walked.locator("main").waitFor();
      await atRest();
      assert.equal(
        await walked.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
        true,
        `${path} fits 1366 px`,
      );
      assert.equal(await walked.evaluate("document.documentElement.lang"), language === "zh" ? "zh-CN" : "en");
      assert.deepEqual(await seriousViolations(walked), [], `${path} in ${language}`);
    };
    for (const language of ["en", "zh"] as const) for (const path of PAGES) await look(path, language);

    const project = async () =>
      (await server.api<{ items: { id: string; state: string }[] }>("GET", "/projects")).items[0];
    await eventually(
      "the project is suspended by its rule",
      200_000,
      async () => (await project()).state === "SUSPENDED",
    );
    await page.getByText("Suspended").first().waitFor({ timeout: 20_000 });

    const { id } = await project();
    const detail = await server.api<{
      actions: { name: string; actor: { role: string } }[];
      suspension: { finding: string };
    }>("GET", `/projects/${id}`);
    assert.ok(
      detail.actions.some((action) => action.name === "riskTrigger" && action.actor.role === "system:trigger"),
      "the suspension is an action of the rule",
    );
    const finding = detail.suspension.finding;

    for (const language of ["en", "zh"] as const)
      for (const path of [`/projects/${id}`, `/findings/${finding}`]) await look(path, language);
    await walked.goto(`${server.ready.console}/findings/${finding}?lang=zh`);
    await walked.getByText("见证报文").first().waitFor();
    await walked.goto(`${server.ready.console}/projects/${id}?lang=zh`);
    await walked.locator('[title="system:trigger"]', { hasText: "触发器" }).first().waitFor();
    assert.deepEqual(complaints, [], "no errors or warnings in the browser's console");
    t.diagnostic(`${PAGES.length + 2} pages in two languages`);
  },
);
