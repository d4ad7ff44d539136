import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, afterEach, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Journal } from "../journal/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import { compile, appendRows, openJournal, temporaryFolder, type Row } from "./feed.fixture.ts";
import { withSupervision } from "./firing-log.ts";
import { journalRows } from "./journal-rows.ts";
import { AssignmentTable, Supervision, type FiringMessage, type SupervisionOptions } from "./mod.ts";
import { getFinding } from "./queries.ts";
import type { RowSource } from "./rows.ts";

const SET = compile(`
trigger HOT version 1 "Hot" / "过热" { applies to vehicle; when max_cell_temp > 60 °C for 30 s; severity 2;
  severity 3 when max_cell_temp > 70 °C; clear when max_cell_temp < 55 °C; effect warn; effect suspend at severity 3; }
trigger OFTEN version 1 "Alarms" / "报警频发" { applies to vehicle; when rising(alarm.level >= 2) more than 2 times in last 10 min; severity 2; cooldown 5 min; }
trigger ALARM version 1 "Alarm" / "报警" { applies to vehicle; when alarm.level >= 3; severity 3; keep firing 20 s; }`);

const T0 = Date.UTC(2026, 10, 20, 8, 0, 0);
const CAR = 0x1234_5678_9abc_def0n;
const OTHER = 7n;

let records: TestRecords;
let folder: ReturnType<typeof temporaryFolder>;
let journal: Journal;
let open: Supervision[];
let now: number;

beforeEach(async () => {
  records = await openTestRecords();
  await fresh();
});
const opened: TestRecords[] = [];
afterEach(async () => {
  await stop();
  opened.push(records);
});
after(async () => {
  for (const each of opened) await each.close();
});

async function fresh(): Promise<void> {
  folder = temporaryFolder();
  journal = await openJournal(folder.path);
  open = [];
  now = T0;
}

async function stop(): Promise<void> {
  for (const supervision of open) await supervision.close();
  await journal.close();
  folder.remove();
}

async function start(more: Partial<SupervisionOptions> = {}): Promise<Supervision> {
  const supervision = await Supervision.start({
    records,
    journal,
    dataDir: folder.path,
    assignments: new AssignmentTable([SET]),
    now: () => now,
    rows: journalRows(journal, () => journal.status().durableSeq),
    // Replays happen when a test asks for them.
    late: { quietMs: Number.POSITIVE_INFINITY, mostMs: Number.POSITIVE_INFINITY, share: 1 },
    ...more,
  });
  open.push(supervision);
  return supervision;
}

async function kill(supervision: Supervision): Promise<void> {
  open = open.filter((each) => each !== supervision);
  await supervision.settled();
  const home = path.join(folder.path, "supervision");
  const names = (): string[] => (existsSync(home) ? readdirSync(home) : []);
  const kept = new Map(names().map((name) => [name, readFileSync(path.join(home, name))]));
  await supervision.close();
  for (const name of names()) rmSync(path.join(home, name));
  for (const [name, bytes] of kept) writeFileSync(path.join(home, name), bytes);
  await journal.close();
  journal = await openJournal(folder.path);
}

async function feed(supervision: Supervision, rows: readonly Row[]): Promise<void> {
  await appendRows(journal, rows);
  while ((supervision.status().cursor?.seq ?? -1) < journal.status().durableSeq) await sleep(1);
}

const temp = (second: number, degrees: number, more: Partial<Row> = {}): Row => ({
  vehicle: CAR,
  event: T0 + second * 1000,
  receive: T0 + second * 1000 + 300,
  values: { max_cell_temp: degrees, min_cell_temp: 20 },
  ...more,
});
const alarm = (second: number, level: number, more: Partial<Row> = {}): Row => ({
  vehicle: CAR,
  event: T0 + second * 1000,
  receive: T0 + second * 1000 + 300,
  values: { "alarm.level": level },
  ...more,
});

