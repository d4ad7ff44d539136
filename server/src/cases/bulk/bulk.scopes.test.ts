/**
 * An action on many cases never does what the same action on one of them would refuse, and does what it would do: actors,
 * selections and actions are generated. `SANDGLASS_SCOPE_RUNS` sets how many attempts are made.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as fc from "fast-check";
import { possibleActions, ROLE_CODES, ROLES, type Json, type RoleCode } from "@sandglass/casework";
import { acceptedInput } from "@sandglass/casework/testing";
import { SandglassError } from "../../errors/mod.ts";
import { SYSTEM_TRIGGER, type Actor } from "../../records/mod.ts";
import { toCaseActor } from "../engine/engine.ts";
import { findCase, getCase, type StoredCase } from "../engine/store.ts";
import { APPLICATION, openWorld, PEOPLE, TO_TESTING, type World } from "../world.fixture.ts";
import { previewCases, type BulkRequest } from "./preview.ts";
import { insertPreview, startRun, type BulkRow } from "./runs.ts";

const RUNS = Number(process.env.SANDGLASS_SCOPE_RUNS ?? 60);
const REFUSED = new Set(["refused", "skipped"]);

let world: World;
let ids: readonly string[];
before(async () => {
  world = await openWorld();
  const { cases } = world;
  for (let steps = 0; steps <= TO_TESTING.length; steps += 1) {
    const { id } = await cases.createProject(PEOPLE.oem, { ...APPLICATION, title: `steps ${steps}` });
    for (const [who, name, input] of TO_TESTING.slice(0, steps)) await cases.actOnProject(PEOPLE[who], id, name, input);
  }
  for (const index of [0, 1, 3, 9]) await world.fire({ vehicle: index, level: 3 });
  await cases.drain();
  ids = await cases.engine.transact(SYSTEM_TRIGGER, async ({ tx }) =>
    (await tx.selectFrom("cases").select("id").orderBy("id").execute()).map(({ id }) => id),
  );
});
after(() => world.close());

/** A change in between. */
const CLEARED = { finding: "fnd_none", clearedAt: "2026-11-23T00:00:00Z" };

const NAMES = ["notifyOwner", "accept", "repairRecord", "close", "linkAccident", "falseAlarm", "supervise", "submit"];
const PROJECT_NAMES = ["admit", "completenessOk", "withdraw", "order", "lift", "planAgreed", "start", "deception"];
const actors: fc.Arbitrary<Actor> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom<Actor>(...Object.values(PEOPLE)) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("person" as const),
      id: fc.constantFrom("acc_expert", "acc_other"),
      role: fc.constantFrom<RoleCode>(...ROLE_CODES.filter((role) => ROLES[role].kind !== "system")),
      organisation: fc.constantFrom("oem-a", "oem-b", "samr", ""),
      region: fc.constantFrom("440300", "310000", ""),
    }),
  },
);

/** The action on one case. @returns the code of its refusal; undefined where it is taken */
async function take(
  actor: Actor,
  id: string,
  name: string,
  input: Json,
  { isUndone = false } = {},
): Promise<string | undefined> {
  const undo = new Error("undo");
  try {
    await world.cases.engine.transact(actor, async (unit) => {
      await world.cases.engine.act(unit, id, name, input);
      if (isUndone) throw undo;
    });
  } catch (cause) {
    if (cause instanceof SandglassError) return cause.code;
    if (cause !== undo) throw cause;
  }
  return undefined;
}

/** As the routes do it. @returns the code of a refusal of the whole, or its rows */
async function bulk(
  actor: Actor,
  request: BulkRequest,
  meanwhile: () => Promise<unknown>,
): Promise<string | BulkRow[]> {
  const { engine } = world.cases;
  let run: string;
  try {
    const previewed = await previewCases(engine, actor, request);
    run = await engine.transact(actor, ({ tx }) => insertPreview(tx, actor, request, previewed, world.now));
    await meanwhile();
    await engine.transact(actor, ({ tx }) => startRun(tx, actor, run, world.now));
  } catch (cause) {
    if (cause instanceof SandglassError) return cause.code;
    throw cause;
  }
  await world.cases.runBulk();
  return engine.transact(actor, ({ tx }) =>
    tx.selectFrom("bulk_run_cases").selectAll().where("run_id", "=", run).execute(),
  );
}

const load = (id: string): Promise<StoredCase> =>
  world.cases.engine.transact(SYSTEM_TRIGGER, ({ tx }) => getCase(tx, id));

