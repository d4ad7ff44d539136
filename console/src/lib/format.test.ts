import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatAge,
  formatBytes,
  formatCommand,
  formatDuration,
  formatInstant,
  formatNumber,
  formatShort,
  formatWhen,
  parseTime,
  shortHash,
} from "./format.ts";

const AT = Date.UTC(2026, 10, 21, 16, 8, 32);

test("instants are shown on the clock of Shanghai, whatever the zone of the machine", () => {
  assert.equal(formatInstant(AT), "2026-11-22 00:08:32");
  assert.equal(formatShort(AT), "11-22 00:08");
});

test("a text that is no time, or none at all, shows what stands for it", () => {
  assert.equal(formatWhen("2026-11-21T16:08:32Z"), "2026-11-22 00:08:32");
  assert.deepEqual([formatWhen(null), formatWhen(undefined, ""), formatWhen("soon")], ["–", "", "–"]);
});

test("durations show their two largest parts in the language", () => {
  assert.equal(formatDuration(376_000, "zh"), "6 分 16 秒");
  assert.equal(formatDuration(376_000, "en"), "6 min 16 s");
  assert.equal(formatDuration(2 * 86_400_000 + 4 * 3_600_000 + 59_000, "en"), "2 d 4 h");
  assert.equal(formatDuration(3_600_000, "zh"), "1 小时");
  assert.equal(formatDuration(953, "zh"), "953 毫秒");
  assert.equal(formatDuration(1_800, "en"), "1.8 s");
  assert.equal(formatDuration(-5_000, "en"), "5 s");
});

test("ages are a clock within the hour and words after it", () => {
  assert.equal(formatAge(41_000, "zh"), "00:41");
  assert.equal(formatAge(26 * 60_000 + 3_000, "en"), "26:03");
  assert.equal(formatAge(3 * 3_600_000 + 61_000, "zh"), "3 小时 1 分");
  assert.equal(formatAge(-10, "zh"), "00:00");
});

test("numbers group by language and keep only the asked decimals", () => {
  assert.equal(formatNumber(1_284_211, "zh"), "1,284,211");
  assert.equal(formatNumber(3.14159, "en", 2), "3.14");
  assert.equal(formatBytes(112_000_000, "en"), "112 MB");
  assert.equal(formatBytes(1_250, "en"), "1.3 KB");
});

test("commands, hashes and absent times", () => {
  assert.equal(formatCommand(2), "0x02");
  assert.equal(shortHash("0123456789abcdef0123456789abcdef"), "0123456789…abcdef");
  assert.equal(shortHash("short"), "short");
  assert.equal(parseTime(null), undefined);
  assert.equal(parseTime("not a time"), undefined);
  assert.equal(parseTime("2026-11-21T16:08:32Z"), AT);
});
