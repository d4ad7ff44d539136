import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { covers, reachesOf, ROLE_CODES, type RoleCode } from "@sandglass/casework";
import * as fc from "fast-check";
import { SYSTEM_SETUP } from "../records/mod.ts";
import { scopeAllows } from "./scope.ts";
import { parseSubjectId } from "./subjects.ts";
import { openTestAccess, person, type TestAccess } from "./testing.ts";

const ORGANISATIONS = ["a", "b"] as const;
const REGIONS = ["440300", "310000", undefined] as const;
const TERRITORIES = ["440000", "310000", "000000", undefined] as const;
const HUMAN_ROLES = ROLE_CODES.filter((role) => !role.startsWith("system:"));

describe("subjects and their events, by role, organisation and territory", () => {
  let t: TestAccess;
  const rows: { id: string; organisation: string; region: string | undefined }[] = [];
  before(async () => {
    t = await openTestAccess();
    for (const id of ORGANISATIONS)
      await t.access.directory.ensureOrganisation({ id, kind: "maker", names: { en: id, zh: id } });
    for (const organisation of ORGANISATIONS)
      for (const region of REGIONS) {
        const name = `service ${region ?? "nowhere"}`;
        const { id } = await t.access.subjects.register(SYSTEM_SETUP, {
          kind: "ai_service",
          name,
          organisation,
          ...(region === undefined ? {} : { region }),
        });
        rows.push({ id, organisation, region });
      }
  });
  after(() => t.close());

  const mayRead = (
    object: "subjectRegister" | "subjectEvents",
    role: RoleCode,
    organisation: string,
    territory: string | undefined,
    row: (typeof rows)[number],
  ) =>
    reachesOf(role, object, "read").some(
      (reach) =>
        reach === "all" ||
        (reach === "own" && row.organisation === organisation) ||
        (reach === "territory" &&
          territory !== undefined &&
          territory !== "000000" &&
          row.region !== undefined &&
          covers(territory, row.region)),
    );

  test("the rows that PostgreSQL shows, and the events that may be read, are those of the matrix", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...HUMAN_ROLES),
        fc.constantFrom(...ORGANISATIONS, "elsewhere", ""),
        fc.constantFrom(...TERRITORIES),
        async (role, organisation, territory) => {
          const actor = person(role, organisation, territory);
          const expected = rows.filter((row) => mayRead("subjectRegister", role, organisation, territory, row));
          const shown = await t.records.transact(actor, (tx) => tx.selectFrom("subjects").select("key").execute());
          assert.equal(shown.length, expected.length, `${role} of ${organisation}, ${territory}`);
          const every = await t.access.scopes.ofSubjects(actor);
          for (const row of rows) {
            const scope = await t.access.scopes.ofSubject(actor, row.id).catch(() => undefined);
            const allowed = mayRead("subjectEvents", role, organisation, territory, row) && expected.includes(row);
            assert.equal(scope !== undefined, allowed, `${role} of ${organisation}, ${territory}: ${row.id}`);
            assert.equal(scope?.location ?? false, false);
            assert.equal(scopeAllows(every, parseSubjectId(row.id) ?? 0n), allowed, `${role}: ${row.id} among all`);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test("who reads by case reads the events of subjects in cases, and no others", async () => {
    const samr = person("SAMR", "samr");
    const [inCase, other] = rows as [(typeof rows)[number], (typeof rows)[number]];
    await assert.rejects(t.access.scopes.ofSubject(samr, inCase.id), { code: "SG_NEEDS_CASE" });
    const { key } = await t.access.subjects.get(samr, inCase.id);
    t.caseVehicles.set(samr.id, new Set([key]));
    assert.deepEqual((await t.access.scopes.ofSubject(samr, inCase.id)).vehicles, new Set([key]));
    await assert.rejects(t.access.scopes.ofSubject(samr, other.id), { code: "SG_NEEDS_CASE" });
    t.caseVehicles.delete(samr.id);
  });

  test("a token of the scope intake is no token for the API, and the other way round", async () => {
    const make = (scope: "intake" | undefined) =>
      t.access.tokens.create(SYSTEM_SETUP, {
        name: "t",
        role: "TECH_FIRM",
        organisation: "a",
        ttlMs: 60_000,
        ...(scope === undefined ? {} : { scope }),
      });
    const [intake, whole] = [await make("intake"), await make(undefined)];
    assert.equal(await t.access.tokens.find(intake.token), undefined);
    assert.equal((await t.access.tokens.findIntake(intake.token))?.organisation, "a");
    assert.equal(await t.access.tokens.findIntake(whole.token), undefined);
    assert.equal((await t.access.tokens.find(whole.token))?.organisation, "a");
    const [row] = await t.records.asSuperuser(`select hash, scope from api_tokens where id = '${intake.id}'`);
    assert.equal(row?.["scope"], "intake");
    assert.ok(!JSON.stringify(row).includes(intake.token));
    t.clock.now += 61_000;
    assert.equal(await t.access.tokens.findIntake(intake.token), undefined);
  });

  test("an event's subject becomes known once, stays what was registered, and belongs to its sender", async () => {
    const seen = { kind: "ai_service", name: "service 440300", organisation: "a" } as const;
    await t.access.subjects.noteSeen([seen, seen, { kind: "backend_account", name: "root", organisation: "b" }]);
    const all = await t.access.subjects.list(person("SUPERVISOR_ALL", ""), { limit: 100 });
    const known = all.filter(({ name, organisation }) => name === "service 440300" && organisation === "a");
    assert.deepEqual(
      known.map(({ registered, region }) => [registered, region]),
      [[true, "440300"]],
    );
    const root = all.find(({ name }) => name === "root");
    assert.deepEqual([root?.registered, root?.kind, root?.organisation], [false, "backend_account", "b"]);
    await assert.rejects(
      t.access.subjects.register(person("TECH_FIRM", "a"), { kind: "platform", name: "p", organisation: "b" }),
      { code: "SG_VEHICLE_ORGANISATION" },
    );
    await assert.rejects(
      t.access.subjects.register(person("SAMR", ""), { kind: "platform", name: "p", organisation: "b" }),
      { code: "SG_FORBIDDEN" },
    );
  });
});
