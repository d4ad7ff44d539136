import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { decodeFrame, encodeFrame } from "./mod.ts";
import {
  findAlarmText,
  formatAlarmText,
  highestAlarmLevel,
  parameterSentinel,
  TERMINAL_CONTROLS,
  terminalParameters,
} from "./terminal-commands.ts";

const TIME = "2026-07-01T12:00:00+08:00";
const VIN = "LTESTVIN000000001";

test("every number of the tables is written and read back at both ends of its range, in both editions", () => {
  for (const edition of [2016, 2025] as const) {
    for (const { id, kind, min, max, name } of terminalParameters(edition)) {
      if (kind === "text") continue;
      for (const value of [min, max]) {
        const bytes = encodeFrame({
          kind: "parameterSetting",
          edition,
          vin: VIN,
          time: TIME,
          parameterCount: 1,
          parameters: [{ id, value }],
        });
        const message = decodeFrame(bytes);
        assert.ok(message.kind === "parameterSetting");
        assert.deepEqual(message.parameters, [{ id, name, value }]);
        assert.equal(parameterSentinel(edition, id, value), undefined, `${edition} ${name} ${value}`);
      }
    }
  }
});

test("the two editions differ in the periods of reports only", () => {
  const [old, current] = [terminalParameters(2016), terminalParameters(2025)];
  assert.deepEqual(
    old.map(({ id }) => id),
    Array.from({ length: 16 }, (_, index) => index + 1),
  );
  const differing = old.filter((row, i) => {
    const other = current[i];
    return row.max !== other.max || row.unit !== other.unit || row.id !== other.id;
  });
  assert.deepEqual(
    differing.map(({ id }) => id),
    [2, 3],
  );
  assert.deepEqual(
    old.filter((row) => !row.settable).map(({ id }) => id),
    [7, 8],
  );
});

test("sentinels follow the width that a parameter has in its edition", () => {
  assert.equal(parameterSentinel(2016, 2, 0xffff), "invalid");
  assert.equal(parameterSentinel(2016, 2, 0xff), undefined);
  assert.equal(parameterSentinel(2025, 2, 0xff), "invalid");
  assert.equal(parameterSentinel(2025, 2, 0xfe), "abnormal");
  assert.equal(parameterSentinel(2016, 5, 0xff), undefined);
});

test("an alarm text comes back as it was written, Chinese included", () => {
  const characters = fc.constantFrom(..."abcXYZ 019-;,.请立即靠边停车并远离车辆电池温度过高");
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), fc.array(characters, { maxLength: 60 }), (level, letters) => {
      const text = letters.join("");
      const parameters = formatAlarmText(level, text);
      const bytes = encodeFrame({
        kind: "terminalControl",
        edition: 2025,
        vin: VIN,
        time: TIME,
        control: TERMINAL_CONTROLS.alarm.id,
        parameters,
      });
      const message = decodeFrame(bytes);
      assert.ok(message.kind === "terminalControl");
      assert.deepEqual(findAlarmText(message.parameters), { level, text });
    }),
    { numRuns: 200, seed: 1 },
  );
  assert.equal(formatAlarmText(3, "停"), "03cda3");
  // GB 18030 has a code for every character: four bytes for rare ideographs and for the scripts of other nationalities.
  for (const [text, code] of [
    ["㐀", "8139ee39"],
    ["𠮷", "9534b235"],
    ["ئۇيغۇر", "813183388131933981318734813185388131933981318439"],
    ["🚗", "95308d37"],
  ] as const) {
    assert.equal(formatAlarmText(1, text), `01${code}`);
    assert.deepEqual(findAlarmText(`01${code}`), { level: 1, text });
  }
  assert.throws(() => formatAlarmText(256, ""), { code: "SG_MESSAGE_INVALID" });
  assert.throws(() => formatAlarmText(1, "\ud83d"), { code: "SG_MESSAGE_INVALID" }, "half a character has no code");
  assert.equal(findAlarmText(""), undefined);
  assert.deepEqual([highestAlarmLevel(2016), highestAlarmLevel(2025)], [3, 4]);
});
