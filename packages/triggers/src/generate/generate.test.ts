import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { CATALOGUE } from "@sandglass/signals";
import {
  compileTriggers,
  createMonitor,
  type Economy,
  type FiringEvent,
  type Monitor,
  type TriggerSet,
} from "../mod.ts";
import type { SubjectState } from "../engine/state.ts";
import { observations, PACKS, setsOf, START, trace } from "../engine/traces.fixture.ts";
import { acceptedTexts, compileTexts } from "../engine/random-triggers.fixture.ts";
import { js } from "./fragment.ts";
import { generateText } from "./mod.ts";

const RUNS = Number(process.env["SANDGLASS_FUZZ_RUNS"] ?? 250);

const sets = setsOf(
  PACKS.map((name) => readFileSync(join(import.meta.dirname, "../../../../packs", name, "triggers.tdl"), "utf8")),
);

const economies = fc.constantFrom<Economy>("fast", "small", "least");

/** Steps both ways of running a set and compares every number, timer and event after each step. */
class Pair {
  readonly generated: Monitor;
  readonly interpreted: Monitor;
  #a: SubjectState;
  #b: SubjectState;
  readonly #eventsA: FiringEvent[] = [];
  readonly #eventsB: FiringEvent[] = [];
  #ref = 0;

  constructor(set: TriggerSet, economy: Economy) {
    this.generated = createMonitor(set, { generateAfter: 0, economy });
    this.interpreted = createMonitor(set, { generateAfter: Infinity, economy });
    this.#a = this.generated.create("v");
    this.#b = this.interpreted.create("v");
  }

