import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { codesOfCase, subjectsOf } from "./codes-of-case.ts";
import { withRegisters } from "./json-schema.ts";

const TASK = { en: "Corrective task", zh: "整改任务" };
const CODES = codesOfCase({
  obligations: [
    { id: "o1", code: "correctiveTask", title: TASK, status: "pending", due: "2026-11-30T15:59:59Z" },
    { id: "o2", code: "correctiveTask", title: TASK, status: "met", due: "2026-11-29T15:59:59Z" },
    { id: "o3", code: "stageReport", title: { en: "Stage report", zh: "阶段报告" }, status: "overdue" },
  ],
  incidents: [{ id: "i1", what: "Smoke", happenedAt: "2026-11-22T01:02:03Z" }],
});

describe("codes of a case", () => {
  it("name its open duties by kind, with the day that tells them apart, and its incidents", () => {
    assert.deepEqual(CODES["duty:correctiveTask"], {
      o1: { zh: "整改任务 · 2026-11-30 23:59", en: "Corrective task · 2026-11-30 23:59" },
    });
    assert.deepEqual(Object.keys(CODES["duty:stageReport"] ?? {}), ["o3"]);
    assert.equal(CODES["incident"]?.["i1"]?.en, "Smoke · 2026-11-22 09:02");
  });

  it("tell duties of one kind and day apart by what they are about", () => {
    const subjects = subjectsOf([
      {
        id: "a1",
        name: "warnTrigger",
        actor: "x",
        at: "",
        input: { finding: "f1", trigger: "T-1", title: { zh: "过温", en: "Hot" } },
      },
      { id: "a2", name: "requestInformation", actor: "x", at: "", input: { what: "Logs of the hand-over" } },
    ]);
    const codes = codesOfCase({
      obligations: [
        { id: "o1", code: "correctiveTask", title: TASK, status: "pending", subject: "f1" },
        { id: "o2", code: "answerInformation", status: "pending", subject: "a2" },
      ],
      subjects,
    });
    assert.equal(codes["duty:correctiveTask"]?.["o1"]?.zh, "整改任务 · 过温（T-1）");
    assert.equal(codes["duty:answerInformation"]?.["o2"]?.en, "answerInformation · Logs of the hand-over");
  });

  it("become the choices of the fields that take these kinds, and of no others", () => {
    const field = (kinds: readonly string[]) => ({
      type: "string",
      maxLength: 80,
      "x-names": "duty",
      "x-kinds": kinds,
    });
    const form = withRegisters(
      { type: "object", properties: { task: field(["correctiveTask"]), answer: field(["answerInformation"]) } },
      CODES,
    );
    assert.deepEqual(form.properties?.["task"]?.enum, ["o1"]);
    assert.equal(form.properties?.["answer"]?.enum, undefined);
  });
});
