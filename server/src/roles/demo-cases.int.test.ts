/** The cases of the demonstration on a real database: walked by the accounts of the demonstration, each as far as it says. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { MAKERS } from "@sandglass/simulator";
import { seedDemo } from "../access/mod.ts";
import { openTestAccess, type TestAccess } from "../access/testing.ts";
import { createCases, type Cases } from "../cases/mod.ts";
import { demoActor } from "./demo-projects.ts";
import { ensureDemoCases } from "./demo-cases.ts";

let t: TestAccess;
let cases: Cases;

before(async () => {
  t = await openTestAccess();
  await seedDemo(t.access, { makers: MAKERS, vehicles: [], platforms: [] }, "demo");
  cases = createCases({ records: t.records, now: () => t.clock.now, checkTriggerSet: async () => ({ hash: "" }) });
});
after(() => t.close());

async function seenBy(account: string): Promise<string[]> {
  const rows = await t.records.transact(await demoActor(t.records, account), (tx) =>
    tx.selectFrom("cases").select(["kind", "state"]).execute(),
  );
  return rows.map(({ kind, state }) => `${kind} ${state}`).toSorted();
}

test("the ministry of the police has a pilot to confirm, the user entity a permitted one, the cyberspace administration a report", async () => {
  await ensureDemoCases(t.records, { cases }, 2026);
  await ensureDemoCases(t.records, { cases }, 2027);
  const pilots = ["icv-pilot CONNECTING", "icv-pilot FORWARDED"];
  assert.deepEqual(await seenBy("operator"), pilots);
  assert.deepEqual(await seenBy("mps"), ["data-report SUBMITTED", ...pilots]);
  assert.deepEqual(await seenBy("cac"), ["data-report SUBMITTED"]);
});
