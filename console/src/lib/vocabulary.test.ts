import assert from "node:assert/strict";
import { it } from "node:test";
import { label, ROLE_NAMES } from "./vocabulary.ts";

it("names the parts of the system that stand in logs as those who acted", () => {
  assert.equal(label(ROLE_NAMES, "system:access", "zh"), "系统：登录与账号");
  assert.equal(label(ROLE_NAMES, "system:access", "en"), "System: sign-in and accounts");
  assert.equal(label(ROLE_NAMES, "system:clock", "zh"), "法定时钟");
});
