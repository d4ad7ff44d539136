import assert from "node:assert/strict";
import { it } from "node:test";
import { makerNames } from "./maker-name.ts";

const MAKER = { names: { en: "Qingye Motors (demo)", zh: "青野汽车（演示）" } };

it("names the maker in the reader's language, whichever of its names was registered", () => {
  for (const registered of [MAKER.names.en, MAKER.names.zh]) {
    assert.equal(makerNames([MAKER], "en").get(registered), MAKER.names.en);
    assert.equal(makerNames([MAKER], "zh").get(registered), MAKER.names.zh);
  }
  assert.equal(makerNames([MAKER], "en").get("别家汽车"), undefined);
});
