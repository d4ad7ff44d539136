import assert from "node:assert/strict";
import { test } from "node:test";
import { terminalParameters } from "@sandglass/gbt32960";
import { describeCommand, editionOf, needsSecondPerson, parameterValue } from "./commands.ts";

test("values carry the unit of their edition, sentinels and codes are words", () => {
  assert.equal(parameterValue({ id: 3, value: 1000 }, 2016, "en"), "1000 ms");
  assert.equal(parameterValue({ id: 3, value: 1 }, 2025, "zh"), "1 秒");
  assert.equal(parameterValue({ id: 0x10, value: 2 }, 2016, "zh"), "2 否");
  assert.equal(parameterValue({ id: 9, value: 255, sentinel: "invalid" }, 2016, "en"), "invalid");
  assert.equal(parameterValue({ id: 0x80, value: { hex: "ff01" } }, 2016, "en"), "0xFF01");
});

test("a command is worded in both languages", () => {
  assert.equal(
    describeCommand({ kind: "set", parameters: [{ id: 2, value: 10 }] }, 2025, "zh"),
    "正常时信息上报时间周期 = 10 秒",
  );
  assert.equal(
    describeCommand({ kind: "query", parameters: [7, 8] }, 2016, "en"),
    "Hardware version, Firmware version",
  );
  assert.match(
    describeCommand({ kind: "control", control: "alarm", level: 3, text: "停车" }, 2016, "zh"),
    /报警.*3.*停车/,
  );
  assert.match(describeCommand({ kind: "control", control: "userDefined", id: 0x81 }, 2016, "en"), /81/);
});

test("controls and settings of an address need a second person", () => {
  assert.ok(needsSecondPerson("control", []));
  assert.ok(needsSecondPerson("set", [9, 5]));
  assert.ok(!needsSecondPerson("set", [9]));
  assert.ok(
    !needsSecondPerson(
      "query",
      terminalParameters(2016).map(({ id }) => id),
    ),
  );
});

test("an unknown edition shows the current tables", () => {
  assert.deepEqual([editionOf("2016"), editionOf("2025"), editionOf(null)], [2016, 2025, 2025]);
});
