/** Search finds what an actor may see and read, and all of it: cases by the matrix, words by the readers of their fields. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as fc from "fast-check";
import { hasWords, redact, ROLE_CODES, ROLES, type Json, type RoleCode } from "@sandglass/casework";
import { sql } from "kysely";
import type { Actor } from "../../records/mod.ts";
import { countCases, listCases } from "../engine/list.ts";
import { filterOf } from "../engine/routes/cases.ts";
import { listActions } from "../engine/store.ts";
import { APPLICATION, openWorld, PEOPLE, projectInTest, vehicle, type World } from "../world.fixture.ts";
import { FEW_CASES } from "./words.ts";

const RUNS = Number(process.env.SANDGLASS_SCOPE_RUNS ?? 60);
let world: World;

before(async () => {
  world = await openWorld();
  const { cases } = world;
  await projectInTest(world, { ...APPLICATION, title: "Solid-state pack 固态电池系统" });
  await cases.createProject(PEOPLE.oemB, {
    ...APPLICATION,
    title: "Valet parking 自动泊车",
    applicant: { organisation: "oem-b", role: "vehicleMaker" },
    limits: { regions: ["310000"] },
  });
  for (const index of [0, 1, 3]) await world.fire({ vehicle: index, level: 3 });
  await cases.drain();
  await cases.engine.transact(PEOPLE.oem, (unit) =>
    cases.engine.create(unit, "accident", "report", {
      what: "追尾后电池起火",
      happenedAt: new Date(world.now - 3_600_000).toISOString(),
      place: "深圳",
      source: "enterprise",
      fire: true,
      vehicle: vehicle(0),
      contact: "李四 13800000000",
    }),
  );
});
after(() => world.close());

const actors: fc.Arbitrary<Actor> = fc.record({
  kind: fc.constant("person" as const),
  id: fc.constantFrom("acc_expert", "acc_other"),
  role: fc.constantFrom<RoleCode>(...ROLE_CODES.filter((role) => ROLES[role].kind !== "system")),
  organisation: fc.constantFrom("oem-a", "oem-b", "samr", ""),
  region: fc.constantFrom("440300", "440000", "310000", ""),
});
const queries = fc.constantFrom(
  "电池",
  "起火",
  "固态电池",
  "火",
  "pack",
  "Pack solid",
  "泊",
  "李四",
  "138",
  "温",
  "temperature",
  "admissible",
  "准入",
  "scope",
  "电池 深圳",
  "no such word",
);

/** Ids of the cases that a reader would find by hand: title, inputs and facts as the page shows them to the role. */
async function expected(actor: Actor, q: string): Promise<string[]> {
  return world.cases.engine.transact(actor, async ({ tx }) => {
    const rows = await tx.selectFrom("cases").select(["id", "kind", "definition", "title_en", "title_zh"]).execute();
    const found: string[] = [];
    for (const row of rows) {
      const lifecycle = world.cases.engine.lifecycleOf(row);
      const shown = (await listActions(tx, row.id)).flatMap(({ input, facts }) =>
        [input, facts].map((value) => textsOf(redact(lifecycle, actor.role as RoleCode, value as Json).value)),
      );
      if (hasWords([row.title_en, row.title_zh, ...shown].join(" | "), q)) found.push(row.id);
    }
    return found.sort();
  });
}

function textsOf(value: Json | undefined): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return "";
  return Object.values(value).map(textsOf).join(" | ");
}

test("every actor finds by every query exactly the cases that show it the words", async () => {
  let hits = 0;
  await fc.assert(
    fc.asyncProperty(actors, queries, async (actor, q) => {
      const filter = { ...filterOf(world.cases.engine, actor, { q }), limit: 1_000 };
      const { listed, counted } = await world.cases.engine.transact(actor, async ({ tx }) => ({
        listed: (await listCases(tx, filter, world.now)).map(({ id }) => id).sort(),
        counted: await countCases(tx, filter, world.now),
      }));
      assert.deepEqual(listed, await expected(actor, q), `${actor.role} ${q}`);
      assert.equal(
        counted.facets.reduce((sum, { count }) => sum + count, 0),
        listed.length,
      );
      assert.equal(counted.isCapped, false);
      hits += listed.length;
    }),
    { numRuns: RUNS },
  );
  assert.ok(hits > 10, "the queries find something");
});

