/**
 * A rule on its way to force, through the real product on a recorded vehicle: draft, error, backtest, publication by a
 * second person, and the published rule firing live.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { projectInTest } from "./sandbox-walk.ts";
import { eventually, makeDataFolder, removeDataFolder, ROOT, RunningServer } from "./running-server.ts";

const run = promisify(execFile);
const DATA = process.env.SANDGLASS_DATA ?? join(ROOT, "../shared/data");
const CAR2 = join(DATA, "ev-field-faults/car2_processed.zip");
const VIN = "LSGTESTCAR2000012";
const PASSWORD = "correct horse battery staple";

const rule = (version: number, level: number) => `trigger TEST-ALARM version ${version} "Test alarm" / "测试报警" {
  applies to vehicle ;
  when alarm.level >= ${level} ;
  severity ${level} ;
}`;

interface Draft {
  readonly id: string;
  readonly revision: number;
  readonly setHash: string | null;
  readonly state: string;
}
interface SetReport {
  readonly firingsInAll: number;
  readonly triggers: readonly { readonly firings: number; readonly byDay: Record<string, number> }[];
  readonly firings: readonly {
    readonly onset: string;
    readonly clearedAt: string | null;
    readonly witnesses: number[];
  }[];
}
interface Backtest {
  readonly id: string;
  readonly state: string;
  readonly failure: string | null;
  readonly leaf: string | null;
  readonly report: {
    readonly set: SetReport;
    readonly baseline: SetReport | null;
    readonly difference: { readonly both: number; readonly onlyHere: number; readonly onlyBaseline: number } | null;
    readonly data: { readonly rows: number; readonly digest: string; readonly throughSeq: number };
  } | null;
}
interface Finding {
  readonly trigger: string;
  readonly level: number;
  readonly onset: string;
  readonly clearedAt: string | null;
  readonly project: string | null;
}

/** Code of a refusal. */
const refusedWith = (code: string) => (error: Error) => error.message.includes(code);

