import assert from "node:assert/strict";
import { test } from "node:test";
import { LIST_SIGNALS, SCALAR_SIGNALS } from "@sandglass/signals";
import { observationTable } from "./native-layout.ts";

test("every signal has one column, and no two columns share a name", () => {
  const columns = observationTable();
  assert.equal(new Set(columns.map((column) => column.name)).size, columns.length);
  assert.equal(columns.filter((column) => column.kind === "scalar").length, SCALAR_SIGNALS.length);
  assert.equal(columns.filter((column) => column.kind === "list").length, LIST_SIGNALS.length);
});

test("packed reasons fit their integer types", () => {
  assert.ok(SCALAR_SIGNALS.length * 8 + 7 <= 0xffff);
  assert.ok(LIST_SIGNALS.length <= 0xff);
});
