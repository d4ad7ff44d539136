/** Conditions over many senders of events in a backtest: what the screening jobs find instant by instant, and who had it. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { SUBJECT_KINDS } from "@sandglass/signals";
import { subjectIdOf } from "../../access/mod.ts";
import { openTestAccess, type TestAccess } from "../../access/testing.ts";
import { ALL } from "../../history/segments.fixture.ts";
import type { EventRow } from "../../journal/mod.ts";
import { eventRow } from "../../journal/event-rows.fixture.ts";
import { StoredEvents } from "../../journal/stored-events.fixture.ts";
import { SYSTEM_RULEBOOK, SYSTEM_SETUP } from "../../records/mod.ts";
import { journalEventRows, periodOf, registeredMembers, ScreeningJobs } from "../../supervision/mod.ts";
import { compileRules } from "../compile.ts";
import { randomOf } from "./random.fixture.ts";
import { reportOf } from "./report.ts";
import { runBacktest, type BacktestInput, type BacktestPorts } from "./run.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 9, 1);
const DAYS = 4;

const TEXT = `
trigger SHARE version 1 "Unsafe services" / "不安全服务占比" { applies to ai_service ;
  when more than 40 % of active ai_service in group region have (safety_score < 0.5 for 1 min) in last 4 d ; severity 3 ; }
trigger FLAGGED version 1 "Flagged outputs" / "不当输出" { applies to ai_service ;
  when at least 2 of registered ai_service have (sum(outputs_flagged over 10 min) / sum(outputs_total over 10 min) > 0.05) in last 4 d ; severity 2 ; }
trigger QUIET version 1 "Silent after a bad score" / "低分后静默" { applies to ai_service ;
  when at least 2 of registered ai_service have (offline for 20 h and last(safety_score) < 0.5) in last 4 d ; severity 1 ; }
trigger TAKEOVER version 1 "Take-over requests" / "接管请求" { applies to vehicle where maker == "A" ;
  when at least 2 of active vehicle have (after takeover_request, no driver_takeover within 10 s) in last 4 d ; severity 2 ; }`;

describe("a backtest of conditions over many senders of events", () => {
  const texts = { sources: [{ text: TEXT }], regions: [] };
  const set = compileRules(texts);
  let t: TestAccess;
  let store: StoredEvents;
  let services: readonly bigint[];
  let vehicles: readonly bigint[];

  before(async () => {
    t = await openTestAccess();
    for (const id of ["lab", "oem"])
      await t.access.directory.ensureOrganisation({ id, kind: "maker", names: { en: id, zh: id } });
    // `past` was heard of long before the range, `mute` never.
    const names = ["chat", "draw", "search", "code", "past", "mute", "voice"];
    await t.access.subjects.noteSeen(names.map((name) => ({ kind: "ai_service" as const, name, organisation: "lab" })));
    services = names.map((name) => t.access.subjects.keyOf("ai_service", "lab", name));
    for (const [i, key] of services.entries())
      await t.records.asSuperuser(
        "update subjects set registered = $2, registered_at = $3, region = $4 where key = $1",
        // One is not registered: nobody counts it.
        [key, i < 6, new Date(START - DAY), i % 2 === 0 ? "440300" : "110000"],
      );
    const vins = [1, 2, 3].map((i) => `LSJE36091MS00000${i}`);
    await t.access.registry.register(
      SYSTEM_SETUP,
      vins.map((vin) => ({ vin, organisation: "oem", maker: "A" })),
    );
    vehicles = vins.map((vin) => t.access.keyOf(vin));
    store = await StoredEvents.open();
    mkdirSync(join(store.folder, "screening"));
    await store.append(days());
  });
  after(async () => {
    await store.close();
    await t.close();
  });

  let number = 0;
  const event = (kind: "ai_service" | "vehicle", subject: bigint, time: number, name: string, more = {}): EventRow =>
    eventRow(number++, {
      subject,
      kind: SUBJECT_KINDS.indexOf(kind),
      time,
      received: time + 200,
      name,
      value: undefined,
      attributes: '{"fields":{}}',
      ...more,
    });

  /** Some days are bad, some silent; counters run on over days. */
  function days(): EventRow[] {
    const rows: EventRow[] = [];
    const [, , , , past, , voice] = services;
    rows.push(event("ai_service", past, START - 20 * DAY, "report", { attributes: '{"fields":{"safety_score":0.2}}' }));
    rows.push(event("ai_service", past, START - 19 * DAY, "outputs_total", { value: 1 }));
    [...services.slice(0, 4), voice].forEach((service, i) => {
      const random = randomOf(77 * i + 5);
      let [total, flagged] = [0, 0];
      const counter = (time: number, name: string, value: number): EventRow =>
        event("ai_service", service, time, name, {
          value,
          attributes: '{"fields":{},"counter":{"temporality":"cumulative","monotonic":true,"start":1}}',
        });
      for (let day = 0; day < DAYS; day++) {
        if (random() < 0.3) continue;
        const begin = START + day * DAY + Math.floor(random() * 20) * HOUR + Math.floor(random() * 60) * MINUTE;
        const isBad = random() < (day < 2 ? 0.8 : 0.2);
        for (let minute = 0; minute < 12; minute++) {
          const time = begin + minute * MINUTE;
          total += 100;
          flagged += isBad ? 9 : 0;
          rows.push(counter(time, "outputs_total", total), counter(time, "outputs_flagged", flagged));
          if (minute % 4 === 0)
            rows.push(event("ai_service", service, time + 5_000, "safety_score", { value: isBad ? 0.3 : 0.9 }));
        }
      }
    });
    vehicles.forEach((vehicle, i) => {
      for (const day of [1, 2, 3]) {
        const time = START + day * DAY + i * HOUR;
        rows.push(event("vehicle", vehicle, time, "takeover_request"));
        if (day !== 1 || i === 2) rows.push(event("vehicle", vehicle, time + 8_000, "driver_takeover"));
        rows.push(event("vehicle", vehicle, time + MINUTE, "ads.deactivated"));
      }
    });
    return rows.sort((a, b) => a.time - b.time);
  }

  const inputOf = (more: Partial<BacktestInput> = {}): BacktestInput => ({
    sets: [{ set, texts }],
    from: START,
    to: START + (DAYS + 2.5) * DAY,
    throughSeq: 0,
    throughEventSeq: store.seq,
    ...more,
  });
  const ports = (more: Partial<BacktestPorts> = {}): BacktestPorts => ({
    history: store.history,
    scope: ALL,
    subjectScope: ALL,
    subjectAttributes: async () => new Map(),
    attributesOf: async () => new Map(),
    members: (kind) => t.records.transact(SYSTEM_RULEBOOK, (tx) => registeredMembers(tx, kind)),
    folder: join(store.folder, "rows"),
    signal: new AbortController().signal,
    progress: () => undefined,
    ...more,
  });

  test("finds what the screening jobs find, instant by instant, with the same members", async () => {
    const { from, to } = inputOf();
    let now = from;
    const jobs = new ScreeningJobs({
      records: t.records,
      source: {
        history: store.history,
        scope: ALL,
        folder: join(store.folder, "screening"),
        events: journalEventRows(store.journal, () => store.seq),
      },
      targets: () => [{ set }],
      now: () => now,
    });
    const period = Math.min(...set.screenings.map(periodOf));
    for (let at = from; at < to; at += period) {
      now = at + HOUR / 2;
      await jobs.runDue();
    }
    assert.equal(jobs.status().failed, 0);
    const live = await t.records.asSuperuser(
      `select trigger_id, subject_kind, subject_id, onset, cleared_at, level, results
       from findings join screening_runs using (trigger_id) where at = onset`,
    );
    const { sets, events } = await runBacktest(inputOf(), ports());
    const past = sets[0].firings;
    const linesOf = (...parts: unknown[]): string => parts.map(String).join(" ");
    assert.deepEqual(
      past
        .map(({ trigger, subject, onset, clearedAt, level, among }) =>
          linesOf(
            trigger,
            subject.kind,
            subject.id,
            onset,
            clearedAt,
            level,
            among?.count,
            among?.population,
            among?.members.toSorted(),
          ),
        )
        .sort(),
      live
        .map(({ trigger_id, subject_kind, subject_id, onset, cleared_at, level, results }) => {
          const groups = results as { group: string | null; count: number; population: number; members: string[] }[];
          const own = groups.find(({ group }) => (group ?? "all") === subject_id);
          return linesOf(
            trigger_id,
            subject_kind,
            subject_id,
            (onset as Date).getTime(),
            (cleared_at as Date | null)?.getTime(),
            level,
            own?.count,
            own?.population,
            own?.members.toSorted(),
          );
        })
        .sort(),
    );
    assert.deepEqual(new Set(past.map(({ trigger }) => trigger)), new Set(set.screenings.map(({ id }) => id)));
    assert.ok(past.length > 3 && past.some(({ clearedAt }) => clearedAt !== undefined), `${past.length} firings`);
    assert.equal(events.subjects, 8);
    const named = (trigger: string): string[] =>
      past.filter((firing) => firing.trigger === trigger).flatMap(({ among }) => among?.members ?? []);
    const [heardLongAgo, neverHeard] = [4, 5].map((i) => subjectIdOf("ai_service", services[i]));
    assert.ok(named("QUIET").includes(heardLongAgo), "its silence began before everything that is read");
    assert.ok(
      !named("QUIET").includes(neverHeard),
      "of who never sent anything it is not known since when it is silent",
    );
    const report = reportOf(sets[0], { set, to });
    assert.deepEqual(report.notRun, []);
    assert.deepEqual(
      new Set(report.firings.map(({ subject }) => `${subject.kind} of ${subject.of}`)),
      new Set(["group of ai_service", "fleet of ai_service", "fleet of vehicle"]),
    );
  });

  test("can be made again, whatever was received meanwhile, and stops when it is told to", async () => {
    const input = inputOf();
    const told: (readonly [number, number])[] = [];
    const first = await runBacktest(input, ports({ progress: (done, total) => told.push([done, total]) }));
    await store.append(
      [0, 1, 2].map((i) => event("ai_service", services[3], START + DAY + i * MINUTE, "safety_score", { value: 0.1 })),
    );
    assert.deepEqual(await runBacktest(input, ports()), first);
    assert.notDeepEqual((await runBacktest(inputOf(), ports())).events, first.events);
    assert.ok(
      told.every(([done, total], i) => Number.isInteger(done) && done <= total && done >= (told[i - 1]?.[0] ?? 0)),
    );
    assert.ok((told.at(-1)?.[0] ?? 0) > (told.at(-1)?.[1] ?? 0) / 4, "it says how far it is");
    const controller = new AbortController();
    const stopped = runBacktest(
      input,
      ports({
        signal: controller.signal,
        progress: (done) => (done > 0 ? controller.abort(new Error("cancelled by the test")) : undefined),
      }),
    );
    await assert.rejects(stopped, /cancelled/);
  });

  test("counts whom the requester may judge and asked for; from its first event on who was registered later", async () => {
    const membersOf = async (input: BacktestInput, more: Partial<BacktestPorts> = {}): Promise<Set<string>> =>
      new Set((await runBacktest(input, ports(more))).sets[0].firings.map(({ subject }) => String(subject.of)));
    const nobody = { ...ALL, vehicles: new Set<bigint>() };
    assert.deepEqual(await membersOf(inputOf(), { subjectScope: nobody }), new Set(["vehicle"]));
    assert.deepEqual(await membersOf(inputOf(), { scope: nobody }), new Set(["ai_service"]));
    assert.deepEqual(await membersOf(inputOf({ vehicles: services.slice(0, 2) })), new Set(["ai_service"]));
    const first = await runBacktest(inputOf(), ports());
    const later = await runBacktest(
      inputOf(),
      ports({
        members: async (kind) =>
          (await ports().members(kind)).map((member) => ({ ...member, registeredAt: START + 30 * DAY })),
      }),
    );
    const onsets = ({ sets }: typeof first): unknown[] =>
      sets[0].firings
        .filter(({ trigger }) => trigger === "FLAGGED")
        .map(({ onset, among }) => [onset, among?.members.toSorted()]);
    assert.deepEqual(onsets(later), onsets(first));
    assert.notEqual(later.registry.digest, first.registry.digest);
    assert.deepEqual([first.registry.vehicles, first.registry.senders], [3, 6]);
  });
});
