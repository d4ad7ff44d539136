import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RegisterEntry } from "./register.ts";
import { projectPage, registerPage } from "./pages.ts";

const ENTRY: RegisterEntry = {
  id: "prj_0123456789",
  programme: {
    id: "automobile-safety-sandbox",
    version: 1,
    title: { en: "Automobile safety sandbox", zh: "汽车安全沙盒监管" },
  },
  stage: { en: "Test", zh: "测试" },
  state: "TESTING",
  stateTitle: { en: "Testing", zh: "测试中" },
  openedAt: "2026-11-22T16:30:00.000Z",
  startedAt: null,
  since: "2026-11-22T16:30:00.000Z",
  history: [{ state: "TESTING", title: { en: "Testing", zh: "测试中" }, at: "2026-11-22T16:30:00.000Z" }],
  title: '<img src=x onerror="alert(1)">',
  applicant: null,
  summary: null,
  technology: null,
  outcome: null,
  results: null,
};

describe("pages of the public register", () => {
  it("R-6.28: need no script, hold both languages, and show text as text", () => {
    for (const language of ["zh", "en"] as const) {
      for (const page of [registerPage(language, [ENTRY]), projectPage(language, ENTRY.id, ENTRY)]) {
        assert.ok(!page.includes("<img") && !/<script/i.test(page));
        assert.ok(page.includes("&#60;img"));
        assert.ok(page.includes(ENTRY.stateTitle[language]));
      }
    }
  });

  it("show the wall-clock time of Shanghai, and nothing of a field that is not public", () => {
    const page = projectPage("en", ENTRY.id, ENTRY);
    assert.ok(page.includes("2026-11-23 00:30"));
    assert.ok(!page.includes("Applicant"));
    assert.ok(projectPage("en", "prj_none", undefined).includes("not in the register"));
  });
});
