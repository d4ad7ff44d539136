import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMAND_KINDS, COMMAND_STATES } from "../../records/tables/downlink.ts";
import {
  COMMAND_KIND_WORDS,
  COMMAND_STATE_WORDS,
  DISPOSITION_WORDS,
  EVENT_WORDS,
  PARAMETER_WORDS,
  REQUEST_WORDS,
} from "./words.ts";

test("every kind and state of a command has its words", () => {
  for (const language of ["en", "zh"] as const) {
    for (const kind of COMMAND_KINDS) assert.ok(COMMAND_KIND_WORDS(kind, language), kind);
    for (const state of COMMAND_STATES) assert.ok(COMMAND_STATE_WORDS(state, language), state);
  }
});

test("a command says what it asks: parameters by name, settings with their meaning or unit, controls by title", () => {
  assert.equal(
    REQUEST_WORDS({ kind: "query", parameters: [1, 2] }, "zh"),
    "车载终端本地存储时间周期、正常时信息上报时间周期",
  );
  assert.match(REQUEST_WORDS({ kind: "set", parameters: [{ id: 2, value: 10 }] }, "en") ?? "", / = 10 s$/);
  assert.match(REQUEST_WORDS({ kind: "set", parameters: [{ id: 2, value: 10 }] }, "zh") ?? "", / = 10 秒$/);
  assert.match(
    REQUEST_WORDS({ kind: "set", parameters: [{ id: 0x80, value: { hex: "0A" } }] }, "en") ?? "",
    /^80 = 0x0A$/,
  );
  assert.equal(REQUEST_WORDS({ kind: "control", control: "reset" }, "zh"), "车载终端复位");
  assert.equal(REQUEST_WORDS(null, "zh"), undefined);
  assert.equal(
    PARAMETER_WORDS([{ id: 2, value: 65535, sentinel: "invalid" }], "en"),
    "Period of normal reports = invalid",
  );
});

test("events are named by the catalogue; a code without a word has none", () => {
  assert.ok(EVENT_WORDS("gen_ai.evaluation.failed", "zh"));
  assert.equal(EVENT_WORDS("sandglass.ai.outputs", "zh"), "输出总数、不当输出数");
  assert.equal(DISPOSITION_WORDS("clock_ahead", "zh"), "时钟超前");
  assert.equal(EVENT_WORDS("constructor", "en"), undefined);
});
