import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeFrame, explain, fieldsOf, findDump, formatAlarmText, type MessageDraft } from "@sandglass/gbt32960";
import * as fc from "fast-check";
import { ADDRESS_LIMIT, readDump, writeDump } from "./dump-address.ts";
import { exampleDump } from "./dump-examples.ts";
import { describeField, explainField, fieldTitle } from "./frame-fields.ts";

test("any dump that fits comes back from the address; a longer one stays out of it", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), (bytes) => {
      const written = writeDump(bytes);
      assert.match(written ?? "", /^bytes=[\w-]+$/);
      assert.deepEqual(readDump(`#${written}`), bytes);
    }),
    { numRuns: 200, seed: 1 },
  );
  assert.equal(writeDump(new Uint8Array(ADDRESS_LIMIT + 1)), undefined);
  for (const other of ["", "#", "#bytes=", "#section", "#bytes=%%%"]) assert.equal(readDump(other), undefined, other);
});

test("the examples hold good frames, damage between them, and a frame that broke off", () => {
  for (const edition of [2016, 2025] as const) {
    const dump = findDump(exampleDump(edition));
    assert.ok(dump !== undefined && !dump.oddDigits);
    const pieces = explain(dump.bytes);
    assert.deepEqual(
      pieces.filter((piece) => piece.kind === "frame").map((piece) => [piece.message, piece.edition]),
      [
        ["realtimeReport", edition],
        ["realtimeReport", edition],
        ["heartbeat", edition],
        ["vehicleLogout", edition],
      ],
    );
    assert.ok(pieces.filter((piece) => piece.kind === "damage").length >= 3);
    assert.equal(
      pieces.reduce((sum, piece) => sum + piece.length, 0),
      dump.bytes.length,
    );
  }
});

test("a field says how its number becomes its value, in both languages", () => {
  const [first] = explain(findDump(exampleDump(2016))!.bytes);
  const speed = first.fields.find((field) => field.name.endsWith("vehicle.speed"))!;
  assert.equal(explainField(speed, "en"), "0x01E8 = 488; 488 ÷ 10 = 48.8 km/h; allowed 0–2200");
  assert.match(explainField(speed, "zh"), /允许 0–2200/);
  const invalid = first.fields.find((field) => field.problem === "invalid")!;
  assert.match(explainField(invalid, "zh"), /无效$/);
  assert.match(fieldTitle(invalid, "zh"), / 4$/);
  assert.equal(fieldTitle(invalid, "en"), invalid.name);
});

test("codes of commands to the terminal, of activation and of disposal are words in both languages", () => {
  const header = { edition: 2025, vin: "LTESTVIN000000001", time: "2026-03-31T23:59:58+08:00" } as const;
  const said = (draft: Pick<MessageDraft, "kind"> & Record<string, unknown>, name: string): string[] => {
    const field = fieldsOf(encodeFrame({ ...header, ...draft })).find((one) => one.name === name);
    assert.ok(field !== undefined, name);
    return [describeField(field, "en"), describeField(field, "zh")];
  };
  const alarm = { kind: "terminalControl", control: 6, parameters: formatAlarmText(3, "电池高温") } as const;
  assert.deepEqual(said(alarm, "control"), ["6 alarm or warning", "6 车载终端报警/预警"]);
  assert.deepEqual(said(alarm, "parameters.text"), ["电池高温", "电池高温"]);
  assert.deepEqual(said({ kind: "parameterQuery", ids: [9] }, "ids[0].id"), [
    "9 heartbeatPeriod",
    "9 车载终端心跳发送周期",
  ]);
  const setting = { kind: "parameterSetting", parameters: [{ id: 16, value: 2 }] } as const;
  assert.deepEqual(said(setting, "parameters[0].samplingMonitor"), ["2 off", "2 否"]);
  assert.deepEqual(said({ kind: "activationReply", status: 2, info: 1 }, "info"), [
    "1 chip already activated",
    "1 芯片已激活",
  ]);
});
