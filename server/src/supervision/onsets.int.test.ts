import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Actor } from "../records/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import { countOnsets } from "./onsets.ts";

const FROM = Date.UTC(2026, 10, 20);
const STEP = 600_000;
const RANGE = { from: FROM, to: FROM + 3 * STEP, stepMs: STEP };
let records: TestRecords;
const person = (role: string, organisation: string): Actor => ({ kind: "person", id: "acc_1", role, organisation });

before(async () => {
  records = await openTestRecords();
  await records.asSuperuser(
    `insert into trigger_versions (version_hash, trigger_id, version, title_en, title_zh, level_min, level_max, text_en, text_zh, sentence_en, sentence_zh, inputs, set_hash)
     values ('hash', 'T', 1, 't', 't', 1, 4, '', '', '', '', '[]', '')`,
  );
  await records.asSuperuser(
    "insert into organisations (id, kind, name_en, name_zh) values ('a', 'OEM', 'A', '甲'), ('b', 'OEM', 'B', '乙')",
  );
  await records.asSuperuser(
    "insert into vehicles (key, vin, registered, organisation, registered_at) values (1, 'LSVAA000000000001', true, 'a', now()), (2, 'LSVAA000000000002', true, 'b', now())",
  );
  for (const [at, [vehicle, after, level, status]] of (
    [
      [1, -1, 3, "firing"],
      [1, 0, 3, "firing"],
      [2, STEP - 1, 3, "cleared"],
      [1, STEP, 1, "retracted"],
      [1, STEP, 1, "suppressed"],
      [2, 3 * STEP - 1, 4, "superseded"],
      [2, 3 * STEP, 4, "firing"],
    ] as const
  ).entries())
    await records.asSuperuser(
      `insert into findings (id, trigger_id, version, version_hash, level, status, vehicle, assurance, onset, condition_since, onset_observed, witnesses, seq, detected_at, evidence_from, evidence_to)
       values ($1, 'T', 1, 'hash', $2, $3, $4, 1, $5, $5, true, '[]', 1, $5, $5, $5)`,
      [`fnd_${at}`, level, status, vehicle, new Date(FROM + after)],
    );
});
after(() => records.close());

test("onsets are counted by step and level, both ends as they are asked, without what was suppressed", async () => {
  assert.deepEqual(await records.transact(person("SAMR", "samr"), (tx) => countOnsets(tx, RANGE)), [
    { at: FROM, level: 3, count: 2 },
    { at: FROM + STEP, level: 1, count: 1 },
    { at: FROM + 2 * STEP, level: 4, count: 1 },
  ]);
});

test("who sees some vehicles counts the findings of these", async () => {
  assert.deepEqual(await records.transact(person("OEM", "a"), (tx) => countOnsets(tx, RANGE)), [
    { at: FROM, level: 3, count: 1 },
    { at: FROM + STEP, level: 1, count: 1 },
  ]);
});
