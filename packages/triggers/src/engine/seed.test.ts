import assert from "node:assert/strict";
import { test } from "node:test";
import { SIGNALS } from "@sandglass/signals";
import { compileTriggers, createMonitor, type FiringEvent } from "../mod.ts";

const T0 = Date.UTC(2026, 0, 1);

function monitorOf(text: string) {
  const result = compileTriggers([{ text }], SIGNALS);
  assert.ok(result.ok);
  const monitor = createMonitor(result.set);
  const state = monitor.create();
  const events: FiringEvent[] = [];
  const emit = (event: FiringEvent): unknown => events.push(event);
  const step = (second: number, value: number): void =>
    monitor.step(state, T0 + second * 1000, Float64Array.of(value), Uint8Array.of(1), second, emit);
  const tick = (second: number): void => monitor.tick(state, T0 + second * 1000, emit);
  const said = (): unknown[] =>
    events
      .splice(0)
      .map((e) => [
        e.kind,
        "onset" in e ? (e.onset - T0) / 1000 : undefined,
        "at" in e ? (e.at - T0) / 1000 : undefined,
      ]);
  return { monitor, state, emit, step, tick, said };
}

const HOT = "trigger HOT version 1 { when soc > 60 % for 20 s ; severity 2 ; cooldown 5 min ; }";

test("a firing that the log knows goes on under its own onset, however cold the conditions are", () => {
  const { monitor, state, step, said } = monitorOf(HOT);
  monitor.seed(state, 0, { open: { onset: T0 - 9_000_000, level: 2 }, cooldownUntil: -Infinity });
  for (const second of [0, 10, 20, 30]) step(second, 70);
  assert.deepEqual(said(), []);
  step(40, 50);
  assert.deepEqual(said(), [["cleared", -9000, 40]]);
});

test("a firing that the log does not know ends without a word, and what holds on is no new one", () => {
  const { monitor, state, step, said } = monitorOf(HOT);
  for (const second of [0, 10, 20]) step(second, 70);
  assert.deepEqual(said(), [["onset", 20, undefined]]);
  monitor.seed(state, 0, { open: undefined, cooldownUntil: -Infinity });
  step(30, 70);
  step(40, 50);
  for (const second of [50, 60, 70]) step(second, 70);
  assert.deepEqual(said(), [["onset", 70, undefined]]);
});

test("a firing that the log has closed while nothing is known here has ended: what is true again is a new one", () => {
  const { monitor, state, step, said } = monitorOf(HOT);
  for (const second of [0, 10, 20]) step(second, 70);
  monitor.step(state, T0 + 30_000, Float64Array.of(0), Uint8Array.of(2), 30, () => undefined);
  assert.deepEqual(said(), [["onset", 20, undefined]]);
  monitor.seed(state, 0, { open: undefined, cooldownUntil: -Infinity, ended: T0 + 20_000 });
  for (const second of [40, 50, 60]) step(second, 70);
  assert.deepEqual(said(), [["onset", 60, undefined]]);
});

test("an onset that is refused is none: nothing fires, and what goes on behind a gap is no new one", () => {
  const { monitor, state, said, emit } = monitorOf("trigger HOT version 1 { when soc > 60 % ; severity 2 ; }");
  const refused: FiringEvent[] = [];
  const step = (second: number, value: number, present: 1 | 2, told = emit): void =>
    monitor.step(state, T0 + second * 1000, Float64Array.of(value), Uint8Array.of(present), second, told);
  step(0, 70, 1, (event) => refused.push(event) < 0);
  assert.equal(refused.length, 1);
  assert.deepEqual(monitor.status(state)[0]?.firing, false);
  step(10, 0, 2);
  step(20, 70, 1);
  assert.deepEqual(said(), []);
  step(30, 50, 1);
  step(40, 70, 1);
  assert.deepEqual(said(), [["onset", 40, undefined]]);
});

test("a seeded firing whose condition no longer holds clears at once", () => {
  const { monitor, state, step, tick, said } = monitorOf(HOT);
  step(0, 50);
  monitor.seed(state, 0, { open: { onset: T0 - 60_000, level: 2 }, cooldownUntil: -Infinity });
  tick(1);
  assert.deepEqual(said(), [["cleared", -60, 0]]);
});

test("the cooldown of the last firing of the log suppresses the next onset", () => {
  const { monitor, state, step, said } = monitorOf(HOT);
  monitor.seed(state, 0, { open: undefined, cooldownUntil: T0 + 60_000 });
  for (const second of [0, 10, 20]) step(second, 70);
  assert.deepEqual(said(), [["suppressed", 20, undefined]]);
});

test("what is kept however long nothing is known is unknown until it was known once", () => {
  const { monitor, state, step } = monitorOf(
    "trigger OFTEN version 1 { when rising(soc > 60 %) more than 1 times in last 5 min ; severity 2 ; }",
  );
  const [edge, verdict] = [0, 1].map((memory) => ({ memory, trigger: "OFTEN" }));
  assert.deepEqual(monitor.unknowns(state), [edge, verdict]);
  monitor.step(state, T0, Float64Array.of(0), Uint8Array.of(2), 1, () => undefined);
  assert.deepEqual(monitor.unknowns(state), [edge], "a count is known, the value is not");
  step(10, 70);
  monitor.step(state, T0 + 20_000, Float64Array.of(0), Uint8Array.of(2), 3, () => undefined);
  assert.deepEqual(monitor.unknowns(state), []);
});
