import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileTriggers } from "@sandglass/triggers";
import { CATALOGUE } from "@sandglass/signals";
import { compileRules } from "../rulebook/compile.ts";
import type { PublishedRule } from "../rulebook/mod.ts";
import { compileProjectSet } from "./project-sets.ts";
import { simulate } from "./rehearsals.ts";
import { readPacks } from "./rule-packs.ts";

const PACKS = readPacks();
const NO_REGIONS = { pinnedTo: () => undefined, today: () => [] };

describe("rehearsals of a plan's triggers", () => {
  for (const id of ["demo-sandbox", "demo-ai", "automated-driving"]) {
    it(`9.1: runs the cases of ${id} through the engine and says what fired`, () => {
      const { pack, set } = PACKS.get(id)!;
      const facts = simulate(set, id, PACKS.get(id));
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
    assert.ok(simulate(compiled.set, "demo-sandbox", { pack, set: PACKS.get("demo-sandbox")!.set }).failed > 0);
  });

  it("9.1: runs the cases that a published rule brings, and those of the pack as if the rule were not there", () => {
    const { set } = PACKS.get("demo-sandbox")!;
    const text = "trigger ANY-SPEED version 1 { when speed > 10 km/h ; } trigger HOT version 1 { when soc < 5 % ; }";
    const publication = compileRules({ sources: [{ text }], regions: [] });
    const [compiled] = publication.triggers;
    const tests = [{ name: "fast", every: "10 s", series: { speed: "0 20" }, expect: ["firing ANY-SPEED at 10 s"] }];
    const rule: PublishedRule = {
      trigger: "ANY-SPEED",
      version: 1,
      publication: "pub_1",
      compiled: compiled!,
      set: publication,
      tests: JSON.stringify({ tests }),
      regions: [],
      publishedAt: 0,
      endedAt: undefined,
      newer: undefined,
    };
    const packs = { find: (id: string) => PACKS.get(id), ids: () => [...PACKS.keys()] };
    const together = compileProjectSet({ pack: "demo-sandbox", rules: [rule] }, packs, NO_REGIONS, [rule]);
    const facts = simulate(together, "demo-sandbox", PACKS.get("demo-sandbox"), [rule]);
    const alone = simulate(set, "demo-sandbox", PACKS.get("demo-sandbox"));
    assert.deepEqual([facts.failed, facts.setHash], [0, together.hash]);
    assert.deepEqual(
      [facts.rows, facts.vehicles, facts.firings],
      [alone.rows + 2, alone.vehicles + 1, alone.firings + 1],
    );
    const wrong = { ...rule, tests: JSON.stringify({ tests: [{ ...tests[0], expect: [] }] }) };
    assert.equal(simulate(together, "demo-sandbox", PACKS.get("demo-sandbox"), [wrong]).failed, 1);
  });

  it("9.1: judges the cases of a pack without what is written into the plan beside it", () => {
    const packs = { find: (id: string) => PACKS.get(id), ids: () => [...PACKS.keys()] };
    const text = "trigger ANY-HEAT version 1 { when max_cell_temp > 1 °C ; }";
    const set = compileProjectSet({ pack: "demo-sandbox", text }, packs, NO_REGIONS);
    const facts = simulate(set, "demo-sandbox", PACKS.get("demo-sandbox"));
    assert.deepEqual([facts.failed, facts.setHash], [0, set.hash]);
  });

  it("counts nothing as rehearsed where a set brings no case", () => {
    assert.equal(simulate(PACKS.get("demo-sandbox")!.set, "none", undefined).rows, 0);
  });
});
