/**
 * The demonstration in a real browser: sign in, watch the fleet, see the sandbox project suspended by its rule, open the
 * explanation and the ledger, in both languages. Needs a Chromium (SANDGLASS_BROWSER); skips with the reason without one.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, test } from "node:test";
import { chromium, type Browser, type Page } from "playwright-core";
import { eventually, makeDataFolder, removeDataFolder, RunningServer } from "./running-server.ts";

const BROWSER = process.env["SANDGLASS_BROWSER"] ?? "";
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
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
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly nodes: readonly { readonly target: unknown }[];
  }[];
}

/** Serious and critical findings of axe on the page as it stands. */
async function seriousViolations(page: Page): Promise<string[]> {
  // Through the debugger, because the page's own policy refuses scripts from elsewhere.
  await page.evaluate(axeSource);
  const result = await page.evaluate<AxeResult>(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })",
  );
  return result.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${JSON.stringify(nodes.slice(0, 3).map((node) => node.target))}`);
}

test(
  "the demonstration can be followed in the console, in both languages",
  { skip: BROWSER === "" && "no Chromium was found (SANDGLASS_BROWSER is empty)", timeout: 280_000 },
  async (t) => {
    const data = makeDataFolder();
    const server = await RunningServer.start(data);
    let browser: Browser | undefined;
    after(async () => {
      await browser?.close();
      await server.stop();
      removeDataFolder(data);
    });
    browser = await chromium.launch({ executablePath: BROWSER, args: ARGUMENTS });
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "en-GB" });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));

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

    for (const language of ["en", "zh"] as const) {
      for (const path of [...PAGES, `/projects/${id}`, `/findings/${finding}`]) {
        await page.goto(`${server.ready.console}${path}?lang=${language}`);
        await page.locator("main").waitFor();
        await page.waitForLoadState("networkidle", { timeout: 3_000 }).catch(() => {}); // The live stream never ends.
        assert.equal(
          await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
          true,
          `${path} fits 1366 px`,
        );
        assert.equal(await page.evaluate("document.documentElement.lang"), language === "zh" ? "zh-CN" : "en");
        assert.deepEqual(await seriousViolations(page), [], `${path} in ${language}`);
      }
    }
    await page.goto(`${server.ready.console}/findings/${finding}?lang=zh`);
    await page.getByText("见证报文").first().waitFor();
    await page.goto(`${server.ready.console}/projects/${id}?lang=zh`);
    await page.locator('[title="system:trigger"]', { hasText: "触发器" }).first().waitFor();
    assert.deepEqual(complaints, [], "no errors or warnings in the browser's console");
    t.diagnostic(`${PAGES.length + 2} pages in two languages`);
  },
);
