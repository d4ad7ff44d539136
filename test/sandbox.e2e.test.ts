/**
 * The main path of an applicant in a real browser: a programme with its certainty marks, an application from its page, the draft with its
 * checklist, two drafts withdrawn by one bulk action, and the public pages without an account. Needs a Chromium (SANDGLASS_BROWSER); skips with the reason without one.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, WITHOUT_BROWSER } from "./browser.ts";
import { makeDataFolder, removeDataFolder, RunningServer } from "./running-server.ts";

test(
  "an application is made from the page of its programme, and the public reads without an account",
  { skip: WITHOUT_BROWSER, timeout: 180_000 },
  async () => {
    const data = makeDataFolder();
    const server = await RunningServer.start(data, ["--empty"]);
    let browser: Browser | undefined;
    after(async () => {
      await browser?.close();
      await server.stop();
      removeDataFolder(data);
    });
    browser = await launchBrowser();
    const { console: base, token } = server.ready;
    const inside = await browser.newContext({
      viewport: { width: 1366, height: 768 },
      extraHTTPHeaders: { authorization: `Bearer ${token}` },
    });
    const page = await inside.newPage();
    const failures: string[] = [];
    page.on("pageerror", (error) => failures.push(error.message));

    await page.goto(`${base}/programmes?lang=en`);
    await page.getByRole("link", { name: "Automobile safety sandbox" }).click();
    await page.getByText("Catalogue of admissible technology").first().waitFor();
    await page.getByText("product proposal, not law").first().waitFor();
    await page.getByRole("button", { name: "Apply" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Title").fill("Bonded pack, browser walk");
    await dialog.getByLabel("Organisation").click();
    await page.getByRole("option").first().click();
    await dialog.getByLabel("Role").click();
    await page.getByRole("option", { name: "Vehicle maker" }).click();
    await dialog.getByRole("textbox", { name: "Technology" }).fill("Pack that carries the body");
    await dialog.getByLabel("Object").click();
    await page.getByRole("option").first().click();
    await dialog.getByLabel("Catalogue item").click();
    await page.getByRole("option", { name: "Safety of new-energy systems" }).click();
    await dialog.getByRole("button", { name: "Open the draft" }).click();
    await page.getByRole("heading", { name: "Bonded pack, browser walk" }).waitFor();

    await page.getByRole("tab", { name: "Entry" }).click();
    await page.getByText("missing (required)").first().waitFor();
    assert.match(page.url(), /tab=entry/);

    // Vehicles and rule packs are found by name; nobody types an id.
    const [{ id: project, organisation }] = (
      await server.api<{ items: [{ id: string; organisation: string }] }>("GET", "/projects")
    ).items;
    await server.api("POST", "/vehicles", { vin: "LDKTEST0000000001", organisation });
    await page.getByRole("button", { name: "Edit application" }).click();
    const form = page.getByRole("dialog");
    await form.getByRole("textbox", { name: "Find: Vehicles or services" }).fill("LDKTEST0000000001");
    await form.getByRole("checkbox", { name: "LDK**********0001" }).check();
    await form.getByRole("combobox", { name: "Rule pack" }).click();
    await page.getByRole("option", { name: "Thermal runaway" }).click();
    await form.getByRole("combobox", { name: "Rule pack" }).click();
    await page.getByRole("option", { name: "Thermal runaway" }).click(); // Chosen again, it stays chosen.
    await form.getByText(/thermal-runaway · version \d+ · \d+ rules/).waitFor();
    await form.getByRole("button", { name: "Confirm: Edit application" }).click();
    await form.waitFor({ state: "detached" });
    const edited = await server.api<{ vehicles: string[]; triggerSet: { pack: string } }>(
      "GET",
      `/projects/${project}`,
    );
    assert.deepEqual([edited.vehicles.length, edited.triggerSet.pack], [1, "thermal-runaway"]);
    await page.getByText("Pack that carries the body").first().waitFor();

    await page.goto(`${page.url().replace("lang=en", "")}&lang=zh`);
    await page.getByText("缺少（必交）").first().waitFor();
    await withdrawInBulk(page, base);
    assert.deepEqual(failures, []);

    const outside = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1366, height: 768 } });
    const visitor = await outside.newPage();
    await visitor.goto(`${base}/public?lang=en`);
    await visitor.getByText("No project is in the register yet.").waitFor();
    await visitor.goto(`${base}/public/programmes?lang=zh`);
    await visitor.getByText("汽车安全沙盒监管").first().waitFor();

    await visitor.getByRole("link", { name: "提交投诉" }).click();
    await visitor.getByLabel("标题").fill("夜间测试噪声");
    await visitor.getByLabel("发生了什么").fill("测试车辆凌晨两点在小区门口反复制动");
    await setTimeout(3_000); // A form that comes back sooner is taken for a machine's.
    await visitor.getByRole("button", { name: "提交投诉" }).click();
    const code = await visitor.locator("code.code").textContent();
    await visitor.getByRole("link", { name: "查询投诉" }).first().click();
    await visitor.getByLabel("查询码").fill(code ?? "");
    await visitor.getByRole("button", { name: "查询" }).click();
    await visitor.getByText("办理中").waitFor();
  },
);

/** A second draft, then both withdrawn by one action: chosen in the list, previewed, run, and read in the result. */
async function withdrawInBulk(page: Page, base: string): Promise<void> {
  const opened = await page.request.post(`${base}/api/v1/projects`, {
    data: { title: "Second draft", programme: "automobile-safety-sandbox" },
  });
  assert.equal(opened.status(), 201, await opened.text());
  await page.goto(`${base}/cases?type=sandbox-project&lang=en`);
  await page.getByRole("link", { name: "Second draft" }).waitFor();
  await page.getByLabel("Select all cases that are shown").check();
  await page.getByRole("button", { name: "Act on them" }).click();
  const dialog = page.getByRole("dialog", { name: "Act on 2 cases" });
  await dialog.getByRole("combobox", { name: "Action" }).click();
  await page.getByRole("option", { name: "Withdraw · possible for 2" }).click();
  await dialog.getByRole("button", { name: "Preview" }).click();
  assert.equal(await dialog.getByRole("button", { name: "Preview" }).count(), 1, "not without what has to be entered");
  await dialog.getByRole("textbox", { name: "Reasons" }).fill("Both are taken back");
  await dialog.getByRole("button", { name: "Preview" }).click();
  await dialog.getByText("Will be done").waitFor();
  await dialog.getByText("A preview changes no case.").waitFor();
  await dialog.getByRole("button", { name: "Do it (2 cases)" }).click();
  await page.getByLabel("2 of 2 handled").waitFor();
  await page.getByRole("cell", { name: "Done", exact: true }).nth(1).waitFor();
  assert.match(page.url(), /\/cases\/bulk\/blk_/);
}
