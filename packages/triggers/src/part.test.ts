import assert from "node:assert/strict";
import { test } from "node:test";
import { CATALOGUE } from "@sandglass/signals";
import { createMonitor } from "./engine/monitor.ts";
import { partOf } from "./part.ts";
import { compileTriggers, type TriggerSet } from "./set.ts";

const TEXT = `
trigger FAST version 1 "fast" { applies to vehicle ; when speed > 90 km/h for 10 s ; severity 2 ; }
trigger HIT version 1 "hit" { applies to vehicle ; when collision at least 1 times in last 1 h ; severity 3 ; suppressed by FAST ; }
trigger MANY version 1 "many" { applies to vehicle ; when at least 2 of active vehicle in group model have speed > 90 km/h in last 1 d ; severity 1 ; }
`;

function compiled(text: string): TriggerSet {
  const result = compileTriggers([{ text }], CATALOGUE);
  assert.ok(result.ok);
  return result.set;
}

test("a part has the versions, inputs and hash that the same triggers have alone", () => {
  const set = compiled(TEXT);
  const fast = partOf(set, ({ id }) => id === "FAST", { withScreenings: false });
  const alone = compiled(TEXT.split("\n").slice(0, 2).join("\n"));
  assert.deepEqual([fast.hash, fast.inputs, fast.bytesPerSubject], [alone.hash, alone.inputs, alone.bytesPerSubject]);
  assert.equal(fast.screenings.length, 0);
  const whole = partOf(set, () => true, { withScreenings: true });
  assert.equal(whole.hash, set.hash);
});

test("a part fires as the whole set does", () => {
  const set = compiled(TEXT);
  const onsets = (each: TriggerSet): string[] => {
    const monitor = createMonitor(each);
    const state = monitor.create("x");
    const values = new Float64Array(each.inputs.length);
    const present = new Uint8Array(each.inputs.length);
    const speed = each.inputs.indexOf("speed");
    values[speed] = 100;
    present[speed] = 1;
    const found: string[] = [];
    for (let time = 0; time <= 20_000; time += 10_000)
      monitor.step(state, time, values, present, 0, (event) => {
        if (event.kind === "onset") found.push(`${event.trigger} ${event.versionHash}`);
      });
    return found;
  };
  assert.equal(onsets(set).length, 1);
  assert.deepEqual(onsets(partOf(set, ({ id }) => id === "FAST", { withScreenings: true })), onsets(set));
});