describe("a rule on its way to force", { skip: existsSync(CAR2) ? false : `needs ${CAR2}` }, () => {
  const data = makeDataFolder();
  let server: RunningServer;
  let author: (method: string, path: string, body?: unknown) => Promise<Response>;
  /** A second person puts a draft in force. */
  let publisher: <T>(draft: string, backtest: string) => Promise<T>;
  let live: Finding[];
  before(async () => {
    server = await RunningServer.start(data, ["--empty"]);
    const admin = await session("admin", readFileSync(join(data, "keys/admin.password"), "utf8").trim());
    const names = { en: "SAMR", zh: "市场监管总局" };
    const makerNames = { en: "Maker A", zh: "企业A" };
    const added = [
      await admin("POST", "/organisations", { id: "samr", kind: "authority", names }),
      await admin("POST", "/organisations", { id: "oem-a", kind: "maker", names: makerNames }),
    ];
    for (const [account, role, organisation] of [
      ["writer", "SAMR", "samr"],
      ["second", "SAMR", "samr"],
      ["expert", "EXPERT", "samr"],
      ["maker", "OEM", "oem-a"],
    ])
      added.push(await admin("POST", "/accounts", { account, name: account, role, organisation, password: PASSWORD }));
    for (const answer of added) assert.equal(answer.status, 201, await answer.text());
    author = await session("writer", PASSWORD);
    const second = await session("second", PASSWORD);
    publisher = async <T>(draft: string, backtest: string) => {
      const answer = await second("POST", `/rules/drafts/${draft}/publish`, {
        backtest,
        reason: "agreed in the meeting of the panel",
      });
      if (!answer.ok) throw new Error(await answer.text());
      return (await answer.json()) as T;
    };
    await run(
      process.execPath,
      [join(ROOT, "cli/src/main.ts"), "replay", CAR2, "--vin", VIN, "--port", String(server.gateway.port)],
      { maxBuffer: 1 << 24 },
    );
    await eventually("the four findings of car2", 60_000, async () => {
      live = (await server.list<Finding>("/findings")).filter(({ trigger }) => trigger === "GBT32960-ALARM");
      return live.length === 4;
    });
  });
  const session = async (account: string, password: string): Promise<typeof author> => {
    const opened = await fetch(`${server.ready.console}/api/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ account, password }),
    });
    assert.equal(opened.status, 200, await opened.clone().text());
    const cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
    return (method, path, body) =>
      fetch(`${server.ready.console}/api/v1${path}`, {
        method,
        headers: {
          cookie,
          origin: server.ready.console,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
  };
  after(async () => {
    await server.stop();
    removeDataFolder(data);
  });

  const backtest = async (body: object): Promise<Backtest> => {
    const { id } = await server.api<Backtest>("POST", "/backtests", body);
    let found: Backtest | undefined;
    await eventually("the backtest ends", 60_000, async () => {
      found = await server.api<Backtest>("GET", `/backtests/${id}`);
      return found.state !== "queued" && found.state !== "running";
    });
    assert.ok(found !== undefined);
    assert.equal(found.failure, null);
    return found;
  };
  const range = { from: "2000-01-01T00:00:00Z", to: "2026-11-01T00:00:00Z" };

  test("a backtest finds what supervision found live, and the same again", async () => {
    // A backtest sees what complete segments hold: history must have every row before the comparison means anything.
    await eventually("all rows are stored", 60_000, async () => {
      const { report } = await backtest({ ...range, text: rule(1, 3) });
      // One of the 14,385 frames is in the recording twice.
      return report?.data.rows === 14_384;
    });
    const first = await backtest({ ...range, text: rule(1, 3) });
    assert.ok(first.report !== null);
    assert.equal(first.report.set.firingsInAll, 4);
    assert.deepEqual(first.report.set.firings.map(({ onset }) => onset).sort(), live.map(({ onset }) => onset).sort());
    assert.ok(first.report.set.firings.every(({ witnesses }) => witnesses.length > 0));
    assert.ok(first.leaf !== null, "the report is in the ledger");
    const again = await backtest({ ...range, text: rule(1, 3) });
    assert.deepEqual(again.report?.set, first.report.set);
    assert.deepEqual(again.report?.data, first.report.data);
  });

  test("two texts are compared firing by firing", async () => {
    const { report } = await backtest({ ...range, text: rule(2, 2), baseline: rule(1, 3) });
    assert.ok(report?.difference && report.baseline);
    assert.equal(report.baseline.firingsInAll, 4);
    assert.equal(report.difference.both + report.difference.onlyBaseline, 4);
    assert.equal(report.difference.both + report.difference.onlyHere, report.set.firingsInAll);
  });

  test("a text that does not compile can be kept, but neither tested nor published", async () => {
    const kept = await server.api<Draft>("POST", "/rules/drafts", {
      title: "unfinished",
      text: "trigger X version 1 {",
    });
    assert.equal(kept.setHash, null);
    await assert.rejects(
      server.api("POST", "/backtests", { ...range, draft: kept.id }),
      refusedWith("SG_RULE_INVALID"),
    );
  });

  /** A maker finds the published rule by its name and takes it into the plan of a test, which the officer agrees to. */
  const projectWithRule = async (vin: string): Promise<string> => {
    const { id: vehicle } = await server.api<{ id: string }>("POST", "/vehicles", { vin, organisation: "oem-a" });
    const maker = await session("maker", PASSWORD);
    const { items } = (await (await maker("GET", "/rules/published")).json()) as {
      items: { id: string; version: number; title: object; newer: object | null }[];
    };
    assert.deepEqual(
      items.map(({ id, version, title, newer }) => [id, version, title, newer]),
      [["TEST-ALARM", 3, { en: "Test alarm", zh: "测试报警" }, null]],
    );
    return await projectInTest({
      maker,
      officer: await session("second", PASSWORD),
      expert: await session("expert", PASSWORD),
      vehicles: [vehicle],
      triggerSet: { rules: items.map(({ id, version }) => ({ trigger: id, version })) },
    });
  };

  test("who wrote a rule does not publish it; a second person does, with a backtest of exactly this text; it fires live, and in a project that took it", async () => {
    const created = await author("POST", "/rules/drafts", { title: "Test alarm", text: rule(3, 4) });
    assert.equal(created.status, 201, await created.clone().text());
    const draft = (await created.json()) as Draft;
    const changed = await author("PUT", `/rules/drafts/${draft.id}`, {
      title: "Test alarm",
      text: rule(3, 3),
      revision: 1,
    });
    assert.equal(changed.status, 200, await changed.clone().text());
    const stale = await author("PUT", `/rules/drafts/${draft.id}`, { title: "late", text: rule(3, 1), revision: 1 });
    assert.equal(stale.status, 409);
    assert.match(await stale.text(), /SG_RULE_CHANGED/);
    const { id: report } = await backtest({ ...range, draft: draft.id });
    const other = await backtest({ ...range, text: rule(3, 2) });
    const reason = "agreed in the meeting of the panel";
    const own = await author("POST", `/rules/drafts/${draft.id}/publish`, { backtest: report, reason });
    assert.equal(own.status, 409);
    assert.match(await own.text(), /SG_FOUR_EYES/);
    await assert.rejects(publisher(draft.id, other.id), refusedWith("SG_RULE_NOT_TESTED"));
    const testsOf = (expect: string[]) =>
      JSON.stringify({ tests: [{ name: "level 3", every: "10 s", series: { "alarm.level": "0 3" }, expect }] });
    const governed = async (revision: number, tests: string, approvers: string[]): Promise<void> => {
      const governance = { owner: "Defects division", deadlineHours: 24, approvers };
      const answer = await author("PUT", `/rules/drafts/${draft.id}`, {
        title: "Test alarm",
        text: rule(3, 3),
        tests,
        governance,
        revision,
      });
      assert.equal(answer.status, 200, await answer.text());
    };
    await governed(2, testsOf(["firing TEST-ALARM at 0 s level 3"]), ["somebody"]);
    const publish = () => publisher(draft.id, report);
    await assert.rejects(publish(), refusedWith("SG_FOUR_EYES"), "only who is named approves it");
    await governed(3, testsOf(["firing TEST-ALARM at 0 s level 3"]), []);
    await assert.rejects(publish(), refusedWith("SG_RULE_TEST_FAILED"));
    const passing = testsOf(["firing TEST-ALARM at 10 s level 3"]);
    const tried = await author("POST", "/rules/test", { text: rule(3, 3), tests: passing });
    assert.deepEqual(await tried.json(), { problem: null, results: [{ name: "level 3", problem: null }] });
    await governed(4, passing, []);
    const service = server.api("POST", `/rules/drafts/${draft.id}/publish`, { backtest: report, reason });
    await assert.rejects(service, refusedWith("SG_FOUR_EYES"), "the printed token is nobody's");
    const published = await publisher<{ tests: string; governance: unknown }>(draft.id, report);
    assert.equal(published.tests, passing, "a published version carries its tests and who stands for it");
    assert.deepEqual(published.governance, { owner: "Defects division", deadlineHours: 24, approvers: [] });
    await assert.rejects(publisher(draft.id, report), refusedWith("SG_RULE_STATE"));
    const before = (await server.list<Finding>("/findings")).filter(({ trigger }) => trigger === "TEST-ALARM");
    assert.deepEqual(before, [], "what was received before is not judged by it");
    const project = await projectWithRule("LSGTESTCAR2000039");
    await run(
      process.execPath,
      [
        join(ROOT, "cli/src/main.ts"),
        "replay",
        CAR2,
        "--vin",
        "LSGTESTCAR2000039",
        "--port",
        String(server.gateway.port),
      ],
      { maxBuffer: 1 << 24 },
    );
    await eventually("the published rule fires", 60_000, async () => {
      const fired = (await server.list<Finding>("/findings")).filter(({ trigger }) => trigger === "TEST-ALARM");
      const inProject = fired.filter((finding) => finding.project === project);
      return inProject.length === 4 && fired.length === 8;
    });
    await eventually("the project is warned by it", 30_000, async () => {
      const { findings } = await server.api<{ findings: { trigger: string; effect: string }[] }>(
        "GET",
        `/projects/${project}`,
      );
      return findings[0]?.trigger === "TEST-ALARM" && findings[0].effect === "warn";
    });
    const leaves = await server.list<{ kind: string; subject: string }>("/ledger/leaves");
    assert.equal(leaves.filter(({ kind }) => kind === "rule-publication").length, 1);
    const used = await author("POST", "/rules/drafts", { title: "again", text: rule(3, 3) });
    const { id } = (await used.json()) as Draft;
    const again = await backtest({ ...range, draft: id });
    await assert.rejects(publisher(id, again.id), refusedWith("SG_RULE_VERSION_USED"));
  });
});
