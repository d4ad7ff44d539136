import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { PackManifest } from "@sandglass/triggers";
import { packBasisIn } from "./pack-basis.ts";

const PACKS = join(import.meta.dirname, "../../../packs");
const HAN = /\p{Script=Han}/u;
/** A number of a standard has no words: it reads the same in every language. */
const WORDS = /[a-z]{2}/;

/** As the API answers. */
const basisOf = ({ basis }: Pick<PackManifest, "basis">) =>
  basis.map(({ clause = null, textZh = null, clauseZh = null, ...each }) => ({ ...each, clause, textZh, clauseZh }));

describe("what a rule pack rests on", () => {
  for (const name of readdirSync(PACKS))
    it(`is told in the reader's language: ${name}`, () => {
      const basis = basisOf(JSON.parse(readFileSync(join(PACKS, name, "pack.json"), "utf8")) as PackManifest);
      assert.ok(basis.length > 0);
      for (const each of basis) {
        const en = packBasisIn(each, "en");
        assert.doesNotMatch(en, HAN);
        if (WORDS.test(en)) assert.match(packBasisIn(each, "zh"), HAN, en);
      }
    });

  it("is the same in both languages where a pack brings one only", () => {
    const [house] = basisOf({ basis: [{ text: "house rule", clause: "2", certainty: "P" }] });
    assert.deepEqual([packBasisIn(house, "en"), packBasisIn(house, "zh")], ["house rule 2", "house rule 2"]);
  });
});
