/** Paging through the list by another order shows every actor the same cases as newest first, each once, in that order. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as fc from "fast-check";
import { ROLE_CODES, ROLES, type RoleCode } from "@sandglass/casework";
import { encodeCursor } from "../../http/mod.ts";
import type { Actor } from "../../records/mod.ts";
import { APPLICATION, DAY, openWorld, PEOPLE, projectInTest, vehicle, type World } from "../world.fixture.ts";
import { listCases, type ListFilter } from "./list.ts";
import { filterOf, type CaseListQuery } from "./routes/cases.ts";
import { cursorOf, SORTS, type Sort } from "./sort.ts";
import type { CaseRow } from "./view.ts";

const RUNS = Number(process.env.SANDGLASS_SCOPE_RUNS ?? 60);
let world: World;
before(async () => {
  world = await openWorld();
  const { cases } = world;
  await projectInTest(world, { ...APPLICATION, title: "Pack 电池" });
  for (const [index, level] of [
    [0, 1],
    [1, 3],
    [2, 2],
    [3, 4],
  ] as const) {
    world.now += DAY / 3;
    await world.fire({ vehicle: index, level });
    await cases.drain();
  }
  world.now += DAY;
  await cases.createProject(PEOPLE.oem, { ...APPLICATION, title: "Draft pack" });
  await cases.engine.transact(PEOPLE.oem, (unit) =>
    cases.engine.create(unit, "accident", "report", {
      what: "追尾后电池起火",
      happenedAt: new Date(world.now - 3_600_000).toISOString(),
      place: "深圳",
      source: "enterprise",
      fire: true,
      vehicle: vehicle(0),
      contact: "李四",
    }),
  );
});
after(() => world.close());

const actors: fc.Arbitrary<Actor> = fc.oneof(
  fc.constantFrom<Actor>(...Object.values(PEOPLE)),
  fc.record({
    kind: fc.constant("person" as const),
    id: fc.constantFrom("acc_expert", "acc_other"),
    role: fc.constantFrom<RoleCode>(...ROLE_CODES.filter((role) => ROLES[role].kind !== "system")),
    organisation: fc.constantFrom("oem-a", "oem-b", "samr", ""),
    region: fc.constantFrom("440300", "310000", ""),
  }),
);
const queries: fc.Arbitrary<CaseListQuery> = fc.constantFrom<CaseListQuery>(
  {},
  { open: true },
  { type: "hazard-order" },
  { overdue: true },
  { q: "电池" },
  { q: "pack", open: true },
  { organisation: "oem-a" },
  { vehicle: vehicle(0) },
  { flag: "OVERDUE" },
  { state: "OPEN,DRAFT" },
);

async function pages(actor: Actor, filter: ListFilter, limit: number): Promise<CaseRow[]> {
  const rows: CaseRow[] = [];
  for (let cursor: string | undefined; ;) {
    const page = { ...filter, limit, ...(cursor === undefined ? {} : { cursor }) };
    const found = await world.cases.engine.transact(actor, ({ tx }) => listCases(tx, page, world.now));
    rows.push(...found.slice(0, limit));
    if (found.length <= limit) return rows;
    cursor = encodeCursor(cursorOf(filter.sort)(found[limit - 1]!));
  }
}

const placeOf = (row: CaseRow, sort: Sort): number =>
  sort.endsWith("opened")
    ? row.opened_at.getTime()
    : sort.endsWith("due")
      ? (row.due_at?.getTime() ?? Infinity)
      : (row.level ?? -1);

test("another order shows the same cases, each once, in that order", async () => {
  let some = 0;
  await fc.assert(
    fc.asyncProperty(
      actors,
      queries,
      fc.constantFrom(...SORTS),
      fc.integer({ min: 1, max: 4 }),
      async (actor, query, sort, limit) => {
        const filter = filterOf(world.cases.engine, actor, query);
        const expected = await pages(actor, filter, 1_000);
        const sorted = await pages(actor, { ...filter, sort }, limit);
        assert.deepEqual(sorted.map(({ id }) => id).sort(), expected.map(({ id }) => id).sort());
        const places = sorted.map((row) => placeOf(row, sort));
        const rising = sort.startsWith("-") ? places.toReversed() : places;
        assert.ok(
          rising.every((place, index) => index === 0 || rising[index - 1]! <= place),
          `${sort}: ${places.join(", ")}`,
        );
        if (sorted.length > limit) some += 1;
      },
    ),
    { numRuns: RUNS, seed: 41 },
  );
  assert.ok(some > RUNS / 10, "enough lists have several pages");
});
