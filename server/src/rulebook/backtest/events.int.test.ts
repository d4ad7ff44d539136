/** Triggers that read events: a backtest over what is stored finds what supervision found live. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { openTestAccess, type TestAccess } from "../../access/testing.ts";
import { ALL } from "../../history/segments.fixture.ts";
import type { EventRow } from "../../journal/mod.ts";
import { eventRow } from "../../journal/event-rows.fixture.ts";
import { StoredEvents } from "../../journal/stored-events.fixture.ts";
import { SYSTEM_RULEBOOK, SYSTEM_SETUP } from "../../records/mod.ts";
import { EventSupervision, knownSubjects, storedEventRows } from "../../supervision/mod.ts";
import { compileRules } from "../compile.ts";
import { reportOf } from "./report.ts";
import { runBacktest, type BacktestInput, type BacktestPorts } from "./run.ts";

const T0 = Date.UTC(2026, 10, 22, 8);
const MINUTE = 60_000;
const pack = (name: string): string =>
  readFileSync(join(import.meta.dirname, "../../../../packs", name, "triggers.tdl"), "utf8");
const TEXT = `${pack("demo-ai")}
trigger LOGIN version 1 "Failed logins" / "登录失败" { applies to backend_account ;
  when login_failed at least 3 times in last 10 min ; severity 2 ; }
trigger TAKEOVER version 1 "No take-over" / "未接管" { applies to vehicle where maker == "A" ;
  when after takeover_request, no driver_takeover within 10 s ; severity 3 ; }
trigger FAST version 1 { when speed > 100 km/h ; severity 1 ; }`;

describe("a backtest of triggers that read events", () => {
  const texts = { sources: [{ text: TEXT }], regions: [] };
  const set = compileRules(texts);
  let t: TestAccess;
  let store: StoredEvents;
  let supervision: EventSupervision;
  let keys: Record<"chat" | "other" | "root" | "a" | "b", bigint>;
  let now = T0;

  before(async () => {
    t = await openTestAccess();
    for (const id of ["lab", "oem"])
      await t.access.directory.ensureOrganisation({ id, kind: "maker", names: { en: id, zh: id } });
    await t.access.subjects.noteSeen([
      { kind: "ai_service", name: "chat", organisation: "lab" },
      { kind: "ai_service", name: "other", organisation: "lab" },
      { kind: "backend_account", name: "root", organisation: "lab" },
    ]);
    const [a, b] = ["LSJE36091MS000001", "LSJE36091MS000002"];
    await t.access.registry.register(SYSTEM_SETUP, [
      { vin: a, organisation: "oem", maker: "A" },
      { vin: b, organisation: "oem", maker: "B" },
    ]);
    keys = {
      chat: t.access.subjects.keyOf("ai_service", "lab", "chat"),
      other: t.access.subjects.keyOf("ai_service", "lab", "other"),
      root: t.access.subjects.keyOf("backend_account", "lab", "root"),
      a: t.access.keyOf(a),
      b: t.access.keyOf(b),
    };
    store = await StoredEvents.open();
    supervision = await EventSupervision.start({
      records: t.records,
      journal: store.journal,
      dataDir: store.folder,
      assignments: { everywhere: [set], published: () => [], projects: () => [], version: () => 0 },
      now: () => now,
      rows: storedEventRows(store.history, async () => ALL),
      late: { share: 1 },
      checkpointMs: 1e9,
    });
  });
  after(async () => {
    await supervision.close();
    await store.close();
    await t.close();
  });

  let number = 0;
  const event = (
    subject: bigint,
    kind: number,
    second: number,
    name: string,
    value?: number,
    attributes = '{"fields":{}}',
  ): EventRow => {
    const time = T0 + Math.round(second * 1000);
    return eventRow(number++, { subject, kind, time, received: time + 200, name, value, attributes });
  };
  /** Cumulative counters, as an OpenTelemetry exporter sends them every five seconds. */
  const counter = (subject: bigint, second: number, name: string, value: number): EventRow =>
    event(
      subject,
      1,
      second,
      name,
      value,
      `{"fields":{},"counter":{"temporality":"cumulative","monotonic":true,"start":${T0}}}`,
    );

  /** Half an hour: the unsafe outputs of one service drift up and are mended; logins fail; a request goes unanswered. */
  function halfAnHour(): EventRow[] {
    const rows: EventRow[] = [];
    let [total, flagged] = [0, 0];
    for (let second = 0; second < 1800; second += 5) {
      const rate = second < 600 ? 0.001 : second < 1200 ? ((second - 600) / 600) * 0.09 : 0.001;
      total += 200;
      flagged += Math.round(200 * rate * 10) / 10;
      rows.push(counter(keys.chat, second, "outputs_total", total));
      rows.push(counter(keys.chat, second, "outputs_flagged", Math.round(flagged)));
      rows.push(counter(keys.other, second, "outputs_total", total));
      rows.push(counter(keys.other, second, "outputs_flagged", 1));
    }
    for (const second of [100, 130, 160, 700, 1500, 1510, 1520]) rows.push(event(keys.root, 2, second, "login_failed"));
    for (const vehicle of [keys.a, keys.b]) {
      rows.push(event(vehicle, 0, 300, "takeover_request"), event(vehicle, 0, 305, "driver_takeover"));
      rows.push(event(vehicle, 0, 900, "takeover_request"), event(vehicle, 0, 990, "driver_takeover"));
    }
    return rows.sort((x, y) => x.time - y.time);
  }

  const inputOf = (more: Partial<BacktestInput> = {}): BacktestInput => ({
    sets: [{ set, texts }],
    from: T0,
    to: T0 + 60 * MINUTE,
    throughSeq: 0,
    throughEventSeq: store.seq,
    ...more,
  });
  const ports = (more: Partial<BacktestPorts> = {}): BacktestPorts => ({
    history: store.history,
    scope: ALL,
    subjectScope: ALL,
    subjectAttributes: async (subjects) => {
      const known = await t.records.transact(SYSTEM_RULEBOOK, (tx) => knownSubjects(tx, subjects));
      return new Map([...known].map(([key, { attributes }]) => [key, attributes]));
    },
    attributesOf: async () => new Map(),
    members: async () => [],
    folder: join(store.folder, "rows"),
    signal: new AbortController().signal,
    progress: () => undefined,
    ...more,
  });

  test("finds what was found live: drift of a service, failed logins, a request that nobody answered", async () => {
    const rows = halfAnHour();
    for (let at = 0; at < rows.length; at += 40) {
      const block = rows.slice(at, at + 40);
      now = Math.max(...block.map(({ received }) => received));
      await store.journal.append(block);
      await supervision.settled();
    }
    await store.settled();
    const live = await t.records.asSuperuser(
      "select trigger_id, vehicle, level, onset, cleared_at from findings order by onset",
    );
    const lineOf = (...parts: unknown[]): string => parts.map(String).join(" ");
    // As far as the live clock went.
    const to = T0 + 30 * MINUTE;
    const { sets, events } = await runBacktest(inputOf({ to }), ports());
    assert.equal(events.receptions, rows.length);
    assert.equal(events.subjects, 5);
    const found = sets[0].firings.map(({ trigger, onset, clearedAt, level }) =>
      lineOf(trigger, level, onset, clearedAt),
    );
    assert.deepEqual(
      found.toSorted(),
      live
        .map(({ trigger_id, level, onset, cleared_at }) =>
          lineOf(trigger_id, level, (onset as Date).getTime(), (cleared_at as Date | null)?.getTime()),
        )
        .sort(),
    );
    const ofTrigger = Map.groupBy(sets[0].firings, ({ trigger }) => trigger);
    assert.deepEqual([...ofTrigger].map(([trigger, own]) => [trigger, own.length, own[0].subject.kind]).sort(), [
      ["DEMO-AI-UNSAFE", 1, "ai_service"],
      ["LOGIN", 2, "backend_account"],
      ["TAKEOVER", 1, "vehicle"],
    ]);
    const [drift] = ofTrigger.get("DEMO-AI-UNSAFE") ?? [];
    assert.equal(drift.level, 3, "it rose while it lasted");
    assert.ok(drift.witnesses.length > 0);
    const report = reportOf(sets[0], { set, to });
    assert.deepEqual(report.notRun, []);
    assert.deepEqual(report.triggers.find(({ trigger }) => trigger === "DEMO-AI-UNSAFE")?.byGroup, { chat: 1 });
  });

  test("can be made again, whatever was received meanwhile", async () => {
    const input = inputOf();
    const first = await runBacktest(input, ports());
    await store.append([0, 1, 2].map((i) => event(keys.root, 2, 2400 + i, "login_failed")));
    assert.deepEqual(await runBacktest(input, ports()), first);
    const newer = await runBacktest(inputOf(), ports());
    assert.ok(newer.sets[0].firings.length > first.sets[0].firings.length);
  });

  test("judges the subjects of the scopes and those that were asked for, and nobody else", async () => {
    const kinds = async (input: BacktestInput, more: Partial<BacktestPorts> = {}): Promise<string[]> =>
      [...new Set((await runBacktest(input, ports(more))).sets[0].firings.map(({ subject }) => subject.kind))].sort();
    assert.deepEqual(await kinds(inputOf(), { subjectScope: { ...ALL, vehicles: new Set<bigint>() } }), ["vehicle"]);
    assert.deepEqual(await kinds(inputOf({ vehicles: [keys.chat] })), ["ai_service"]);
    const aborted = AbortSignal.abort(new Error("cancelled by the test"));
    await assert.rejects(runBacktest(inputOf(), ports({ signal: aborted })));
  });
});