/** Mostly true: else most selections hold a case that the actor does not see, and nothing comes of them. */
const often = fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) });

const visibleTo = (actor: Actor, drawn: readonly StoredCase[]): Promise<StoredCase[]> =>
  world.cases.engine.transact(actor, async ({ tx }) => {
    const found = await Promise.all(drawn.map(({ id }) => findCase(tx, id)));
    return drawn.filter((_each, index) => found[index] !== undefined);
  });

/** Names of the actions that the case offers the actor. */
function possibleOf(actor: Actor, stored: StoredCase): string[] {
  const lifecycle = world.cases.engine.lifecycleOf(stored);
  return possibleActions(lifecycle, stored.folded, toCaseActor(actor), world.now).map(({ name }) => name);
}

test("an action on many cases does to each what it would do to it alone, and nothing that it would refuse", async () => {
  let [done, refused, hidden] = [0, 0, 0];
  await fc.assert(
    fc.asyncProperty(
      actors,
      fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 4, selector: (index) => index % ids.length }),
      fc.constantFrom(...NAMES, ...PROJECT_NAMES),
      fc.boolean(),
      fc.record({ isOfSeen: often, offered: fc.option(fc.nat(), { freq: 4 }) }),
      async (actor, indices, named, isChanged, { isOfSeen, offered }) => {
        const drawn = await Promise.all(indices.map((index) => load(ids[index % ids.length]!)));
        const visible = await visibleTo(actor, drawn);
        const targets = isOfSeen && visible.length > 0 ? visible : drawn;
        const possible = possibleOf(actor, targets[0]!);
        const action = offered === null || possible.length === 0 ? named : possible[offered % possible.length]!;
        const [first] = targets;
        const inputs = Object.fromEntries(
          targets.map(({ id, folded }) => [
            id,
            acceptedInput(action, folded.obligations, folded.data, toCaseActor(actor)) as Record<string, Json>,
          ]),
        );
        const alone = new Map<string, string | undefined>();
        for (const { id, kind } of targets)
          alone.set(
            id,
            kind === first!.kind
              ? await take(actor, id, action, inputs[id]!, { isUndone: true })
              : "SG_ACTION_NOT_POSSIBLE",
          );
        const seen = await visibleTo(actor, targets);
        const isHidden = seen.length < targets.length;
        const request: BulkRequest = {
          selection: { cases: targets.map(({ id }) => id) },
          kind: first!.kind,
          action,
          input: {},
          inputs,
          purpose: undefined,
        };
        const version = (id: string): Promise<number> => load(id).then(({ folded }) => folded.version);
        let changed = false;
        const touch = async (): Promise<void> => {
          if (!isChanged) return;
          changed = (await take(SYSTEM_TRIGGER, first!.id, "clear", CLEARED)) === undefined;
        };
        const outcome = await bulk(actor, request, touch);
        if (typeof outcome === "string") {
          if (isHidden) hidden += 1;
          assert.equal(outcome, isHidden ? "SG_NOT_FOUND" : "SG_BULK_NOTHING");
          if (outcome === "SG_BULK_NOTHING") assert.ok([...alone.values()].every((code) => code !== undefined));
          for (const { id, folded } of targets)
            assert.equal(
              await version(id),
              folded.version + (changed && id === first!.id ? 1 : 0),
              `${action} on ${id}`,
            );
          return;
        }
        assert.ok(!isHidden, "nobody acts on what they do not see");
        for (const row of outcome) {
          const before = targets.find(({ id }) => id === row.case_id)!.folded.version;
          const extra: number = changed && row.case_id === first!.id ? 1 : 0;
          const expected: string | undefined = extra === 1 ? "SG_CASE_CHANGED" : alone.get(row.case_id);
          const what: string = `${actor.role} ${action} on ${row.case_id}: ${row.outcome} ${row.code}, alone ${expected}`;
          if (expected === undefined) {
            assert.ok(row.outcome === "done" || row.outcome === "proposed", what);
            assert.ok((await version(row.case_id)) > before, what);
            done += 1;
          } else {
            assert.ok(REFUSED.has(row.outcome ?? ""), what);
            if (row.outcome === "refused") assert.equal(row.code, expected, what);
            else assert.equal(row.code, alone.get(row.case_id), what);
            assert.equal(await version(row.case_id), before + extra, what);
            refused += 1;
          }
        }
      },
    ),
    { numRuns: RUNS, seed: 31 },
  );
  assert.ok(done > 5 && refused > 5 && hidden > 5, `${done} done, ${refused} refused, ${hidden} hidden`);
});
