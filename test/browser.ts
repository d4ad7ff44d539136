/** A real Chromium for tests from outside, what axe finds of a page, and when a page has come to rest. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium, type Browser, type Page, type Request } from "playwright-core";

const EXECUTABLE = process.env["SANDGLASS_BROWSER"] ?? "";
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const QUIET_MS = 400;

/** Why browser tests are left out; false = they run. */
export const WITHOUT_BROWSER = EXECUTABLE === "" && "no Chromium was found (SANDGLASS_BROWSER is empty)";

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
}

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: unknown; readonly html: string }[];
}

/** Serious and critical findings of axe on the page as it stands. */
export async function seriousViolations(page: Page): Promise<string[]> {
  // Through the debugger, because the page's own policy refuses scripts from elsewhere.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate<{ readonly violations: readonly Violation[] }>(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })",
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${JSON.stringify(nodes.slice(0, 3).map(({ target, html }) => [target, html]))}`);
}

/**
 * Follows what a page asks of the server. @returns a wait until nothing is asked for a moment: Playwright's own
 * (`networkidle`) would wait for the live stream to end, which it never does.
 * @throws from the wait, when the page does not come to rest within `patienceMs`
 */
export function followRequests(page: Page): (patienceMs?: number) => Promise<void> {
  const pending = new Set<Request>();
  let changedAt = Date.now();
  const ended = (request: Request): void => {
    if (pending.delete(request)) changedAt = Date.now();
  };
  page.on("request", (request) => {
    if (request.resourceType() === "eventsource") return;
    pending.add(request);
    changedAt = Date.now();
  });
  page.on("requestfinished", ended);
  page.on("requestfailed", ended);
  return async (patienceMs = 10_000) => {
    const end = Date.now() + patienceMs;
    while (pending.size > 0 || Date.now() - changedAt < QUIET_MS) {
      if (Date.now() > end) {
        const urls = [...pending].map((request) => request.url());
        throw new Error(`${page.url()} does not come to rest: ${urls.join(" ")}`);
      }
      await page.waitForTimeout(50);
    }
  };
}