interface Found {
  readonly id: string;
  readonly trigger_id: string;
  readonly level: number;
  readonly status: string;
  readonly onset: Date;
  readonly cleared_at: Date | null;
  readonly confirmed: boolean;
  readonly revision: number;
  readonly origin: string;
  readonly project: string | null;
  readonly effect: string | null;
  readonly detected_at: Date;
}
const findings = async (): Promise<Found[]> =>
  (await records.asSuperuser("select * from findings order by trigger_id, onset")) as unknown as Found[];
const shown = async (): Promise<unknown[]> =>
  (await findings()).map(({ trigger_id, level, status, onset, cleared_at }) => [
    trigger_id,
    level,
    status,
    (onset.getTime() - T0) / 1000,
    cleared_at === null ? null : (cleared_at.getTime() - T0) / 1000,
  ]);
const messages = async (): Promise<FiringMessage[]> =>
  (await records.asSuperuser("select payload from outbox order by id")).map((row) => row.payload as FiringMessage);
const leaves = async (): Promise<Record<string, unknown>[]> =>
  (await records.asSuperuser("select content from ledger_leaves where kind = 'finding' order by ordinal")).map(
    (row) => row.content as Record<string, unknown>,
  );

test("a late row that ends the heat in between takes the finding back, everywhere, and the next one is dated anew", async () => {
  const supervision = await start();
  const set = [0, 10, 20, 30, 40, 50].map((second) => temp(second, 65));
  await feed(supervision, set);
  assert.deepEqual(await shown(), [["HOT", 2, "firing", 30, null]]);
  await feed(supervision, [temp(25, 40, { command: 3 })]);
  assert.deepEqual(await shown(), [["HOT", 2, "firing", 30, null]], "the live step does not look back");
  await supervision.settleLate();
  assert.deepEqual(await shown(), [["HOT", 2, "retracted", 30, null]]);
  await feed(supervision, [temp(55, 65)]);
  await feed(supervision, [temp(60, 65)]);
  assert.deepEqual(await shown(), [
    ["HOT", 2, "retracted", 30, null],
    ["HOT", 2, "firing", 60, null],
  ]);
  assert.deepEqual(
    (await messages()).map(({ kind, level }) => [kind, level]),
    [
      ["onset", 2],
      ["retracted", 2],
      ["onset", 2],
    ],
  );
  assert.deepEqual(
    (await leaves()).map(({ event }) => event),
    ["onset", "retracted", "onset"],
  );
  const { lateData } = supervision.status();
  assert.deepEqual([lateData?.retracted, lateData?.waiting, lateData?.replayed], [1, 0, 1]);
});

test("late rows that show an alarm give a finding that says when it happened and when it was found", async () => {
  const supervision = await start();
  await feed(supervision, [alarm(0, 0), alarm(10, 0), alarm(100, 0), alarm(600, 0)]);
  await feed(supervision, [
    alarm(40, 3, { command: 3, receive: T0 + 700_000 }),
    alarm(50, 4, { command: 3, receive: T0 + 701_000 }),
    alarm(60, 1, { command: 3, receive: T0 + 702_000 }),
  ]);
  assert.equal((await findings()).length, 0);
  await supervision.settleLate();
  assert.deepEqual(await shown(), [["ALARM", 3, "cleared", 40, 80]]);
  const [finding] = await findings();
  assert.equal(finding.origin, "replay");
  assert.equal(finding.confirmed, true);
  assert.equal(finding.detected_at.getTime(), T0 + 702_000);
  assert.deepEqual(
    (await messages()).map(({ kind, origin, onset, at }) => [kind, origin, onset - T0, at - T0]),
    [
      ["onset", "replay", 40_000, 40_000],
      ["cleared", undefined, 40_000, 80_000],
    ],
  );
});

