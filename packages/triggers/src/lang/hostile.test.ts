/**
 * Texts that nobody means well: always coded errors or a program within its bounds, within seconds, never a crash.
 * The seed is fixed so that a failure can be repeated; SANDGLASS_FUZZ_RUNS makes it longer.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { CATALOGUE } from "@sandglass/signals";
import { compileTriggers, createMonitor, TRIGGER_ERROR_CODES } from "../mod.ts";
import { REGIONS, trigger } from "./generated.fixture.ts";
import { FUNCTIONS, KEYWORDS } from "./keywords.ts";
import { Names, sourceOf } from "./names.ts";
import { formatCore } from "../text/format.ts";

const RUNS = Number(process.env["SANDGLASS_FUZZ_RUNS"] ?? 1200);
const SETTINGS = { seed: 20_260_101, numRuns: RUNS };
const CODES = new Set<string>(Object.values(TRIGGER_ERROR_CODES));
const LONGEST_MS = 5000;
const BUDGET = 64 * 1024;

/** Compiles and checks everything that must hold for any text. */
function compile(text: string): boolean {
  const before = process.threadCpuUsage();
  const result = compileTriggers([{ text }], CATALOGUE, { declarations: true, regions: REGIONS });
  const { user, system } = process.threadCpuUsage(before);
  assert.ok((user + system) / 1000 < LONGEST_MS, `${user + system} µs for ${text.slice(0, 200)}`);
  if (!result.ok) {
    assert.ok(result.errors.length > 0 && result.errors.length <= 500);
    for (const e of result.errors) {
      assert.ok(CODES.has(e.code), e.code);
      assert.ok(e.line >= 1 && e.column >= 1 && e.start >= 0 && e.end >= e.start && e.end <= text.length, e.message);
      assert.ok(e.suggestion && e.suggestionZh && e.message && e.messageZh, e.message);
      assert.ok(e.message.length < 2000, "an error does not repeat the whole text");
    }
    return false;
  }
  for (const t of [...result.set.triggers, ...result.set.screenings]) assert.ok(t.bytesPerSubject <= BUDGET, t.id);
  const monitor = createMonitor(result.set);
  const state = monitor.create();
  const values = new Float64Array(result.set.inputs.length).fill(1);
  const present = new Uint8Array(result.set.inputs.length).fill(1);
  for (let i = 0; i < 5; i++) monitor.step(state, 1e12 + i * 1000, values, present, i, () => {});
  assert.ok(state.numbers.byteLength <= result.set.bytesPerSubject + 8 * 64);
  return true;
}

const spellings = Object.values(KEYWORDS).flatMap((set) => (set as readonly (readonly string[])[]).flat());
const tokens = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...spellings) },
  { weight: 2, arbitrary: fc.constantFrom(...Object.entries(FUNCTIONS).flat()) },
  { weight: 3, arbitrary: fc.constantFrom(...CATALOGUE.flatMap((s) => [s.id, s.names.zh, s.names.en])) },
  { weight: 4, arbitrary: fc.constantFrom(...'{}()[];:,<>=!+-*/%.|&#"“”，；（）：'.split("")) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "60",
      "60 °C",
      "30 s",
      "10 分钟",
      "80 %",
      "0",
      "1e308",
      "-1",
      "22:00",
      "2026-01-01",
      "500 m",
      '"x"',
      "[0, 1 h]",
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "__proto__",
      "constructor",
      "toString",
      "\u0000",
      "𠮷",
      "\u202e",
      "//",
      "/*",
      "*/",
      "..",
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
);
const soup = fc.array(tokens, { maxLength: 80 }).map((words) => words.join(" "));

