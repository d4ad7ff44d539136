import assert from "node:assert/strict";
import { test } from "node:test";
import { asciiOf, hexByte, ownersOf, parseHex } from "./hex.ts";
import { clauseText, describeField, excerptOf, findFieldOf } from "./frame-fields.ts";

test("hex digits become bytes, anything else is refused", () => {
  assert.deepEqual([...(parseHex("23 23 0a FF") ?? [])], [0x23, 0x23, 0x0a, 0xff]);
  assert.equal(parseHex("232"), undefined);
  assert.equal(parseHex("zz"), undefined);
});

test("each byte belongs to its innermost field", () => {
  const fields = [
    { offset: 0, length: 6 },
    { offset: 1, length: 2 },
    { offset: 4, length: 1 },
  ];
  assert.deepEqual([...ownersOf(fields, 8)], [0, 1, 1, 0, 2, 0, -1, -1]);
});

test("a field that claims bytes behind the frame owns only those inside", () => {
  assert.deepEqual(
    [
      ...ownersOf(
        [
          { offset: 2, length: 100 },
          { offset: -3, length: 4 },
        ],
        4,
      ),
    ],
    [1, -1, 0, 0],
  );
});

test("bytes are shown as two digits and as text where it is printable", () => {
  assert.equal(hexByte(5), "05");
  assert.equal(asciiOf(0x23), "#");
  assert.equal(asciiOf(0x0a), "·");
});

const FIELDS = [
  { offset: 0, length: 1, name: "vehicle.vehicleState", value: "1 started" },
  { offset: 1, length: 2, name: "vehicle.speed", value: 62.4 },
  { offset: 3, length: 2, name: "motors.motors[0].speed", value: 4000 },
  { offset: 5, length: 2, name: "cellVoltages.packs[0].cellVoltages[0].voltage", value: 3.71 },
  { offset: 7, length: 2, name: "cellVoltages.packs[0].cellVoltages[1].voltage", value: 3.68 },
];

test("a signal finds the field that carries it, not one of the same name elsewhere", () => {
  assert.equal(findFieldOf(FIELDS, "speed"), 1);
  assert.equal(findFieldOf(FIELDS, "soc"), undefined);
});

test("without an extremes body the extreme of the list is the field", () => {
  assert.equal(findFieldOf(FIELDS, "max_cell_voltage"), 3);
  assert.equal(findFieldOf(FIELDS, "min_cell_voltage"), 4);
});

test("an excerpt shows a field's bytes between their neighbours and stops at the ends", () => {
  assert.deepEqual(excerptOf("0102030405060708", { offset: 3, length: 2 }), {
    offset: 3,
    before: "01 02 03",
    bytes: "04 05",
    after: "06 07 08",
  });
  assert.deepEqual(excerptOf("0102", { offset: 0, length: 1 }), { offset: 0, before: "", bytes: "01", after: "02" });
  assert.equal(excerptOf("0102", { offset: 1, length: 4 }), undefined);
});

test("decoded values are worded: codes by the catalogue, structures by what is set", () => {
  assert.equal(describeField(FIELDS[0], "zh"), "1 启动");
  assert.equal(describeField(FIELDS[0], "en"), "1 started");
  assert.equal(describeField({ name: "alarm.flags", value: { raw: "0", active: [] } }, "zh"), "无");
  assert.equal(
    describeField(
      { name: "alarm.flags", value: { raw: "440", active: ["cellUnderVoltage", "poorCellConsistency"] } },
      "zh",
    ),
    "单体电池欠压报警, 电池单体一致性差报警",
  );
  assert.equal(describeField({ name: "response", value: "254 command" }, "zh"), "254 命令");
  assert.equal(describeField({ name: "bcc", value: "wrong, calculated 3c" }, "zh"), "错误，应为 3C");
  assert.equal(clauseText("2025 表21, 表22", "en"), "2025 table 21, table 22");
  assert.equal(
    describeField(
      { name: "vehicle.gear", value: { raw: 14, position: "D", drivingForce: true, brakingForce: false } },
      "en",
    ),
    "D · driving force",
  );
});
