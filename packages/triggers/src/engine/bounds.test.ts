/** No state grows without bound: what the compiler says that a subject may need is what it never exceeds. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { CATALOGUE } from "@sandglass/signals";
import { compileTriggers, createMonitor, type TriggerSet } from "../mod.ts";
import { REGIONS } from "../lang/generated.fixture.ts";
import { acceptedTexts, compileTexts } from "./random-triggers.fixture.ts";

const PACKS = join(import.meta.dirname, "../../../../packs");
const START = Date.UTC(2026, 0, 1);

/** Samples that a queue likes least: dense, all different, to and fro over every threshold, with gaps and nonsense. */
const MOODS = ["dense", "flapping", "rising", "falling", "gaps", "same instant"] as const;

function torment(set: TriggerSet, moods: readonly (typeof MOODS)[number][], rows: number, generateAfter: number): void {
  const { builder, crossings, crossingEnds } = set.program;
  const monitor = createMonitor(set, { generateAfter, economy: rows % 2 === 0 ? "fast" : "least" });
  let state = monitor.create("v");
  const values = new Float64Array(set.inputs.length);
  const present = new Uint8Array(set.inputs.length).fill(1);
  let time = START;
  let ref = 0;
  for (const mood of moods)
    for (let row = 0; row < rows; row++) {
      time +=
        mood === "dense" ? 1 : mood === "gaps" ? (row % 7 === 0 ? 3_600_000 : 1000) : mood === "same instant" ? 0 : 500;
      for (let i = 0; i < values.length; i++) {
        const begin = i === 0 ? 0 : (crossingEnds[i - 1] as number);
        const constants = (crossingEnds[i] as number) - begin;
        const near = constants > 0 ? (crossings[begin + (row % constants)] as number) : 0;
        const swing = row % 2 === 0 ? 1 : -1;
        values[i] = mood === "rising" ? row / 8 : mood === "falling" ? -row / 8 : near + swing * (1 + (row % 13));
        present[i] = mood === "gaps" ? (row + i) % 3 : 1;
      }
      monitor.step(state, time, values, present, ++ref, () => {});
      if (row % 50 === 0) {
        assert.ok(state.bytes <= set.bytesPerSubject, `${mood}: ${state.bytes}`);
        for (const q of builder.queues) assert.ok(q.length(state.numbers) <= q.limit, `${mood}: a queue of ${q.limit}`);
      }
    }
  const saved = monitor.save(state);
  assert.ok(saved.length <= set.bytesPerSubject + 200, "what is saved has the same bound");
  state = monitor.load(saved);
  assert.ok(state.bytes <= set.bytesPerSubject);
}

describe("state of a subject", () => {
  it("stays within what the compiler computed, on every shipped pack", () => {
    for (const name of readdirSync(PACKS)) {
      const result = compileTriggers([{ text: readFileSync(join(PACKS, name, "triggers.tdl"), "utf8") }], CATALOGUE, {
        regions: REGIONS,
      });
      assert.ok(result.ok, `${name}: ${result.ok ? "" : result.errors[0]?.message}`);
      if (result.set.triggers.length > 0) torment(result.set, MOODS, 700, 1000);
    }
  });

  it("stays within it for random triggers of the whole language", () => {
    const texts = acceptedTexts(900, 20_260_103);
    assert.ok(texts.length > 50, `${texts.length} triggers`);
    texts.forEach((text, i) => {
      const set = compileTexts([text]);
      torment(set, MOODS.toSpliced(i % MOODS.length, 1), 120, i % 2 === 0 ? 0 : Infinity);
      assert.ok((set.triggers[0]?.bytesPerSubject ?? Infinity) <= 64 * 1024, "one trigger has its budget (E4)");
    });
  });
});
