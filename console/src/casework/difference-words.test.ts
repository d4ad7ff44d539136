import assert from "node:assert/strict";
import { test } from "node:test";
import { differenceWords } from "./difference-words.ts";

const inputs = [
  {
    plan: {
      type: "object",
      title: "Plan",
      "x-zh": "方案",
      properties: {
        goal: { type: "string", minLength: 1, maxLength: 4000, title: "Goal", "x-zh": "目标" },
        vehicles: { type: "integer", title: "Vehicles", "x-zh": "车辆数" },
      },
      required: [],
      additionalProperties: false,
    },
  },
] as const;
const zh = { inputs, terms: {}, language: "zh" } as const;

test("of a form with parts those that differ are told by their labels, with both values", () => {
  const before = { goal: "验证制动", vehicles: 20 };
  assert.deepEqual(differenceWords({ field: "data.plan", before, now: { ...before, vehicles: 30 } }, zh), [
    { name: "车辆数", before: "20", now: "30" },
  ]);
  assert.deepEqual(differenceWords({ field: "data.plan", now: { goal: "验证制动" } }, { ...zh, language: "en" }), [
    { name: "Goal", before: "–", now: "验证制动" },
  ]);
});

test("parts that no form names stand without codes and ids; texts in both languages in the reader's", () => {
  assert.deepEqual(
    differenceWords(
      { field: "data.x", before: { a: 1, n: { en: "Old", zh: "旧" } }, now: { a: 1, n: { en: "New", zh: "新" } } },
      zh,
    ),
    [{ name: undefined, before: "旧", now: "新" }],
  );
});

test("instants are read as such, and who acted is not read out as an id", () => {
  const before = [{ by: "acc_xm73e3yx31pvrr4jyakh", at: Date.UTC(2026, 0, 1, 4), vote: "for" }];
  const [words] = differenceWords({ field: "data.x", before, now: [] }, zh);
  assert.deepEqual(words, { name: undefined, before: "2026-01-01 12:00:00 · for", now: "–" });
});

test("entries of a list are told, not counted", () => {
  const [words] = differenceWords({ field: "data.docs", before: [{ title: "甲" }], now: [{ title: "乙" }] }, zh);
  assert.deepEqual(words, { name: undefined, before: "甲", now: "乙" });
});

test("a list that a form names is told by the labels of its entries", () => {
  const people = { type: "array", maxItems: 9, items: inputs[0].plan } as const;
  const of = { field: "data.people", before: [{ vehicles: 1 }], now: [{ vehicles: 1 }, { vehicles: 2 }] };
  assert.deepEqual(differenceWords(of, { ...zh, inputs: [{ people }] }), [
    { name: undefined, before: "1. 车辆数：1", now: "1. 车辆数：1\n2. 车辆数：2" },
  ]);
});

test("a clock says its due time, that it has none, or that it ended", () => {
  const clock = (before: unknown, now: unknown) => differenceWords({ field: "obligation.a#1", before, now }, zh)[0];
  assert.deepEqual(clock({ dueAt: null, ended: null }, { dueAt: "2026-05-01T00:00:00.000Z", ended: "done" }), {
    name: undefined,
    before: "无截止时间",
    now: "已结束",
  });
});

test("long texts show the place where they part, both sides alike", () => {
  const same = "同".repeat(200);
  const [words] = differenceWords({ field: "data.text", before: `${same}甲`, now: `${same}乙丙` }, zh);
  assert.deepEqual(words, { name: undefined, before: `…${"同".repeat(20)}甲`, now: `…${"同".repeat(20)}乙丙` });
  assert.ok(differenceWords({ field: "data.text", before: same, now: "短" }, zh)[0]!.before.length <= 82);
});

test("codes of data that no form has are told by the words of the forms that offer them, and roles by their names", () => {
  const choice = (names: Record<string, { en: string; zh: string }>) => ({
    type: "string" as const,
    enum: Object.keys(names),
    "x-choices": names,
    title: "Choice",
    "x-zh": "选项",
  });
  const forms = [
    { tier: choice({ low: { en: "Low", zh: "低" }, high: { en: "High", zh: "高" } }) },
    {
      votes: {
        type: "array",
        maxItems: 9,
        items: choice({ for: { en: "For", zh: "赞成" } }),
        title: "V",
        "x-zh": "票",
      },
    },
    { answer: choice({ for: { en: "In favour", zh: "支持" } }) },
  ] as const;
  const before = { tier: "low", by: "SAMR", vote: "for" };
  assert.deepEqual(
    differenceWords(
      { field: "data.x", before, now: { tier: "high", by: "MIIT", vote: "against" } },
      { ...zh, inputs: forms },
    ),
    [
      { name: undefined, before: "低", now: "高" },
      { name: undefined, before: "市场监管总局", now: "工业和信息化部" },
      // Two forms call it otherwise: no word is better than a wrong one.
      { name: undefined, before: "for", now: "against" },
    ],
  );
});
