import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeFrame, encodeFrame, formatAlarmText, type Message } from "@sandglass/gbt32960";
import { Terminal } from "./terminal.ts";

const VIN = "LTESTVIN000000001";
const TIME = "2026-07-01T12:00:00+08:00";
const ask = (edition: 2016 | 2025, fields: Record<string, unknown>): Uint8Array =>
  encodeFrame({ edition, vin: VIN, time: TIME, ...fields } as unknown as Message);

test("a query is answered with what was asked, a set value included, in either edition", () => {
  for (const edition of [2016, 2025] as const) {
    const terminal = new Terminal(edition, 5);
    const set = terminal.answer(
      ask(edition, { kind: "parameterSetting", parameterCount: 1, parameters: [{ id: 2, value: 20 }] }),
    );
    assert.deepEqual(set?.effect, { kind: "reportPeriod", seconds: 20 });
    const acknowledged = decodeFrame(set.frame);
    assert.deepEqual([acknowledged.kind, acknowledged.response, set.frame.length], ["reply", 1, 31]);
    const reply = decodeFrame(
      terminal.answer(ask(edition, { kind: "parameterQuery", parameterCount: 3, ids: [2, 4, 5] }))!.frame,
    );
    assert.ok(reply.kind === "parameterReply");
    assert.deepEqual(
      reply.parameters.map(({ value }) => value),
      [20, 16, "platform.example"],
    );
    assert.equal(reply.time, TIME);
  }
});

test("one bad value refuses the whole setting", () => {
  const terminal = new Terminal(2025, 5);
  const parameters = [
    { id: 9, value: 30 },
    { id: 2, value: 200 },
  ];
  const refused = terminal.answer(ask(2025, { kind: "parameterSetting", parameterCount: 2, parameters }));
  assert.equal(refused?.frame[3], 2);
  assert.equal(refused.effect, undefined);
  const reply = decodeFrame(terminal.answer(ask(2025, { kind: "parameterQuery", parameterCount: 1, ids: [9] }))!.frame);
  assert.ok(reply.kind === "parameterReply");
  assert.equal(reply.parameters[0].value, 60);
});

test("a control is acknowledged, an unknown one refused; replies and other editions are ignored", () => {
  const terminal = new Terminal(2016, 5);
  const alarm = ask(2016, { kind: "terminalControl", control: 6, parameters: formatAlarmText(3, "停车") });
  assert.deepEqual(terminal.answer(alarm)?.effect, { kind: "control", control: 6 });
  assert.equal(terminal.answer(ask(2016, { kind: "terminalControl", control: 0x20, parameters: "" }))?.frame[3], 2);
  assert.equal(terminal.answer(ask(2025, { kind: "terminalControl", control: 3, parameters: "" })), undefined);
  assert.equal(terminal.answer(terminal.answer(alarm)!.frame), undefined);
});