test("neither the words nor the index give away a case that the actor does not see", async () => {
  await fc.assert(
    fc.asyncProperty(actors, async (actor) => {
      await world.records.transact(actor, async (tx) => {
        const seen = new Set((await tx.selectFrom("cases").select("id").execute()).map(({ id }) => id));
        const { rows: words } = await sql<{ case_id: string }>`select case_id from case_words`.execute(tx);
        const { rows: found } = await sql<{
          found: string[];
        }>`select matching_cases('''电池'' | ''temperature'' | ''pack'''::tsquery, 100, null, null) as found`.execute(
          tx,
        );
        assert.ok(words.every(({ case_id: id }) => seen.has(id)));
        assert.ok(found[0]!.found.every((id) => seen.has(id)));
      });
    }),
    { numRuns: Math.ceil(RUNS / 3) },
  );
});

test("words are written by the engine alone: the application cannot change them, nor add them to a case it does not see", async () => {
  const [hidden] = await world.records.asSuperuser("select id from cases where 'oem-b' = any (organisations) limit 1");
  const count = async () =>
    (await world.records.asSuperuser("select words::text as w from case_words where case_id = $1", [hidden?.id]))[0]?.w;
  const earlier = await count();
  await world.records.transact(PEOPLE.oem, (tx) =>
    sql`select add_case_words(${String(hidden?.id)}, array['planted'], false)`.execute(tx),
  );
  assert.equal(await count(), earlier);
  for (const statement of [
    "insert into case_words values ('x', 'a', now())",
    "update case_words set words = ''",
    "delete from case_words",
  ])
    await assert.rejects(
      world.records.transact(PEOPLE.samr, (tx) => sql.raw(statement).execute(tx)),
      /permission denied/,
    );
});

test("cases without words get them in the background, the same as those written with each action", async () => {
  const all = () => world.records.asSuperuser("select case_id, words::text as words from case_words order by 1");
  const written = await all();
  await world.records.asSuperuser("delete from case_words");
  assert.equal(await world.cases.indexWords(), written.length);
  assert.deepEqual(await all(), written);
  assert.equal(await world.cases.indexWords(), 0);
});

test("what stands in more cases than are looked up at once is found page by page, the newest first", async () => {
  await world.records.asSuperuser(
    `insert into cases (id, kind, definition, state, version, title_en, title_zh, organisations, opened_at, since, changed_at, ended, folded)
     select 'ord_' || lpad(n::text, 6, '0'), c.kind, c.definition, c.state, 1, 'Order', '批量工单', '{oem-a}', timestamptz '2026-01-01' + n * interval '1 minute', now(), now(), false, c.folded
     from cases c, generate_series(1, ${FEW_CASES + 200}) n where c.id = (select id from cases where kind = 'hazard-order' limit 1)`,
  );
  await world.records.asSuperuser(
    "insert into case_words select id, array_to_tsvector(array['批量', '量工', '工单', '单']), opened_at from cases where title_zh = '批量工单'",
  );
  const page = (actor: Actor, cursor?: string) =>
    world.cases.engine.transact(actor, ({ tx }) =>
      listCases(
        tx,
        {
          ...filterOf(world.cases.engine, actor, { q: "批量工单" }),
          limit: 20,
          ...(cursor === undefined ? {} : { cursor }),
        },
        world.now,
      ),
    );
  const first = await page(PEOPLE.samr);
  assert.deepEqual(
    [first.length, first[0]?.id, first[19]?.id],
    [21, `ord_${String(FEW_CASES + 200).padStart(6, "0")}`, `ord_${String(FEW_CASES + 181).padStart(6, "0")}`],
  );
  assert.equal((await page(PEOPLE.oem)).length, 21);
  assert.equal((await page(PEOPLE.oemB)).length, 0);
  const counted = await world.cases.engine.transact(PEOPLE.samr, ({ tx }) =>
    countCases(tx, filterOf(world.cases.engine, PEOPLE.samr, { q: "批量" }), world.now),
  );
  assert.ok(counted.isCapped);
});
