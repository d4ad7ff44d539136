import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { packBasis } from "./pack-basis.ts";

const PACKS = join(import.meta.dirname, "../../../packs");
const HAN = /\p{Script=Han}/u;
/** A number of a standard has no words: it reads the same in every language. */
const WORDS = /[a-z]{2}/;

describe("what a rule pack rests on", () => {
  for (const name of readdirSync(PACKS))
    it(`is told in the reader's language: ${name}`, () => {
      const basis = packBasis({ "pack.json": readFileSync(join(PACKS, name, "pack.json"), "utf8") });
      assert.ok(basis.length > 0);
      for (const { text } of basis) {
        assert.doesNotMatch(text.en, HAN);
        if (WORDS.test(text.en)) assert.match(text.zh, HAN, text.en);
      }
    });

  it("is the same in both languages where a pack brings one only", () => {
    const files = { "pack.json": JSON.stringify({ basis: [{ text: "house rule", clause: "2", certainty: "P" }] }) };
    assert.deepEqual(packBasis(files), [{ text: { en: "house rule 2", zh: "house rule 2" }, certainty: "P" }]);
    assert.deepEqual(packBasis({}), []);
  });
});