  step(time: number, values: Float64Array, present: Uint8Array): void {
    const ref = ++this.#ref;
    this.generated.step(this.#a, time, values, present, ref, (event) => this.#eventsA.push(event));
    this.interpreted.step(this.#b, time, values, present, ref, (event) => this.#eventsB.push(event));
    this.#compare();
  }

  tick(time: number): void {
    this.generated.tick(this.#a, time, (event) => this.#eventsA.push(event));
    this.interpreted.tick(this.#b, time, (event) => this.#eventsB.push(event));
    this.#compare();
  }

  /** What one has saved the other loads. */
  swap(): void {
    const a = this.generated.save(this.#a);
    const b = this.interpreted.save(this.#b);
    assert.deepEqual(a, b);
    this.#a = this.generated.load(b);
    this.#b = this.interpreted.load(a);
    this.#compare();
  }

  get events(): readonly FiringEvent[] {
    return this.#eventsA;
  }

  #compare(): void {
    assert.equal(this.#a.clock, this.#b.clock);
    assert.equal(this.#a.next, this.#b.next);
    assert.deepEqual(this.#a.quiet, this.#b.quiet);
    assert.equal(this.#a.numbers.length, this.#b.numbers.length);
    for (let i = 0; i < this.#a.numbers.length; i++)
      if (!Object.is(this.#a.numbers[i], this.#b.numbers[i]))
        assert.fail(`number ${i}: generated ${this.#a.numbers[i]}, interpreted ${this.#b.numbers[i]}`);
    assert.equal(this.#eventsA.length, this.#eventsB.length);
    const last = this.#eventsA.length - 1;
    if (last >= 0) assert.deepEqual(this.#eventsA[last], this.#eventsB[last]);
  }
}

describe("generated code", () => {
  it("leaves the numbers, timers and events of the interpreter, on the packs near their thresholds", () => {
    let events = 0;
    fc.assert(
      fc.property(fc.nat(sets.length - 1), trace, economies, (index, given, economy) => {
        const set = sets[index] as TriggerSet;
        const pair = new Pair(set, economy);
        const values = new Float64Array(set.inputs.length);
        const present = new Uint8Array(set.inputs.length);
        let last = START;
        for (const { time, before, frame } of observations(set, given, values, present)) {
          if (frame.tick !== undefined) pair.tick(before + Math.floor(frame.dt * frame.tick));
          if (frame.save) pair.swap();
          pair.step(time, values, present);
          last = time;
        }
        pair.tick(last + 3_600_000);
        events += pair.events.length;
      }),
      { numRuns: RUNS },
    );
    assert.ok(events > RUNS, `${events} events in ${RUNS} runs`);
  });

  it("does so for random triggers of the whole language and samples that go back, repeat and miss", () => {
    const texts = acceptedTexts(2 * RUNS, 20_260_102);
    assert.ok(texts.length > RUNS / 8, `${texts.length} triggers`);
    const row = fc.record({
      dt: fc.constantFrom(-3000, -1, 0, 0, 1, 999, 1000, 1000, 5000, 10_000, 30_000, 600_000),
      odd: fc.nat(9),
      seed: fc.nat(),
      tick: fc.boolean(),
      swap: fc.nat(15),
    });
    fc.assert(
      fc.property(
        fc.subarray([...texts], { minLength: 1, maxLength: 4 }),
        fc.array(row, { minLength: 5, maxLength: 60 }),
        economies,
        (chosen, rows, economy) => {
          const set = compileTexts(chosen);
          const { crossings, crossingEnds } = set.program;
          const pair = new Pair(set, economy);
          const values = new Float64Array(set.inputs.length);
          const present = new Uint8Array(set.inputs.length);
          let time = START;
          for (const { dt, odd, seed, tick, swap } of rows) {
            if (tick) pair.tick(time + Math.floor(dt / 2));
            if (swap === 0) pair.swap();
            time += dt;
            for (let i = 0; i < values.length; i++) {
              const dice = Math.imul(seed + i * 7919, 0x9e37_79b1) >>> 0;
              const begin = i === 0 ? 0 : (crossingEnds[i - 1] as number);
              const constants = (crossingEnds[i] as number) - begin;
              const near = constants > 0 ? (crossings[begin + (dice % constants)] as number) : 0;
              values[i] = dice % 11 === 0 ? NaN : near + ((dice >>> 8) % 5) - 2;
              present[i] = odd === 0 ? dice % 3 : odd === 1 ? 0 : 1;
            }
            pair.step(time, values, present);
          }
          pair.tick(time + 86_400_000);
        },
      ),
      { numRuns: Math.ceil(0.6 * RUNS) },
    );
  });

  it("is made once a set has run for a while, and goes on where the interpreter stood", () => {
    const set = sets[0] as TriggerSet;
    const values = new Float64Array(set.inputs.length).fill(1);
    const present = new Uint8Array(set.inputs.length).fill(1);
    const late = createMonitor(set, { generateAfter: 40 });
    const never = createMonitor(set, { generateAfter: Infinity });
    const a = late.create("v");
    const b = never.create("v");
    for (let i = 0; i < 200; i++) {
      values.fill(i % 17);
      late.step(a, START + i * 10_000, values, present, i, () => {});
      never.step(b, START + i * 10_000, values, present, i, () => {});
    }
    assert.deepEqual(late.save(a), never.save(b));
  });

  it("is left out where code must not be made of strings", () => {
    const script = `
      import { compileTriggers, createMonitor } from "./src/mod.ts";
      import { CATALOGUE } from "@sandglass/signals";
      let refused = false;
      try { new Function("return 1"); } catch { refused = true; }
      const { set } = compileTriggers([{ text: "trigger A version 1 { when speed > 60 km/h for 20 s ; }" }], CATALOGUE);
      const monitor = createMonitor(set, { generateAfter: 0 });
      const state = monitor.create("v");
      const events = [];
      for (let i = 0; i < 10; i++)
        monitor.step(state, i * 10000, Float64Array.of(i > 3 ? 80 : 20), Uint8Array.of(1), i, (e) => events.push(e.kind));
      console.log(JSON.stringify({ refused, events }));`;
    const out = execFileSync(
      process.execPath,
      ["--disallow-code-generation-from-strings", "--input-type=module", "--eval", script],
      { cwd: new URL("../..", import.meta.url), encoding: "utf8" },
    );
    assert.deepEqual(JSON.parse(out), { refused: true, events: ["onset"] });
  });
});

describe("the text of generated code", () => {
  /** Every word that templates use; whatever an author wrote is not among them. */
  const WORDS = new Set(
    `use strict function return const let if else true false Math abs min max NaN Infinity s n k x v c d e m p a due emit now
     level awake next clock numbers sampled crossed eval value conclude step evaluate samples values present ref timeMs
     note length passed before hot row end last open N C Q A reach hear expire consider grow tight cellOf leave stir
     settle enter`.split(/\s+/),
  );

  function check(set: TriggerSet): void {
    const { text } = generateText(set.program, undefined);
    assert.match(text, /^[\x20-\x7e\n]*$/);
    const body = text.replace('"use strict";', "");
    assert.doesNotMatch(body, /["'`\\[\]]{2}|["'`\\/]\s*["'`\\]|["'`\\]|\/[/*]/);
    for (const [word] of body.replace(/\b\d[\d.]*(?:e[+-]?\d+)?\b/g, "0").matchAll(/[A-Za-z_$][\w$]*/g))
      assert.ok(WORDS.has(word) || /^[a-z]\d+$/.test(word), `the word ${word} came from somewhere`);
  }

  const hostile = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 40 }),
    fc.constantFrom(
      "`); process.exit(1); //",
      "\u2028alert(1)",
      "${globalThis}",
      "constructor",
      "__proto__",
      "*/ throw 1 /*",
      "]; x.due = 0; n[",
      "触发器",
    ),
  );
  const quote = (text: string): string => text.replace(/["\\\n\r\u2028\u2029]/g, " ");

  it("holds numbers and the words of its templates only, whatever the texts of a trigger say", () => {
    let compiled = 0;
    fc.assert(
      fc.property(hostile, hostile, hostile, fc.double({ noNaN: true }), (title, basis, value, number) => {
        const result = compileTriggers(
          [
            {
              name: value,
              text: `
signal app.version : string ;
let hot = max_cell_temp > 60 °C ;
trigger T1 version 1 "${quote(title)}" / "${quote(value)}" {
  applies to vehicle ; basis "${quote(basis)}" ;
  when (hot or speed > ${Math.abs(number) < 1e9 ? Math.abs(number).toFixed(3) : 7} km/h) for 10 s and app.version == "${quote(value)}" ;
  severity 2 ; severity 3 when app.version in ["${quote(title)}", "b"] ;
}`,
            },
          ],
          CATALOGUE,
          { declarations: true },
        );
        if (!result.ok) return;
        compiled++;
        check(result.set);
      }),
      { numRuns: 300 },
    );
    assert.ok(compiled > 100, `${compiled} of 300 compiled`);
    for (const set of sets) check(set);
  });

  it("cannot be given a string", () => {
    const text = "1); evil(" as unknown as number;
    assert.throws(() => js`n[${text}]`, TypeError);
    assert.throws(() => js`n[${[text] as unknown as number}]`, TypeError);
    assert.throws(() => js`n[${{ text: "evil" } as unknown as number}]`, TypeError);
    assert.throws(() => js`n[${Object("7") as unknown as number}]`, TypeError);
    assert.throws(
      () => js(Object.assign(["evil()"], { raw: ["evil()"] }) as unknown as TemplateStringsArray),
      TypeError,
    );
    assert.equal(js`n[${3}] = ${-1.5} + ${Infinity} + ${NaN} + ${-0};`.text, "n[3] = (-1.5) + Infinity + NaN + (-0);");
  });
});
