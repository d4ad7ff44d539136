/** Exports of cases and duties hold what the lists show, for every actor and filter; read through the routes. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { ROLE_CODES, ROLES, type RoleCode } from "@sandglass/casework";
import type { FastifyInstance } from "fastify";
import type { Actor } from "../../records/mod.ts";
import { APPLICATION, DAY, openWorld, PEOPLE, projectInTest, vehicle, type World } from "../world.fixture.ts";
import { hostOf } from "../../http/host.fixture.ts";

const RUNS = Number(process.env.SANDGLASS_SCOPE_RUNS ?? 40);
let world: World;
let app: FastifyInstance;
let actor: Actor = PEOPLE.samr;

before(async () => {
  world = await openWorld();
  await projectInTest(world);
  await world.cases.createProject(PEOPLE.oemB, {
    ...APPLICATION,
    title: "=cmd|' /C calc'!A0",
    applicant: { organisation: "oem-b", role: "vehicleMaker" },
    limits: { regions: ["310000"] },
  });
  for (const index of [0, 1, 3]) await world.fire({ vehicle: index, level: 3 });
  await world.cases.drain();
  world.now += 40 * DAY;
  app = await hostOf([world.cases.routes], () => actor);
});
after(async () => {
  await app.close();
  await world.close();
});

async function exported(
  path: string,
): Promise<{ readonly heading: readonly string[]; readonly rows: readonly string[][]; readonly text: string }> {
  const answer = await app.inject(path);
  assert.equal(answer.statusCode, 200, answer.body);
  const [heading = [], ...lines] = parse(answer.rawPayload, { bom: true, relax_column_count: true }) as string[][];
  const end = lines.findIndex(([first = ""]) => first.startsWith("# "));
  return { heading, rows: lines.slice(0, end).filter((row) => row.length > 1), text: answer.body };
}

interface Listed {
  readonly items: readonly { readonly id: string; readonly case?: { readonly id: string } }[];
}
const listed = async (path: string): Promise<Listed["items"]> => (await app.inject(path)).json<Listed>().items;

const actors: fc.Arbitrary<Actor> = fc.record({
  kind: fc.constant("person" as const),
  id: fc.constantFrom("acc_expert", "acc_other"),
  role: fc.constantFrom<RoleCode>(...ROLE_CODES.filter((role) => ROLES[role].kind !== "system")),
  organisation: fc.constantFrom("oem-a", "oem-b", "samr", ""),
  region: fc.constantFrom("440300", "440000", "310000", ""),
});
const FILTERS = ["", "type=hazard-order", "open=true", "overdue=true", "type=sandbox-project&state=DRAFT,TESTING"];

test("an export of cases holds the cases of the list in its order, for every actor, and never a whole VIN", async () => {
  await fc.assert(
    fc.asyncProperty(actors, fc.constantFrom(...FILTERS), async (someone, filter) => {
      actor = someone;
      const expected = (await listed(`/cases?limit=1000&${filter}`)).map(({ id }) => id);
      const { rows, text } = await exported(`/cases/export?lang=en&${filter}`);
      assert.deepEqual(
        rows.map(([id]) => id),
        expected,
      );
      assert.doesNotMatch(text, /LSGTEST/);
    }),
    { numRuns: RUNS },
  );
});

test("an export of duties holds the duties of the board in its order, for every actor", async () => {
  await fc.assert(
    fc.asyncProperty(actors, fc.constantFrom("", "due=overdue", "scope=mine"), async (someone, filter) => {
      actor = someone;
      const expected = (await listed(`/obligations?limit=1000&${filter}`)).map((each) => each.case?.id);
      const { heading, rows } = await exported(`/obligations/export?lang=en&${filter}`);
      assert.deepEqual(
        rows.map((row) => row[heading.indexOf("Case")]),
        expected,
      );
    }),
    { numRuns: RUNS },
  );
});

test("a title that looks like a formula is defused, vehicles are masked, and the record holds the filter as it was asked", async () => {
  actor = PEOPLE.samr;
  const { heading, rows } = await exported("/cases/export?lang=zh");
  assert.ok(rows.some((row) => row[heading.indexOf("名称")] === "'=cmd|' /C calc'!A0"));
  assert.ok(rows.some((row) => row[heading.indexOf("车辆")]?.startsWith("LSG**********0000")));
  assert.ok(rows.every((row) => !row.includes(vehicle(0))));
  await exported("/cases/export?type=hazard-order&open=true");
  const [row] = await world.records.asSuperuser("select list, query, rows from exports order by ordinal desc limit 1");
  assert.deepEqual(row, { list: "cases", query: { type: "hazard-order", open: true }, rows: 3 });
});

test("filters and formats that do not exist are refused, and nothing is recorded for them", async () => {
  const count = async () => (await world.records.asSuperuser("select count(*)::int as n from exports"))[0]?.n;
  const earlier = await count();
  for (const [query, status] of [
    ["type=nothing", 404],
    ["format=pdf", 400],
    ["level=9", 400],
  ] as const)
    assert.equal((await app.inject(`/cases/export?${query}`)).statusCode, status, query);
  assert.equal((await app.inject({ method: "HEAD", url: "/cases/export" })).statusCode, 404);
  assert.equal(await count(), earlier);
});
