/** Several versions of a lifecycle on the real database: running cases stay, new ones start with the newest, a migration is an action. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ACCIDENT_CASE_V1, basis, type Folded, type Lifecycle } from "@sandglass/casework";
import { SYSTEM_CLOCK, type Actor } from "../../records/mod.ts";
import { openTestRecords, type TestRecords } from "../../records/testing.ts";
import { caseType } from "../accident/kind.ts";
import { checkCase } from "./check.ts";
import { CaseEngine, toCaseActor } from "./engine.ts";
import { previewMigration } from "./migration-preview.ts";
import { ActionRefusedError } from "./refused.ts";
import { getCase } from "./store.ts";
import { pageOfCase } from "./view.ts";

const NOW = Date.UTC(2026, 10, 23, 1);
const person = (id: string, role: string, organisation: string): Actor => ({ kind: "person", id, role, organisation });
const oem = person("acc_oem", "OEM", "oem-a");
const samr = person("acc_samr", "SAMR", "samr");
const FIRST = ACCIDENT_CASE_V1 as unknown as Lifecycle;
const SECOND: Lifecycle = {
  ...FIRST,
  version: 2,
  actions: {
    ...FIRST.actions,
    confirmAccident: { ...FIRST.actions.confirmAccident!, title: { en: "Establish accident", zh: "认定为事故" } },
  },
  flags: { ...FIRST.flags, REVIEWED: { en: "Reviewed", zh: "已复核" } },
  migrations: [
    {
      from: 1,
      title: { en: "With reviews", zh: "增加复核" },
      roles: ["SAMR"],
      basis: basis("9.3", { en: "test", zh: "测试" }, "P"),
      migrate: (folded: Folded) => ({ ...folded, flags: [...folded.flags, "REVIEWED"] }),
    },
  ],
};
const FACTS = {
  happenedAt: new Date(NOW - 3_600_000).toISOString(),
  place: "A",
  what: "Smoke",
  source: "enterprise",
  fire: true,
};

describe("versions of a case type", () => {
  let records: TestRecords;
  let before1: CaseEngine;
  let after2: CaseEngine;
  before(async () => {
    records = await openTestRecords();
    const now = () => NOW;
    before1 = new CaseEngine({ records, now, types: [{ ...caseType, lifecycles: [FIRST] }] });
    after2 = new CaseEngine({ records, now, types: [{ ...caseType, lifecycles: [FIRST, SECOND] }] });
  });
  after(() => records.close());

  const report = (engine: CaseEngine) =>
    engine.transact(oem, (unit) => engine.create(unit, "accident", "report", FACTS));
  const rowOf = async (id: string) =>
    (
      await records.asSuperuser("select definition, started_definition, version, flags from cases where id = $1", [id])
    )[0];

  it("keeps running cases under theirs and starts new ones under the newest", async () => {
    const old = await report(before1);
    const fresh = await report(after2);
    assert.deepEqual([old.definition, fresh.definition], [1, 2]);
    const acted = await after2.transact(oem, (unit) => after2.act(unit, old.id, "confirmAccident", {}));
    assert.deepEqual([acted.definition, (await rowOf(old.id))?.definition], [1, 1]);
    await assert.rejects(
      before1.transact(oem, (unit) => before1.act(unit, fresh.id, "confirmAccident", {})),
      { code: "SG_CASE_DEFINITION" },
      "a program without the version does not guess",
    );
  });

  it("moves a case by an action of its own, of those who may, which the ledger holds and the fold repeats", async () => {
    const { id } = await report(before1);
    const move = (actor: Actor, to: number, version?: number) =>
      after2.transact(actor, (unit) => after2.migrate(unit, id, to, "New procedure", { version }));
    await assert.rejects(
      move(oem, 2),
      (error: unknown) => error instanceof ActionRefusedError && error.code === "SG_ROLE_NOT_ALLOWED",
    );
    await assert.rejects(move(samr, 7), { code: "SG_CASE_VERSION" });
    await assert.rejects(move(samr, 2, 9), { code: "SG_CASE_CHANGED" });
    const offered = await after2.transact(samr, async ({ tx }) => {
      return pageOfCase(after2, tx, await getCase(tx, id), { id: samr.id, role: "SAMR" }, NOW);
    });
    assert.deepEqual(
      offered.migrations.map(({ to, title }) => [to, title.zh]),
      [[2, "增加复核"]],
    );
    const preview = (actor: Actor, to = 2) =>
      after2.transact(actor, async ({ tx, at }) =>
        previewMigration(after2, await getCase(tx, id), to, toCaseActor(actor), at),
      );
    await assert.rejects(preview(oem), { code: "SG_ROLE_NOT_ALLOWED" });
    await assert.rejects(preview(samr, 7), { code: "SG_CASE_VERSION" });
    const shown = await preview(samr);
    assert.deepEqual(
      [shown.from, shown.to, shown.changes.map(({ field, before, now }) => [field, before, now])],
      [1, 2, [["flags", [], ["REVIEWED"]]]],
    );
    assert.deepEqual(
      shown.procedure.map(({ part, code, how }) => [part, code, how]),
      [
        ["action", "confirmAccident", "changed"],
        ["flag", "REVIEWED", "added"],
      ],
    );
    assert.equal((await rowOf(id))?.definition, 1, "looking moves nothing");
    const moved = await move(samr, 2);
    assert.deepEqual([moved.definition, moved.folded.flags, moved.folded.version], [2, ["REVIEWED"], 2]);
    assert.deepEqual(await rowOf(id), { definition: 2, started_definition: 1, version: 2, flags: ["REVIEWED"] });
    await assert.rejects(move(samr, 2), ActionRefusedError, "it is there already");
    await after2.transact(oem, (unit) => after2.act(unit, id, "confirmAccident", {}));
    assert.equal(await records.transact(SYSTEM_CLOCK, (tx) => checkCase(after2, tx, id)), undefined);
    const leaves = await records.asSuperuser(
      "select content ->> 'name' as name, content -> 'definition' as definition, content -> 'facts' as facts from ledger_leaves where subject = $1 order by ordinal",
      [id],
    );
    assert.deepEqual(leaves, [
      { name: "report", definition: 1, facts: {} },
      { name: "$migrate", definition: 2, facts: { from: 1 } },
      { name: "confirmAccident", definition: 2, facts: null },
    ]);
  });
});