test("a finding that ended otherwise is amended, with a revision", async () => {
  const supervision = await start();
  await feed(supervision, [alarm(0, 0), alarm(10, 3), alarm(40, 0), alarm(90, 0)]);
  assert.deepEqual(await shown(), [["ALARM", 3, "cleared", 10, 60]]);
  await feed(supervision, [alarm(55, 3, { command: 3 }), alarm(56, 0, { command: 3 })]);
  await supervision.settleLate();
  assert.deepEqual(await shown(), [["ALARM", 3, "cleared", 10, 76]]);
  assert.equal((await findings())[0].revision, 1);
  assert.equal((await messages()).at(-1)?.kind, "amended");
  assert.equal((await messages()).at(-1)?.clearedAt, T0 + 76_000);
  const last = (await leaves()).at(-1);
  assert.equal(last?.["event"], "amended");
});

test("a rise that corrections move says when it was by the last word, and when by the word before", async () => {
  const supervision = await start();
  const levels = async (): Promise<unknown> => {
    const [{ id }] = await findings();
    const { events, levels: reached } = await withSupervision(records, (tx) => getFinding(tx, id));
    const second = (time: string | null): number | null => (time === null ? null : (Date.parse(time) - T0) / 1000);
    return {
      now: reached.map(({ level, at }) => [level, (at - T0) / 1000]),
      said: events.at(-1)?.levels.map(({ level, at, before }) => [level, second(at), second(before)]),
    };
  };
  await feed(supervision, [temp(0, 65), temp(10, 65), temp(20, 65), temp(30, 65), temp(40, 75), temp(50, 75)]);
  const [onset, rise] = [
    [2, 30],
    [3, 40],
  ];
  assert.deepEqual(await levels(), { now: [onset, rise], said: [] });
  const correct = async (...rows: Row[]): Promise<unknown> => {
    await feed(supervision, rows);
    await supervision.settleLate();
    return levels();
  };
  const unmoved = [2, 30, 30];
  assert.deepEqual(await correct(temp(35, 72, { command: 3, receive: T0 + 60_000 })), {
    now: [onset, [3, 35]],
    said: [unmoved, [3, 35, 40]],
  });
  assert.deepEqual(await correct(temp(35, 65, { command: 3, receive: T0 + 80_000 })), {
    now: [onset, rise],
    said: [unmoved, [3, 40, 35]],
  });
  const cooler = [40, 50].map((second) => temp(second, 65, { command: 3, receive: T0 + 90_000 }));
  assert.deepEqual(await correct(...cooler), { now: [onset], said: [unmoved, [3, null, 40]] });
  assert.deepEqual(await shown(), [["HOT", 2, "firing", 30, null]]);
});

test("late data that changes nothing writes nothing", async () => {
  const supervision = await start();
  await feed(supervision, [alarm(0, 0), alarm(10, 3), alarm(40, 0), temp(50, 65), temp(60, 65), temp(90, 65)]);
  const before = [await shown(), (await messages()).length, (await leaves()).length];
  await feed(supervision, [alarm(20, 3, { command: 3 }), temp(55, 66, { command: 3 }), alarm(10, 3, { command: 3 })]);
  await supervision.settleLate();
  assert.deepEqual([await shown(), (await messages()).length, (await leaves()).length], before);
  assert.equal(
    (await findings()).every(({ revision }) => revision === 0),
    true,
  );
});

test("a correction of a report by a re-issue counts instead of what it corrects", async () => {
  const supervision = await start();
  await feed(supervision, [alarm(0, 0), alarm(10, 3), alarm(20, 0), alarm(60, 0)]);
  await feed(supervision, [alarm(10, 0, { command: 3 })]);
  await supervision.settleLate();
  assert.deepEqual(await shown(), [["ALARM", 3, "retracted", 10, 40]]);
});

