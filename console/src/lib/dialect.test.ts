import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_DIALECT, DIALECT_VALUES, type Dialect } from "@sandglass/gbt32960";
import { resources } from "../i18n/resources.ts";
import { differences, DIALECT_NAMES, readDialect, withChoice, writeDialect } from "./dialect.ts";

test("every choice survives the address, and the default leaves it as it is", () => {
  assert.equal(writeDialect(DEFAULT_DIALECT), undefined);
  assert.deepEqual(readDialect(undefined), DEFAULT_DIALECT);
  for (const name of DIALECT_NAMES)
    for (const value of DIALECT_VALUES[name]) {
      const dialect = withChoice(DEFAULT_DIALECT, name, String(value));
      assert.deepEqual(dialect, { ...DEFAULT_DIALECT, [name]: value });
      assert.deepEqual(readDialect(writeDialect(dialect)), dialect);
    }
  const farthest = DIALECT_NAMES.reduce<Dialect>(
    (dialect, name) => withChoice(dialect, name, String(DIALECT_VALUES[name].at(-1))),
    DEFAULT_DIALECT,
  );
  assert.equal(writeDialect(farthest)?.length, DIALECT_NAMES.length);
  assert.deepEqual(readDialect(writeDialect(farthest)), farthest);
  assert.deepEqual(differences(farthest, DEFAULT_DIALECT), DIALECT_NAMES);
});

test("words that are no choice change nothing", () => {
  assert.deepEqual(readDialect(["firstCell", "firstCell=2", "toString=1", "x=y", ""]), DEFAULT_DIALECT);
});

test("both languages name every option, its values and the reason of the disagreement", () => {
  for (const { inspector } of Object.values(resources))
    for (const name of DIALECT_NAMES) {
      const words: { readonly title: string; readonly hint: string; readonly values: object } =
        inspector.dialect.of[name];
      assert.ok(words.title !== "" && words.hint !== "", name);
      assert.deepEqual(Object.keys(words.values).toSorted(), DIALECT_VALUES[name].map(String).toSorted(), name);
    }
});
