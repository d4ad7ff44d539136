import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SIGNALS } from "@sandglass/signals";
import { observations, START, trace } from "./engine/traces.fixture.ts";
import { judgeSubject, type SubjectSample } from "./judge.ts";
import { compileTriggers, MemberWatch, type CompiledScreening } from "./mod.ts";

const MINUTE = 60_000;

function screeningOf(condition: string): CompiledScreening {
  const result = compileTriggers(
    [
      {
        text: `trigger F version 1 { when more than 0 of active vehicle have (${condition}) in last 10 min ; severity 1 ; }`,
      },
    ],
    SIGNALS,
  );
  assert.ok(result.ok, JSON.stringify(result.ok ? "" : result.errors.map(({ message }) => message)));
  return result.set.screenings[0] as CompiledScreening;
}

const screenings = [
  "speed > 62 km/h",
  "speed > 60 km/h for 1 min",
  "avg(speed over 2 min) > 57 km/h and soc < 48 %",
  "soc < 47 % in at least 60 % of samples in last 3 min",
  "speed > 55 km/h within last 3 min and not (soc > 48 %)",
  "delta(speed over 1 min) > 15 km/h",
  "rate(speed) > 1 km/h/s for 90 s",
  "rising(soc < 47 %) at least 2 times in last 5 min",
  "no data from soc for 2 min",
].map(screeningOf);
/** From here on: what was before a silence of any length counts, so that more than the horizon is seen. */
const REMEMBERS = screenings.length - 2;

describe("a subject of a screening that is followed over many instants", () => {
  it("is at each of them what it is when it is judged from its window and horizon alone", () => {
    fc.assert(
      fc.property(
        fc.nat(screenings.length - 1),
        trace,
        fc.uniqueArray(fc.integer({ min: -20, max: 120 }), { minLength: 1, maxLength: 12 }),
        (index, given, minutes) => {
          const { plan } = screenings[index] as CompiledScreening;
          const { inputs } = plan.member;
          const instants = minutes.toSorted((a, b) => a - b).map((minute) => START + minute * MINUTE);
          const values = new Float64Array(inputs.length);
          const present = new Uint8Array(inputs.length);
          const samples: SubjectSample[] = [];
          const watch = new MemberWatch(plan, instants);
          for (const { time } of observations(plan.member, given, values, present)) {
            watch.reach(time);
            if (present.some((p) => p !== 0) || plan.member.needsEveryFrame || inputs.length === 0)
              watch.monitor.step(watch.state, time, values, present, 0, watch.emit);
            samples.push({
              time,
              values: Object.fromEntries(
                inputs.flatMap((id, i) =>
                  present[i] === 0 ? [] : [[id, present[i] === 2 ? null : (values[i] as number)]],
                ),
              ),
            });
          }
          assert.equal(watch.reach(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY);
          assert.deepEqual(
            [...watch.holds].map((holds) => holds === 1),
            instants.map((at) => judgeSubject(plan, samples, at).holds),
          );
          const since = (at: number): number => at - plan.windowMs - plan.horizonMs;
          if (index >= REMEMBERS) return;
          for (const [i, at] of instants.entries()) {
            const own = samples.filter(({ time }) => time >= since(at));
            assert.equal(judgeSubject(plan, own, at).holds, watch.holds[i] === 1, `at ${at}`);
          }
        },
      ),
      { numRuns: 600 },
    );
  });
});
