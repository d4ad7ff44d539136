/**
 * Random triggers on random arrivals: late rows, corrections that are issued again, repetitions. What the log says in the
 * end is what the definitions of the language say of the rows in order of time, looked at one instant after the other.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import { compareSeed } from "./late-oracle.fixture.ts";

/** Others with SANDGLASS_LATE_SEEDS=FIRST-LAST (docs/reliability.md). */
const [FIRST, LAST] = (process.env["SANDGLASS_LATE_SEEDS"] ?? "").split("-").map(Number);
const SEEDS =
  LAST === undefined
    ? [20_261_122, 144, 558, 610, 809, 911]
    : Array.from({ length: LAST - FIRST + 1 }, (_, i) => FIRST + i);

let records: TestRecords;
before(async () => void (records = await openTestRecords()));
after(() => records.close());

for (const [index, seed] of SEEDS.entries())
  test(`the log of late data is that of the definitions on the rows in order of time, seed ${seed}`, async (t) => {
    const { pairs, findings, late, differences } = await compareSeed(records, seed, 100 * index);
    const { replayed, retracted, amended, found } = late;
    t.diagnostic(JSON.stringify({ pairs, findings, replayed, retracted, amended, found }));
    assert.equal(differences.length, 0, differences.join("\n\n"));
    if (LAST === undefined)
      assert.ok(findings > pairs && Math.min(replayed, retracted, amended, found) > 2, JSON.stringify(late));
  });
