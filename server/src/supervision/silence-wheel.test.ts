import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { SilenceWheel } from "./silence-wheel.ts";

test("a subject comes up once, not before its time and at most a second after it", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(100), fc.integer({ min: 0, max: 100_000 })), { maxLength: 50 }),
      fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 30 }),
      (entries, times) => {
        const wheel = new SilenceWheel();
        entries.forEach(([, at], subject) => wheel.add(subject, at));
        const taken = new Map<number, number>();
        for (const now of [...times.toSorted((a, b) => a - b), 300_000]) {
          for (const subject of wheel.take(now)) {
            assert.equal(taken.has(subject), false);
            taken.set(subject, now);
            assert.ok(entries[subject][1] <= now);
          }
          entries.forEach(([, at], subject) =>
            assert.ok(taken.has(subject) || at > now - 1_000, `${subject} at ${at} is not taken at ${now}`),
          );
        }
        assert.equal(taken.size, entries.length);
      },
    ),
  );
});

test("what is added for a time that has passed comes up next", () => {
  const wheel = new SilenceWheel();
  assert.deepEqual(wheel.take(50_000), []);
  wheel.add(7, 1_000);
  assert.deepEqual(wheel.take(52_000), [7]);
});