describe("hostile texts", () => {
  it("of random characters and tokens are refused with codes or compile within bounds", () => {
    let ran = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary", maxLength: 300 }),
          soup,
          soup.map((s) => `trigger A version 1 { when ${s} ; }`),
          soup.map((s) => `触发器 A 版本 1 { 当 车速 > 5 km/h ; ${s} }`),
          soup.map((s) => `trigger A version 1 { when at least 5 of registered vehicle ${s} }`),
        ),
        (text) => {
          compile(text);
          ran++;
        },
      ),
      SETTINGS,
    );
    assert.ok(ran >= RUNS);
  });

  it("that are valid ones with tokens lost, doubled, swapped or replaced", () => {
    const names = new Names(CATALOGUE.map(sourceOf), REGIONS);
    let compiled = 0;
    fc.assert(
      fc.property(
        trigger,
        fc.constantFrom("en" as const, "zh" as const),
        fc.array(fc.record({ at: fc.nat(), how: fc.nat(3), token: tokens }), { maxLength: 3 }),
        (core, language, changes) => {
          const words = formatCore(core, language, names).split(/(?<=\s)/);
          for (const { at, how, token } of changes) {
            const i = at % Math.max(1, words.length);
            if (how === 0) words.splice(i, 1);
            else if (how === 1) words.splice(i, 0, words[i] ?? "");
            else if (how === 2) words.splice(i, 1, `${token} `);
            else words.splice(i, 2, words[i + 1] ?? "", words[i] ?? "");
          }
          if (compile(words.join(""))) compiled++;
        },
      ),
      { ...SETTINGS, numRuns: Math.ceil(RUNS / 3) },
    );
    assert.ok(compiled > 0);
  });

  const when = (condition: string, more = "") => `trigger A version 1 { when ${condition} ; ${more} }`;
  const many = (n: number, f: (i: number) => string) => Array.from({ length: n }, (_, i) => f(i)).join("");
  const deep: readonly [string, string][] = [
    ["parentheses that open", when("(".repeat(50_000))],
    ["parentheses around a condition", when(`${"(".repeat(5000)}speed > 1 km/h${")".repeat(5000)}`)],
    ["negations", when(`${"not ".repeat(50_000)}alarm.insulation`)],
    ["exclamation marks", when("!".repeat(50_000))],
    ["minus signs", when(`${"-".repeat(50_000)}speed > 1 km/h`)],
    ["a long conjunction", when(`${"speed > 1 km/h and ".repeat(5000)}true`)],
    ["a long sum", when(`speed ${"+ speed ".repeat(20_000)} > 1 km/h`)],
    ["many suffixes", when(`speed > 1 km/h ${"for 1 s ".repeat(5000)}`)],
    ["nested windows", when(`${"once[1 s, 1 h](".repeat(190)}speed > 1 km/h${")".repeat(190)}`)],
    ["nested functions", when(`${"abs(".repeat(5000)}speed${")".repeat(5000)} > 1 km/h`)],
    [
      "lets that double",
      `${many(60, (i) => `let x${i} = ${i === 0 ? "speed > 1 km/h" : `x${i - 1} and x${i - 1}`} ;\n`)}${when("x59")}`,
    ],
    [
      "lets in a chain",
      `${many(450, (i) => `let x${i} = ${i === 0 ? "speed > 1 km/h" : `not x${i - 1}`} ;\n`)}${when("x449")}`,
    ],
    ["a list of many values", when(`alarm.level in [${many(50_000, (i) => `${i}, `)}1]`)],
    ["clauses without end", when("speed > 1 km/h", "severity 2 ; ".repeat(20_000))],
    ["triggers without end", many(5000, (i) => `trigger T${i} version 1 { when speed > 1 km/h ; }\n`)],
    ["triggers that are all wrong", many(5000, (i) => `trigger T${i} version 1 { when spee > 1 km/h ; }\n`)],
    ["an identifier without end", when(`${"a".repeat(200_000)} > 1`)],
    ["a Chinese name without end", when(`${"温".repeat(200_000)} > 1`)],
    ["a path without end", when(`${"a.".repeat(100_000)}a > 1`)],
    ["a string without end", `trigger A version 1 "${"x".repeat(200_000)}`],
    ["a comment without end", `/*${"*".repeat(200_000)}`],
    ["blanks without end", when(`speed >${" ".repeat(200_000)}1 km/h`)],
    ["a number of many digits", when(`speed > ${"9".repeat(100_000)} km/h`)],
    ["an exponent", when("speed > 1e999999 km/h")],
    ["a duration of many parts", when(`speed > 1 km/h for ${"1 s ".repeat(50_000)}`)],
    ["a long duration", when("speed > 1 km/h for 99999999999999999999 d")],
    ["a huge window", when("avg(speed over 400 d) > 1 km/h")],
    ["a huge count", when("alarm.insulation more than 999999999 times in last 1 h")],
    ["many wide windows", when(many(60, (i) => `avg(speed over ${i + 100} min) > 1 km/h or `).concat("false"))],
    ["units without end", when(`speed > 1 ${"km/".repeat(50_000)}h`)],
    ["more than may be read", " ".repeat(300_000)],
  ];
  for (const [name, text] of deep) it(`with ${name}`, () => void compile(text));
});