test("a finding of weeks ago that is still open is continued, not found again", async () => {
  const supervision = await start();
  const week = 7 * 86_400;
  await feed(supervision, [temp(0, 65), temp(20, 65), temp(40, 65)]);
  for (let day = 1; day <= 14; day++) await feed(supervision, [temp(day * 86_400, 65), temp(day * 86_400 + 20, 65)]);
  assert.deepEqual(await shown(), [["HOT", 2, "firing", 30, null]]);
  await feed(supervision, [temp(2 * week - 50, 64, { command: 3 })]);
  await supervision.settleLate();
  assert.deepEqual(await shown(), [["HOT", 2, "firing", 30, null]]);
  await feed(supervision, [temp(2 * week - 40, 40, { command: 3 })]);
  await supervision.settleLate();
  assert.deepEqual(await shown(), [["HOT", 2, "cleared", 30, 2 * week - 40]]);
});

test("an alarm that goes on behind hours without its signal is none that rises, when late data is judged, too", async () => {
  const whole = journalRows(journal, () => journal.status().durableSeq);
  const begins: number[] = [];
  const rows: RowSource = {
    storedSeq: () => whole.storedSeq(),
    read(query) {
      begins.push((query.from - T0) / 1000);
      return whole.read(query);
    },
  };
  const supervision = await start({ rows });
  const hours = Array.from({ length: 40 }, (_, i) => temp(100 + 360 * i, 50));
  const from = 4 * 3600;
  const levels = [3, 0, 3, 0, 3].map((level, i) => alarm(from + 60 + 10 * i, level));
  await feed(supervision, [alarm(0, 3), ...hours, ...levels]);
  await feed(supervision, [temp(from + 85, 50, { command: 3 })]);
  await supervision.settleLate();
  assert.deepEqual(
    (await shown()).filter((row) => (row as unknown[])[0] === "OFTEN"),
    [],
  );
  assert.ok(Math.min(...begins) < 0, "what was known before is looked for");

  // Of a vehicle that never sends it nothing is known: there is nothing to look for.
  const other = hours.map((row) => ({ ...row, vehicle: OTHER }));
  await feed(supervision, [
    ...other,
    { ...other[39], event: T0 + (from + 20) * 1000, receive: T0 + (from + 20) * 1000 },
  ]);
  begins.length = 0;
  await feed(supervision, [{ ...other[39], event: T0 + from * 1000, command: 3 }]);
  await supervision.settleLate();
  assert.ok(Math.min(...begins) > 0, `${Math.min(...begins)}`);
});

test("what held on behind a recovery and was unknown then does not rise when late data behind that is judged", async () => {
  const set = compile(`trigger HOT version 1 { applies to vehicle; when max_cell_temp > 60 °C; severity 2;
    clear when min_cell_temp < 0 °C; }`);
  const supervision = await start({ assignments: new AssignmentTable([set]) });
  const report = (second: number, hottest: number | "invalid", coldest: number, command = 2): Row => ({
    ...temp(second, 0, { command }),
    values: { max_cell_temp: hottest, min_cell_temp: coldest },
  });
  // Long before: it is cold, so the heat of that time has ended; it goes on.
  await feed(supervision, [report(0, 65, 20), report(10, 65, -5)]);
  await feed(
    supervision,
    Array.from({ length: 59 }, (_, i) => report(20 + 10 * i, 65, 20)),
  );
  // It is cold again while the heat is not known, and then the heat is there as it was.
  await feed(supervision, [report(610, "invalid", -5), report(620, "invalid", 20), report(660, 65, 20)]);
  const log = [["HOT", 2, "cleared", 0, 10]];
  assert.deepEqual(await shown(), log);
  await feed(supervision, [report(650, "invalid", 20, 3)]);
  await supervision.settleLate();
  assert.equal(supervision.status().lateData?.replayed, 1);
  assert.deepEqual(await shown(), log);
});

