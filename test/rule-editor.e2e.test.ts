/**
 * A rule written in Chinese in a real browser: its error is seen and put right, it is backtested on a recorded vehicle,
 * its sub-conditions are looked at, and a second person publishes it. Needs a Chromium (SANDGLASS_BROWSER) and the data.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, seriousViolations, WITHOUT_BROWSER } from "./browser.ts";
import { eventually, makeDataFolder, removeDataFolder, ROOT, RunningServer } from "./running-server.ts";

const CAR2 = join(process.env["SANDGLASS_DATA"] ?? join(ROOT, "../shared/data"), "ev-field-faults/car2_processed.zip");
const VIN = "LSGTESTCAR2000012";
const PASSWORD = "correct horse battery staple";

const RULE = `触发器 TEST-ALARM 版本 1 "Test alarm" / "测试报警" {
  适用于 车辆 ;
  当 最高报警等级 >= 3 且 车速 < 200 ;
  等级 3 ;
}
`;

const TESTS = JSON.stringify({
  tests: [
    {
      name: "level 3",
      every: "10 s",
      series: { "alarm.level": "0 3", speed: "30x2" },
      expect: ["firing TEST-ALARM at 0 s level 3"],
    },
    { name: "level 2", every: "10 s", series: { "alarm.level": "0 2", speed: "30x2" }, expect: [] },
  ],
});

test(
  "a rule is written, put right, backtested and published by a second person in the console",
  {
    skip: WITHOUT_BROWSER || (!existsSync(CAR2) && `needs ${CAR2}`),
    timeout: 280_000,
  },
  async () => {
    const data = makeDataFolder();
    const server = await RunningServer.start(data, ["--empty"]);
    let browser: Browser | undefined;
    after(async () => {
      await browser?.close();
      await server.stop();
      removeDataFolder(data);
    });
    const { console: origin, gateway } = { console: server.ready.console, gateway: server.gateway };
    await promisify(execFile)(
      process.execPath,
      [join(ROOT, "cli/src/main.ts"), "replay", CAR2, "--vin", VIN, "--port", String(gateway.port)],
      { maxBuffer: 1 << 24 },
    );
    const { items } = await server.api<{ items: { id: string }[] }>("POST", "/vehicles/search", { vin: VIN });
    await eventually("all rows are stored", 60_000, async () => {
      const counts = await server.api<{ realtime: number; reissued: number }>("GET", `/vehicles/${items[0].id}/counts`);
      return counts.realtime + counts.reissued === 14_385;
    });
    const opened = await fetch(`${origin}/api/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        account: "admin",
        password: readFileSync(join(data, "keys/admin.password"), "utf8").trim(),
      }),
    });
    const cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
    const add = async (path: string, body: object): Promise<void> => {
      const answer = await fetch(`${origin}/api/v1${path}`, {
        method: "POST",
        headers: { cookie, origin, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      assert.equal(answer.status, 201, await answer.text());
    };
    await add("/organisations", { id: "samr", kind: "authority", names: { en: "SAMR", zh: "市场监管总局" } });
    for (const account of ["writer", "second"])
      await add("/accounts", { account, name: account, role: "SAMR", organisation: "samr", password: PASSWORD });

    browser = await launchBrowser();
    const complaints: string[] = [];
    const signIn = async (account: string): Promise<Page> => {
      const context = await (browser as Browser).newContext({ viewport: { width: 1366, height: 768 } });
      const page = await context.newPage();
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.goto(`${origin}/sign-in?lang=zh`);
      await page.locator('input[name="account"]').fill(account);
      await page.locator('input[name="password"]').fill(PASSWORD);
      await page.locator('button[type="submit"]').click();
      await page.locator("nav").first().waitFor();
      return page;
    };
    const isSound = async (page: Page): Promise<void> => {
      assert.deepEqual(await seriousViolations(page), [], page.url());
      assert.equal(
        await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
        true,
        `${page.url()} fits 1366 px`,
      );
    };

    const writer = await signIn("writer");
    await writer.goto(`${origin}/rules/drafts?lang=zh`);
    await writer.getByRole("button", { name: "新建草案" }).click();
    await writer.getByRole("dialog").locator("input").fill("三级报警规则");
    await writer.getByRole("button", { name: "创建" }).click();
    await writer.getByText("可编译").waitFor();
    await writer.locator(".cm-content").click();
    // Deleted first: Chromium itself styles what is typed over a selection of several lines, and the policy reports it.
    await writer.keyboard.press("Control+a");
    await writer.keyboard.press("Delete");
    await writer.keyboard.insertText(RULE);
    await writer.getByText("1 处错误").waitFor();
    await writer.getByText("该数值须带单位").first().waitFor();
    await isSound(writer);
    await writer.locator(".cm-lintRange-error").first().hover();
    await writer.getByRole("button", { name: "改为 200 km/h" }).click();
    await writer.getByText("可编译").waitFor();

    // The same rule as a form: what is filled in stands in the text, everything else stays.
    await writer.getByText("表单", { exact: true }).click();
    const limit = writer.getByLabel("限值（含单位）").nth(1);
    await limit.fill("fast");
    await limit.press("Enter");
    await writer.getByText("无法这样写入").waitFor();
    await limit.fill("199 km/h");
    await limit.press("Enter");
    await isSound(writer);
    await writer.getByText("原文", { exact: true }).click();
    await writer.locator(".cm-line", { hasText: "当 最高报警等级 >= 3 且 车速 < 199 km/h ;" }).waitFor();
    await writer.locator(".cm-line", { hasText: "适用于 车辆 ;" }).waitFor();
    // Pressed in the editor itself: a click alone may meet the one that is about to be replaced.
    await writer.getByText("未保存").waitFor();
    await writer.locator(".cm-content").press("Control+s");
    await writer.getByText("已保存").waitFor();

    await writer.getByRole("tab", { name: "回测" }).click();
    await writer.getByText("全部", { exact: true }).click();
    await writer.getByLabel("车辆", { exact: true }).fill(VIN);
    await writer.getByRole("button", { name: "开始回测" }).click();
    await writer.getByText("数据与存证").waitFor({ timeout: 60_000 });
    assert.equal(await writer.locator("dl dd").filter({ hasText: /^4$/ }).count(), 2, "four firings, four work orders");
    await isSound(writer);
    await writer.getByRole("link", { name: "显示" }).first().click();
    await writer.getByText("触发 1 次").waitFor();
    await isSound(writer);
    await writer.getByRole("tab", { name: "治理" }).click();
    await writer.getByText("双人复核").waitFor();
    assert.equal(await writer.getByRole("button", { name: "发布" }).isDisabled(), true, "not by the author");
    await writer.getByLabel("责任人").fill("召回中心");
    await writer.getByRole("textbox", { name: "测试用例" }).fill(TESTS);
    await writer.getByText("通过 1，未通过 1").waitFor();
    await writer.getByRole("textbox", { name: "测试用例" }).fill(TESTS.replace("at 0 s", "at 10 s"));
    await writer.getByText("通过 2，未通过 0").waitFor();
    await isSound(writer);
    await writer.getByRole("button", { name: "保存" }).click();
    await writer.getByText("已保存").waitFor();

    const second = await signIn("second");
    await second.goto(`${writer.url().replace(/\?.*/, "")}?lang=en&tab=govern`);
    await second.getByRole("button", { name: "Publish" }).click();
    await second.getByRole("dialog").locator("textarea").first().fill("agreed in the meeting of the panel");
    await isSound(second);
    await second.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
    await second.getByText("This draft was published").waitFor();
    await second.getByText("In force", { exact: true }).first().waitFor();
    await isSound(second);
    await second.goto(`${origin}/rules?lang=en&trigger=TEST-ALARM`);
    await second.getByRole("heading", { name: "Published from drafts, in force" }).waitFor();
    const { items: published } = await server.api<{ items: { endedAt: string | null }[] }>(
      "GET",
      "/rules/publications",
    );
    assert.deepEqual(
      published.map(({ endedAt }) => endedAt),
      [null],
    );
    assert.deepEqual(complaints, [], "no errors or warnings in the browser's console");
  },
);
