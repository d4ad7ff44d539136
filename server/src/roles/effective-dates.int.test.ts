/** A running supervision goes over to another version on its day: of a published rule, and of an installed pack. */
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openTestAccess, type TestAccess } from "../access/testing.ts";
import type { Journal } from "../journal/mod.ts";
import { publish, PUBLISHER } from "../rulebook/publish.fixture.ts";
import { appendRows, openJournal, temporaryFolder } from "../supervision/feed.fixture.ts";
import { AssignmentTable, EffectiveDates, PackStore, Supervision, type PackFiles } from "../supervision/mod.ts";
import { assignPublished } from "./rulebook-wiring.ts";

const DAY = "2026-12-10";
const BEGINS = Date.parse(`${DAY}T00:00:00+08:00`);
const HOUR = 3_600_000;
const [CAR, SLOW] = [0x1234_5678_9abc_def0n, 7n];

const fast = (id: string, version: number, limit: number, more = ""): string =>
  `trigger ${id} version ${version} "Fast" / "超速" { applies to vehicle; when speed > ${limit} km/h; severity 1; ${more} }`;

/** Why supervision waits, beside what the tests say. */
const log = { info: () => undefined, warn: (fields: object, text: string) => console.warn(text, fields) };

let t: TestAccess;
let folder: ReturnType<typeof temporaryFolder>;
let journal: Journal;
let supervision: Supervision;
let assignments: AssignmentTable;
/** What the clock is ahead of the real one, ms: timers go off in real time. */
let ahead: number;
const now = (): number => Date.now() + ahead;
const setClock = (to: number): void => void (ahead = to - Date.now());

before(async () => {
  t = await openTestAccess();
});
after(() => t.close());
beforeEach(async () => {
  folder = temporaryFolder();
  journal = await openJournal(folder.path);
  assignments = new AssignmentTable([]);
  setClock(BEGINS - 240 * HOUR);
});
afterEach(async () => {
  await supervision.close();
  await journal.close();
  folder.remove();
});

async function start(): Promise<void> {
  supervision = await Supervision.start({ records: t.records, journal, dataDir: folder.path, assignments, now, log });
}

async function restart(at: number): Promise<void> {
  await supervision.close();
  await journal.close();
  journal = await openJournal(folder.path);
  assignments = new AssignmentTable([]);
  setClock(at);
}

/** A report of each vehicle: too fast for every version, and only for the second one. */
async function report(): Promise<void> {
  await appendRows(
    journal,
    [
      [CAR, 120],
      [SLOW, 90],
    ].map(([vehicle, speed]) => ({
      vehicle: BigInt(vehicle),
      event: now(),
      receive: now(),
      values: { speed: Number(speed) },
    })),
  );
  await supervision.settled();
}

const found = async (id: string): Promise<unknown[]> =>
  (
    await t.records.asSuperuser(
      `select vehicle::text, status, trigger_versions.version from findings join trigger_versions using (version_hash)
       where findings.trigger_id = '${id}' order by trigger_versions.version, vehicle`,
    )
  ).map((row) => [row["version"], BigInt(row["vehicle"] as string) === CAR ? "car" : "slow", row["status"]]);

/** The day comes within a second; what does not come says how far it got. */
async function untilFound(id: string, status: string): Promise<void> {
  const end = performance.now() + 60_000;
  for (let last = ""; !last.includes(status); await sleep(20)) {
    if (performance.now() > end) assert.fail(`${id} was never ${status}: ${last} at ${now() - BEGINS} ms of the day`);
    last = JSON.stringify(await found(id));
  }
}

/** Before the day the first version finds, on it the second one does, and what was open of the first is closed. */
async function seeItSwitch(id: string, beforeTheDay: () => Promise<void>): Promise<void> {
  await report();
  assert.deepEqual(await found(id), [[1, "car", "firing"]]);
  // The day comes after a restart.
  await restart(BEGINS - HOUR);
  await beforeTheDay();
  await start();
  await report();
  assert.deepEqual(await found(id), [[1, "car", "firing"]]);
  setClock(BEGINS - 300);
  await beforeTheDay();
  await untilFound(id, "superseded");
  assert.ok(now() >= BEGINS);
  await report();
  assert.deepEqual(await found(id), [
    [1, "car", "superseded"],
    [2, "car", "firing"],
    [2, "slow", "firing"],
  ]);
}

test("a published version watches from its day on; findings that are open then are closed as superseded", async () => {
  const tables = { assignments, eventAssignments: new AssignmentTable([]) };
  const regions = { pinnedTo: () => undefined };
  const dates = new EffectiveDates(() => assignPublished(t.records, { ...tables, assignments }, regions, now()), now);
  await publish(t.records, fast("RULE", 1, 100), now());
  await publish(t.records, fast("RULE", 2, 80, `effective from ${DAY};`), now());
  await dates.look();
  await start();
  await seeItSwitch("RULE", () => dates.look());
});

test("a version of a pack watches from its day on, after the checkout brought it; findings of the one before are closed", async () => {
  const filesOf = (text: string): PackFiles => ({
    "pack.json": JSON.stringify({ id: "speed", version: 1, triggers: ["a.tdl"], basis: [], effective: { from: DAY } }),
    "a.tdl": text,
  });
  const open = async (files: PackFiles): Promise<PackStore> => {
    const store = await PackStore.open({ records: t.records, shipped: new Map([["speed", files]]), now });
    const assign = (): void => assignments.setEverywhere(store.installedSets());
    store.onChange(assign);
    assign();
    return store;
  };
  const first = await open(filesOf(fast("PACK", 1, 100)));
  await first.install(PUBLISHER, "speed");
  await start();
  const second = filesOf(fast("PACK", 2, 80, `effective from ${DAY};`));
  await seeItSwitch("PACK", async () => void (await open(second)));
  const [{ replaced }] = await t.records.asSuperuser("select replaced from rule_packs where id = 'speed'");
  assert.equal((replaced as unknown[]).length, 1);
});
