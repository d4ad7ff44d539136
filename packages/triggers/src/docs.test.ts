/** Every example of the language's pages compiles; those that show an error or a warning raise it; their test cases pass. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { CATALOGUE } from "@sandglass/signals";
import { REGIONS } from "./lang/generated.fixture.ts";
import { FUNCTIONS, KEYWORDS } from "./lang/keywords.ts";
import {
  ATTRIBUTES,
  allTriggers,
  compileTriggers,
  runScreeningCase,
  runTestCase,
  SUBJECTS,
  type ScreeningCase,
  type TestCase,
  type TriggerSet,
} from "./mod.ts";

const DOCS = join(import.meta.dirname, "../../../docs");
const compile = (text: string) => compileTriggers([{ text }], CATALOGUE, { declarations: true, regions: REGIONS });

interface Block {
  readonly info: string;
  readonly text: string;
}

function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^```(\S[^\n]*)\n([^]*?)^```/gm)].map((m) => ({
    info: m[1] as string,
    text: m[2] as string,
  }));
}

for (const file of ["triggers.md", "triggers.zh-CN.md"]) {
  describe(`docs/${file}`, () => {
    const page = readFileSync(join(DOCS, file), "utf8");
    const blocks = blocksOf(page);
    let set: TriggerSet | undefined;
    let previous: string | undefined;
    let tests = 0;
    blocks.forEach(({ info, text }, index) => {
      const [language, role, code] = info.split(" ");
      if (language === "tdl" && role === "error") {
        it(`shows ${code} in example ${index}`, () => {
          const result = compile(text);
          assert.ok(!result.ok);
          assert.equal(result.errors[0]?.code, code);
        });
      } else if (language === "tdl" && role === "warning") {
        it(`shows ${code} in example ${index}`, () => {
          const result = compile(text);
          assert.deepEqual(result.ok && result.set.warnings.map((warning) => warning.code), [code]);
        });
      } else if (language === "tdl") {
        const result = compile(text);
        const hash = result.ok ? result.set.hash : undefined;
        const before = previous;
        set = result.ok ? result.set : undefined;
        previous = hash;
        it(`compiles example ${index}`, () => {
          assert.ok(result.ok, result.ok ? "" : JSON.stringify(result.errors));
          if (role === "same") assert.equal(hash, before);
        });
      } else if (role === "tests") {
        const of = set;
        tests++;
        it(`passes the test cases of example ${index}`, () => {
          assert.ok(of);
          const { tests: cases = [], screenings = [] } = JSON.parse(text) as {
            tests?: TestCase[];
            screenings?: ScreeningCase[];
          };
          assert.ok(cases.length + screenings.length > 0);
          for (const test of cases) assert.equal(runTestCase(of, test).problem, undefined);
          for (const test of screenings) assert.equal(runScreeningCase(of, test), undefined);
        });
      } else {
        // A block of another kind would go unchecked: commands and shapes of answers are all there may be besides.
        it(`is a command in example ${index}`, () => assert.ok(["sh", "text"].includes(language as string), info));
      }
    });
    it("has examples, errors and tests", () => {
      assert.ok(blocks.filter((b) => b.info.startsWith("tdl")).length >= 12);
      assert.ok(blocks.some((b) => b.info.startsWith("tdl error")) && tests >= 2);
    });
    it("names every keyword, function, attribute and subject in both languages", () => {
      const missing = [
        ...Object.values(KEYWORDS).flatMap((set) =>
          (set as readonly (readonly string[])[]).flatMap((s) => s.slice(0, 1)),
        ),
        ...Object.entries(FUNCTIONS).flat(),
        ...ATTRIBUTES.flatMap((a) => [a.id, a.zh[0] as string]),
        ...SUBJECTS.flatMap((s) => [s.id, s.zh[0] as string]),
      ].filter((word) => !page.includes(word));
      assert.deepEqual([...new Set(missing)], []);
    });
  });
}

it("the two pages show the same triggers", () => {
  const hashes = ["triggers.md", "triggers.zh-CN.md"].map((file) =>
    blocksOf(readFileSync(join(DOCS, file), "utf8"))
      .filter((b) => b.info === "tdl" || b.info === "tdl same")
      .flatMap((b) => {
        const result = compile(b.text);
        return result.ok ? allTriggers(result.set).map((t) => t.id) : [];
      }),
  );
  assert.deepEqual(hashes[0], hashes[1]);
});