test("where what a live state knows is too long ago, what a replay finds says since when anything was known", async () => {
  const supervision = await start();
  const from = 40 * 86_400;
  await feed(supervision, [alarm(0, 3), temp(from - 30, 50)]);
  await feed(
    supervision,
    [3, 0, 3, 0, 3].map((level, i) => alarm(from + 10 * i, level)),
  );
  assert.deepEqual(
    (await shown()).filter((row) => (row as unknown[])[0] === "OFTEN"),
    [],
  );
  await feed(supervision, [temp(from - 5, 50, { command: 3 })]);
  await supervision.settleLate();
  const often = (await findings()).find(({ trigger_id }) => trigger_id === "OFTEN");
  const { events } = await withSupervision(records, (tx) => getFinding(tx, often?.id ?? ""));
  const knownFrom = (Date.parse(events[0].knownFrom ?? "") - T0) / 1000;
  assert.ok(knownFrom > 0 && knownFrom < from - 30 * 86_400, `${knownFrom}`);
  const known = (await findings()).find(({ trigger_id }) => trigger_id === "ALARM");
  const more = await withSupervision(records, (tx) => getFinding(tx, known?.id ?? ""));
  assert.ok(more.events.every((event) => event.knownFrom === undefined));
});

test("rows older than late data is accepted are counted and change nothing", async () => {
  const supervision = await start();
  await feed(supervision, [alarm(0, 0), alarm(10 * 86_400, 0)]);
  await feed(supervision, [alarm(10, 3, { command: 3 })]);
  await supervision.settleLate();
  assert.equal((await findings()).length, 0);
  assert.equal(supervision.status().lateData?.tooOld, 1);
});

test("a finding is not taken back while history lacks the frames that it rests on", async () => {
  const whole = journalRows(journal, () => journal.status().durableSeq);
  const supervision = await start({
    rows: {
      storedSeq: () => whole.storedSeq(),
      async *read(query) {
        for await (const chunk of whole.read(query)) {
          const kept = Array.from({ length: chunk.count }, (_, row) => row).filter((row) => chunk.seq[row] !== 2);
          yield {
            ...chunk,
            count: kept.length,
            time: Float64Array.from(kept, (row) => chunk.time[row]),
            receivedAt: Float64Array.from(kept, (row) => chunk.receivedAt[row]),
            seq: Float64Array.from(kept, (row) => chunk.seq[row]),
            reissued: Uint8Array.from(kept, (row) => chunk.reissued[row]),
            values: Float64Array.from(
              kept.flatMap((row) => [...chunk.values.subarray(row * chunk.inputs, (row + 1) * chunk.inputs)]),
            ),
            present: Uint8Array.from(
              kept.flatMap((row) => [...chunk.present.subarray(row * chunk.inputs, (row + 1) * chunk.inputs)]),
            ),
          };
        }
      },
    },
  });
  await feed(supervision, [alarm(0, 0), alarm(10, 3), alarm(20, 0), alarm(60, 0)]);
  const [{ seq }] = await records.asSuperuser("select seq from findings");
  assert.equal(Number(seq), 2);
  await feed(supervision, [alarm(5, 0, { command: 3 })]);
  await supervision.settleLate();
  assert.deepEqual(await shown(), [["ALARM", 3, "cleared", 10, 40]]);
  assert.equal(supervision.status().lateData?.unproven, 1);
});

test("nothing is confirmed while late data of its vehicle is still to be judged", async () => {
  const supervision = await start();
  await feed(supervision, [temp(0, 65), temp(10, 65), temp(20, 65), temp(30, 65), temp(25, 40)]);
  await feed(supervision, [temp(40, 65), temp(50, 65), temp(60, 65), temp(70, 65), temp(80, 65), temp(90, 65)]);
  assert.equal((await findings())[0].confirmed, false);
  await supervision.settleLate();
  await feed(supervision, [temp(120, 65)]);
  assert.deepEqual(
    (await findings()).map(({ status, confirmed, onset }) => [status, confirmed, (onset.getTime() - T0) / 1000]),
    [
      ["retracted", false, 30],
      ["firing", true, 60],
    ],
  );
});

// ── any order of arrival ────────────────────────────────────────────────────────────────────────────────────────────

