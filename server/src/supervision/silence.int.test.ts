import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { SIGNALS } from "@sandglass/signals";
import { compileTriggers } from "@sandglass/triggers";
import type { Journal } from "../journal/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import { appendRows, openJournal, temporaryFolder, type Row } from "./feed.fixture.ts";
import { AssignmentTable, findFindings, Supervision } from "./mod.ts";

const compiled = compileTriggers(
  [{ text: 'trigger GONE version 1 "Gone" / "离线" { applies to vehicle; when offline for 10 min; severity 2; }' }],
  SIGNALS,
);
assert.ok(compiled.ok);
const SET = compiled.set;
const T0 = Date.UTC(2026, 10, 20, 8, 0, 0);
const CAR = 5n;

let records: TestRecords;
let folder: ReturnType<typeof temporaryFolder>;
let journal: Journal;
let now = T0;

before(async () => {
  records = await openTestRecords();
  folder = temporaryFolder();
  journal = await openJournal(folder.path);
});
after(async () => {
  await journal.close();
  folder.remove();
  await records.close();
});

const start = () =>
  Supervision.start({
    records,
    journal,
    dataDir: folder.path,
    assignments: new AssignmentTable([SET]),
    now: () => now,
  });
const report = (minute: number): Row => ({ vehicle: CAR, event: T0 + minute * 60_000, values: { soc: 50 } });
const found = () => records.asSuperuser("select status, onset, project from findings order by onset");

async function feed(supervision: Supervision, rows: readonly Row[]): Promise<void> {
  await appendRows(journal, rows);
  while ((supervision.status().cursor?.seq ?? -1) < journal.status().durableSeq) await sleep(2);
}

test("a vehicle that sends nothing is found offline by the clock alone, and our own absence is not its silence", async () => {
  const first = await start();
  await feed(first, [report(0), report(1)]);
  now = T0 + 5 * 60_000;
  await sleep(1_500);
  assert.equal((await found()).length, 0);
  await first.close();

  // Half an hour in which nobody listened.
  now = T0 + 35 * 60_000;
  const second = await start();
  await sleep(1_500);
  assert.equal((await found()).length, 0, "four minutes of silence and thirty of ours are not ten");
  now = T0 + 47 * 60_000;
  await sleep(2_500);
  const [gone] = await found();
  assert.equal(gone?.status, "firing");
  now = T0 + 60 * 60_000;
  await feed(second, [report(60)]);
  assert.equal((await found())[0]?.status, "cleared");
  await second.close();
});

test("an expert sees the findings of the sandbox project that he is assigned to, and no others", async () => {
  await records.asSuperuser(
    `insert into cases (id, kind, definition, state, version, title_en, title_zh, assigned, opened_at, since, changed_at, folded)
     values ('prj_1', 'sandbox-project', 1, 'TESTING', 1, 'p', 'p', '{acc_expert}', now(), now(), now(), '{}')`,
  );
  await records.asSuperuser(
    `insert into findings (id, trigger_id, version, version_hash, level, status, vehicle, project, assurance, onset, condition_since, onset_observed, witnesses, seq, detected_at, evidence_from, evidence_to)
     values ('fnd_${"0".repeat(25)}1', 'GONE', 1, '${SET.triggers[0]?.versionHash}', 2, 'firing', 5, 'prj_1', 1, now(), now(), true, '[]', 1, now(), now(), now())`,
  );
  const seen = (id: string) =>
    records.transact({ kind: "person", id, role: "EXPERT", organisation: "experts" }, (tx) =>
      findFindings(tx, { limit: 10 }),
    );
  assert.deepEqual(
    (await seen("acc_expert")).map(({ project }) => project),
    ["prj_1"],
  );
  assert.deepEqual(await seen("acc_other"), []);
});
