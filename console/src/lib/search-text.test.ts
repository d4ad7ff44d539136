import assert from "node:assert/strict";
import { test } from "node:test";
import { readSearchText } from "./search-text.ts";

test("a VIN is recognised in any case and with spaces, I, O and Q never are part of one", () => {
  assert.deepEqual(readSearchText(" lsgte54n7rk004219 "), { kind: "vin", vin: "LSGTE54N7RK004219" });
  assert.deepEqual(readSearchText("LSG TE54N7 RK004219"), { kind: "vin", vin: "LSGTE54N7RK004219" });
  assert.equal(readSearchText("LSGTE54N7RKO04219").kind, "words");
});

test("ids lead to what they name", () => {
  assert.deepEqual(
    ["veh_0", "fnd_0", "prj_0", "ord_0", "acd_0", "rcl_0", "ACD_0", "acd"].map((text) => readSearchText(text).kind),
    ["vehicle", "finding", "project", "case", "case", "case", "case", "words"],
  );
});

test("anything else is words, nothing is nothing", () => {
  assert.deepEqual(readSearchText("CX-5"), { kind: "words", text: "CX-5" });
  assert.deepEqual(readSearchText("  "), { kind: "empty" });
});
