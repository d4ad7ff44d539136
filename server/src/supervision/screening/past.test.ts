/** A screening over the past says at every instant what the jobs would have said then. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { SIGNALS } from "@sandglass/signals";
import { compileTriggers, screen, type CompiledScreening, type ScreenedSubject } from "@sandglass/triggers";
import { vehicleIdOf } from "../../access/mod.ts";
import { screenPast, type PastFiring, type PastMember } from "./past.ts";
import { settleResults, subjectOf } from "./standing.ts";
import { sweptOf } from "./sweep.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 1);

function screeningOf(when: string): CompiledScreening {
  const text = `trigger F version 1 { applies to vehicle where powertrain == "BEV" ; when ${when} ; severity 2 ; requires samples >= 2 ; }`;
  const result = compileTriggers([{ text }], SIGNALS);
  assert.ok(result.ok, JSON.stringify(result.ok ? "" : result.errors.map(({ message }) => message)));
  return result.set.screenings[0]!;
}

const screenings = [
  "at least 50 % of active vehicle in group model have (alarm.level >= 3) in last 1 d",
  "more than 2 of registered vehicle have (alarm.level >= 3) in last 1 d",
  "fewer than 30 % of registered vehicle have (speed > 0 km/h) in last 1 d",
  "at least 2 of active vehicle within 500 m have (soc > 80 %) in last 1 d",
].map(screeningOf);

const INSTANTS = 20;
const vehicle = fc.record({
  model: fc.constantFrom("A", "B", undefined),
  powertrain: fc.constantFrom("BEV", "BEV", "BEV", "FCEV"),
  since: fc.constantFrom(0, 0, 0, 5, 12),
  steps: fc.array(
    fc.record({
      length: fc.integer({ min: 1, max: 8 }),
      active: fc.constantFrom(0, 1, 1),
      holds: fc.constantFrom(0, 0, 1),
      at: fc.constantFrom(0, 0, 1, 2),
    }),
    { minLength: 1, maxLength: 10 },
  ),
});

function run<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

describe("a screening over the past", () => {
  test("begins and ends at the instants at which the jobs would have begun and ended it", () => {
    let found = 0;
    fc.assert(
      fc.property(fc.nat(screenings.length - 1), fc.array(vehicle, { maxLength: 7 }), (which, fleet) => {
        const screening = screenings[which]!;
        const instants = Array.from({ length: INSTANTS }, (_, i) => START + i * HOUR);
        const sweeps = fleet.map(({ steps }) => {
          const flat = steps.flatMap((step) => Array.from({ length: step.length }, () => step));
          const at = (i: number) => flat[i] ?? { active: 0, holds: 0, at: 0 };
          return {
            active: Uint8Array.from(instants, (_, i) => at(i).active),
            holds: Uint8Array.from(instants, (_, i) => at(i).holds),
            positions: Float64Array.from(instants.flatMap((_, i) => [114 + at(i).at * 0.1, 22.5])),
          };
        });
        const members = fleet.map(({ model, powertrain, since }, key): PastMember => ({
          key: BigInt(key + 1),
          attributes: { powertrain, ...(model === undefined ? {} : { model }) },
          since: START + since * HOUR,
        }));
        const swept = new Map(sweeps.map((sweep, key) => [BigInt(key + 1), sweptOf(sweep)]));
        const past = run(screenPast(screening, members, swept, instants));
        // Instant by instant, as the jobs go.
        const expected: PastFiring[] = [];
        let open: { readonly subject: string; readonly index: number }[] = [];
        for (const [i, at] of instants.entries()) {
          const subjects = members.flatMap(({ key, attributes, since }): ScreenedSubject[] => {
            if (since > at || attributes.powertrain !== "BEV") return [];
            const sweep = sweeps[Number(key) - 1]!;
            return [
              {
                subject: vehicleIdOf(key),
                ...(attributes.model === undefined ? {} : { group: String(attributes.model) }),
                active: sweep.active[i] === 1,
                holds: sweep.holds[i] === 1,
                longitude: sweep.positions[2 * i],
                latitude: sweep.positions[2 * i + 1],
              },
            ];
          });
          // The order of subjects decides nothing but the order in which members are named.
          subjects.sort((a, b) => sinceOf(members, a) - sinceOf(members, b));
          const { begins, ends } = settleResults(screening, open, screen(screening.plan, subjects));
          for (const { index } of ends) expected[index] = { ...expected[index]!, clearedAt: at };
          open = open.filter((one) => !ends.includes(one));
          for (const result of begins) {
            const { count, population, margin, members: who } = result;
            const subject = subjectOf(screening, result);
            open.push({ subject: subject.id, index: expected.length });
            expected.push({ subject, onset: at, clearedAt: undefined, count, population, margin, members: who });
          }
        }
        const order = (a: PastFiring, b: PastFiring): number =>
          a.onset - b.onset || (a.subject.id < b.subject.id ? -1 : 1);
        assert.deepEqual(past.toSorted(order), expected.toSorted(order));
        found += past.length;
      }),
      { numRuns: 600, seed: 20_261_122 },
    );
    assert.ok(found > 200, `${found} firings`);
  });
});

function sinceOf(members: readonly PastMember[], { subject }: ScreenedSubject): number {
  return members.find(({ key }) => vehicleIdOf(key) === subject)?.since ?? 0;
}