let seed = 1;
const random = (): number => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;

/** Reports of two vehicles in order of time. */
function recording(count: number): Row[] {
  const rows: Row[] = [];
  const heat = new Map<bigint, number>([
    [CAR, 50],
    [OTHER, 50],
  ]);
  for (let i = 0, second = 0; i < count; i++) {
    second += random() < 0.02 ? 200 : 5;
    for (const vehicle of [CAR, OTHER]) {
      const before = heat.get(vehicle) ?? 50;
      const degrees = Math.max(40, Math.min(80, before + (random() - 0.48) * 14));
      heat.set(vehicle, degrees);
      rows.push({
        vehicle,
        event: T0 + second * 1000,
        receive: T0 + second * 1000 + 300,
        values: {
          max_cell_temp: Math.round(degrees),
          min_cell_temp: 20,
          "alarm.level": random() < 0.08 ? Math.ceil(random() * 4) : 0,
        },
      });
    }
  }
  return rows;
}

/** The same reports as they arrive when some are delayed by up to `most` seconds, and some of those sent as 0x03. */
function delayed(rows: readonly Row[], most: number, part: number): Row[] {
  return rows
    .map((row) => {
      const late = random() < part ? random() * most * 1000 : 0;
      return { ...row, receive: row.event + 300 + Math.round(late), command: late > 20_000 ? 3 : 2 };
    })
    .sort((a, b) => a.receive - b.receive);
}

/** What must not depend on arrival: everything but sequence numbers, receive times and what was taken back. */
const CONFIRMED = `select id, trigger_id, level, status, vehicle::text, project, effect, onset, condition_since, onset_observed, cleared_at, margin_value,
  (select jsonb_agg(w - 'seq' order by w - 'seq') from jsonb_array_elements(witnesses) w) as witnesses
  from findings where confirmed and status <> 'retracted' order by id`;

async function runOf(
  rows: readonly Row[],
  how: { readonly kills?: boolean; readonly ticks?: boolean } = {},
): Promise<unknown[]> {
  await stop();
  opened.push(records);
  records = await openTestRecords();
  await fresh();
  let supervision = await start({ checkpointMs: 0 });
  for (let at = 0; at < rows.length;) {
    const part = rows.slice(at, at + 1 + Math.floor(random() * 60));
    at += part.length;
    await feed(supervision, part);
    now = Math.max(now, ...part.map((row) => row.receive ?? 0)) + (how.ticks === true ? 2_500 : 0);
    if (random() < 0.2) await supervision.settleLate();
    if (how.kills === true && random() < 0.25) {
      await kill(supervision);
      supervision = await start({ checkpointMs: random() < 0.5 ? 0 : 3_600_000 });
    }
  }
  await supervision.settleLate();
  // Far enough on that every timer has ended and everything is confirmed.
  const end = Math.max(...rows.map(({ event }) => event)) + 4_000_000;
  for (const event of [end, end + 10_000])
    await feed(
      supervision,
      [CAR, OTHER].map((vehicle) => ({ vehicle, event, receive: event + 300, values: { soc: 50 } })),
    );
  await supervision.settleLate();
  return records.asSuperuser(CONFIRMED);
}

for (const [name, most, how] of [
  ["permuted within the lateness allowance", 55, {}],
  ["delayed by many minutes", 900, {}],
  ["permuted, killed and restarted at random points", 55, { kills: true }],
  ["delayed by many minutes, killed and restarted at random points", 900, { kills: true }],
] as const) {
  test(`reports ${name} give the same confirmed findings as in order`, async () => {
    for (let round = 0; round < 3; round++) {
      seed = 1000 * most + round + ("kills" in how && how.kills ? 500 : 0);
      const rows = recording(220);
      const expected = await runOf(rows);
      assert.ok(expected.length > 8, `only ${expected.length} findings`);
      assert.deepEqual(await runOf(delayed(rows, most, 0.15), how), expected);
    }
  });
}
