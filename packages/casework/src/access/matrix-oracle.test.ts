/**
 * 10⁵ generated attempts (`SANDGLASS_PERMISSION_RUNS` for more; `npm run test:permissions` makes 10⁶): the evaluator allows what the
 * words of §8.2 allow, and nothing else, over roles, organisations, regions, objects, rights and records.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { allows, type CaseActor } from "./extent.ts";
import { readMatrix } from "./matrix-oracle.ts";
import { OBJECT_CODES, reachesOf, RIGHTS } from "./permissions.ts";
import { ROLE_CODES } from "./roles.ts";

const RUNS = Number(process.env["SANDGLASS_PERMISSION_RUNS"] ?? 100_000);
const ORGANISATIONS = ["oem-a", "oem-b", "battery-a", "samr", "local", ""] as const;
const REGIONS = ["440305", "440300", "440000", "441900", "310115", "310000", "110105", "450000"] as const;
const TERRITORIES = [...REGIONS, "000000", "", "44", "4403ab"] as const;
const DEPARTMENTS = ["SAMR", "MIIT", "MOT", "MEM", "GACC", "MPS", "CAC", "AI_REGULATOR"] as const;
const PERSONS = ["p1", "p2", "p3"] as const;

/** Small and seeded: the same attempts in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

describe("the matrix and the words of REQUIREMENTS 8.2", () => {
  const oracle = readMatrix();

  it("name the same objects, and for each role and right the same reaches", () => {
    assert.deepEqual([...oracle.objects].sort(), [...OBJECT_CODES].sort());
    for (const object of OBJECT_CODES)
      for (const role of ROLE_CODES)
        for (const right of RIGHTS)
          assert.deepEqual(
            [...reachesOf(role, object, right)].sort(),
            [...oracle.reaches(role, object, right)].sort(),
            `${role} ${right} ${object}`,
          );
  });

  it(`allow the same in ${RUNS} attempts`, () => {
    const next = generator(20_261_122);
    const pick = <T>(items: readonly T[]): T => items[next(items.length)] as T;
    const some = <T>(items: readonly T[]): T[] => items.filter(() => next(3) === 0);
    let allowed = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const actor = {
        id: pick(PERSONS),
        role: pick(ROLE_CODES),
        organisation: pick(ORGANISATIONS),
        region: pick(TERRITORIES),
      };
      const record = {
        organisations: some(ORGANISATIONS),
        regions: some(REGIONS),
        assigned: some(PERSONS),
        leads: some(DEPARTMENTS),
        coIssuers: some(DEPARTMENTS),
      };
      const object = pick(OBJECT_CODES);
      const right = pick(RIGHTS);
      const expected = oracle.mayTouch(actor, object, right, record);
      const answer = allows(actor satisfies CaseActor, object, right, record);
      if (answer !== expected)
        assert.fail(`${answer ? "allowed" : "denied"}: ${JSON.stringify({ actor, object, right, record })}`);
      if (answer) allowed += 1;
    }
    assert.ok(allowed > RUNS / 50, `${allowed} of ${RUNS} were allowed, so that the property says something`);
  });
});
