import assert from "node:assert/strict";
import { test } from "node:test";
import { spaced } from "./spacing.ts";

test("numbers, units and ids stand apart from Han characters, and from punctuation they do not", () => {
  assert.equal(
    spaced("当过去10 分钟内发生诊断认证失败至少5次时触发（2级）；"),
    "当过去 10 分钟内发生诊断认证失败至少 5 次时触发（2 级）；",
  );
  assert.equal(spaced("单体压差高于0.3 V，持续30 秒时"), "单体压差高于 0.3 V，持续 30 秒时");
  assert.equal(spaced("占至少80%的样本，最低-5 °C时"), "占至少 80% 的样本，最低 -5 °C 时");
  assert.equal(spaced("BMS-1触发期间"), "BMS-1 触发期间");
  assert.equal(spaced("已有 空格 1 次"), "已有 空格 1 次");
});
