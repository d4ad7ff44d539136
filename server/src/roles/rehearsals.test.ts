import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileTriggers } from "@sandglass/triggers";
import { CATALOGUE } from "@sandglass/signals";
import { compileRules } from "../rulebook/compile.ts";
import { simulate } from "./rehearsals.ts";
import { readPacks } from "./rule-packs.ts";

const PACKS = readPacks();

describe("rehearsals of a plan's triggers", () => {
  for (const id of ["demo-sandbox", "demo-ai", "automated-driving"]) {
    it(`9.1: runs the cases of ${id} through the engine and says what fired`, () => {
      const { pack, set } = PACKS.get(id)!;
      const facts = simulate(set, id, pack.tests);
      assert.equal(facts.failed, 0);
      assert.equal(facts.setHash, set.hash);
      assert.equal(facts.vehicles, pack.tests.length);
      assert.ok(facts.rows > pack.tests.length && facts.firings > 0);
    });

    it(`a backtest of the text of ${id} is one of the very same set`, () => {
      const { pack, set } = PACKS.get(id)!;
      const text = pack.sources.map((source) => source.text).join("\n\n");
      assert.equal(compileRules({ sources: [{ text }], regions: [] }).hash, set.hash);
    });
  }

  it("9.1: sees that a changed threshold no longer behaves as the cases expect", () => {
    const { pack } = PACKS.get("demo-sandbox")!;
    const changed = pack.sources.map((source) => ({ ...source, text: source.text.replaceAll(/55 ?°C/g, "95 °C") }));
    const compiled = compileTriggers(changed, CATALOGUE);
    assert.ok(compiled.ok, "the changed text compiles");
    assert.ok(simulate(compiled.set, "demo-sandbox", pack.tests).failed > 0);
  });

  it("counts nothing as rehearsed where a set brings no case", () => {
    assert.equal(simulate(PACKS.get("demo-sandbox")!.set, "none", []).rows, 0);
  });
});
