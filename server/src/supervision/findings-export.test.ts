import assert from "node:assert/strict";
import { it } from "node:test";
import { COLUMNS, rowIn } from "./findings-export.ts";
import type { Finding } from "./queries.ts";

const FINDING = {
  title: { en: "Hot", zh: "高温" },
  status: "firing",
  subject: { kind: "vehicle", id: "veh_1" },
  assurance: 2,
  effect: "terminate",
  margin: { value: 3, unit: "Cel" },
  onset: 0,
  detectedAt: 0,
} as unknown as Finding;

it("gives codes for programs and their words for people", () => {
  const cell = (finding: Finding, heading: string): unknown =>
    rowIn("zh", finding)[COLUMNS.findIndex(({ title }) => title.en === heading)];
  assert.deepEqual(
    ["Effect", "Unit of the margin", "Assurance", "Effect in words", "Unit in words", "Assurance in words"].map(
      (each) => cell(FINDING, each),
    ),
    ["terminate", "Cel", "mutual_tls", "终止审查", "°C", "双向 TLS"],
  );
  const { effect: _, margin: __, ...bare } = FINDING;
  assert.equal(cell({ ...bare, margin: { value: 1, unit: "1" } } as Finding, "Unit in words"), "无量纲");
  assert.deepEqual(
    ["Effect in words", "Unit in words"].map((each) => cell(bare as Finding, each)),
    [undefined, undefined],
  );
  assert.equal(rowIn("en", FINDING).length, COLUMNS.length);
});
