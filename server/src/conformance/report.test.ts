import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { getRule } from "./catalogue.ts";
import { BASE, BASE_SIZE } from "./counters.ts";
import { buildReport, judgeBurst, type DayCounts } from "./report.ts";

function day(base: Partial<Record<keyof typeof BASE, number>>, hits: Readonly<Record<string, number>> = {}): DayCounts {
  const values = Array<number>(BASE_SIZE).fill(0);
  for (const [name, value] of Object.entries(base)) values[BASE[name as keyof typeof BASE]] = value;
  return {
    day: "2026-07-01",
    base: values,
    hits: new Map(Object.entries(hits).map(([id, n]) => [getRule(id).number, n])),
  };
}

const verdictOf = (report: ReturnType<typeof buildReport>, id: string) =>
  report.items.find((item) => item.id === id)?.verdict;
const ONSET = Date.UTC(2026, 6, 1);
const burst = { vehicle: 7n, onset: ONSET, level: 3, edition: 2016, before: 30, after: 30, clearedAt: undefined };

describe("conformance reports", () => {
  it("R-3.14: ask for the battery watch after power-off only where one was judged", () => {
    const rule = "transmission.power_off_watch";
    const watch = (powerOffs: number, missed: number) =>
      verdictOf(buildReport([day({ powerOffs }, { [rule]: missed })], [], ONSET), rule);
    assert.deepEqual([watch(0, 0), watch(20, 1), watch(20, 2)], ["unknown", "pass", "fail"]);
    assert.equal(getRule(rule).certainty, "S");
  });

  it("say unknown where nothing was counted, and never pass on nothing", () => {
    const report = buildReport([], [], ONSET);
    assert.equal(report.verdict, "unknown");
    assert.deepEqual(new Set(report.items.map(({ verdict }) => verdict)), new Set(["unknown"]));
  });

  it("pass at the limit and fail beyond it, over all days together", () => {
    const days = (missing: number) => [
      day({ frames: 500, realtime: 500 }),
      day({ frames: 500, realtime: 500 }, { "missing.location": missing }),
    ];
    assert.equal(verdictOf(buildReport(days(10), [], ONSET), "missing.location"), "pass");
    assert.equal(verdictOf(buildReport(days(11), [], ONSET), "missing.location"), "fail");
    assert.equal(buildReport(days(11), [], ONSET).verdict, "fail");
  });

  it("ask no extremes of edition 2025, no motors while parked, and count wrong check codes beside the frames", () => {
    const new2025 = buildReport([day({ realtime: 10, frames: 10, edition2025: 10 })], [], ONSET);
    assert.equal(verdictOf(new2025, "missing.extremes"), undefined);
    const parked = buildReport([day({ realtime: 100, frames: 100, parkedCharging: 100 })], [], ONSET);
    assert.equal(verdictOf(parked, "missing.motors"), "unknown");
    const item = buildReport([day({ frames: 98 }, { "transmission.bcc": 2 })], [], ONSET).items.find(
      ({ id }) => id === "transmission.bcc",
    );
    assert.deepEqual([item?.broken, item?.of, item?.verdict], [2, 100, "pass"]);
  });

  it("judge precision of vehicles by days with enough samples, of platforms not at all", () => {
    const coarse = day({ realtime: 300, moving: 100, frames: 300, precise: 1 });
    const report = buildReport([coarse, day({ realtime: 300, moving: 99 })], [], ONSET);
    assert.equal(verdictOf(report, "precision.speed"), "pass");
    assert.equal(verdictOf(report, "precision.mileage"), "fail");
    const platform = buildReport([coarse], [], ONSET, "platform");
    assert.ok(platform.items.every(({ section }) => section !== "precision"));
    assert.ok(platform.broken.every(({ rule }) => rule.class !== "precision"));
  });

  it("ask a platform for the alarms that came through it", () => {
    const late = ONSET + 3_700_000;
    assert.equal(verdictOf(buildReport([day({ realtime: 1 })], [burst], late, "platform"), "alarm.burst"), "pass");
    const half = buildReport([day({ realtime: 1 })], [burst, { ...burst, before: 0 }], late, "platform");
    assert.equal(verdictOf(half, "alarm.burst"), "fail");
    assert.equal(verdictOf(buildReport([], [], late, "platform"), "alarm.burst"), "unknown");
  });

  it("count re-issue as a fault of the link without what an alarm made due", () => {
    const share = (reissued: number, alarmReissued: number) =>
      buildReport([day({ realtime: 100, reissued, alarmReissued })], [], ONSET).items.find(
        ({ id }) => id === "reissue.share",
      );
    assert.deepEqual([share(30, 0)?.broken, share(30, 0)?.of, share(30, 0)?.verdict], [30, 130, "fail"]);
    assert.deepEqual([share(30, 30)?.broken, share(30, 30)?.of, share(30, 30)?.verdict], [0, 130, "pass"]);
    assert.equal(share(90, 30)?.verdict, "fail");
  });

  it("wait an hour for the re-issued part of an alarm; in 2025 only until it clears", () => {
    assert.equal(judgeBurst(burst, ONSET).verdict, "pass");
    assert.equal(judgeBurst({ ...burst, before: 0 }, ONSET + 60_000).verdict, "unknown");
    assert.equal(judgeBurst({ ...burst, before: 0 }, ONSET + 3_700_000).verdict, "fail");
    const short = { ...burst, after: 5, clearedAt: ONSET + 5000 };
    assert.equal(judgeBurst(short, ONSET + 3_700_000).verdict, "fail");
    assert.equal(judgeBurst({ ...short, edition: 2025 }, ONSET + 3_700_000).verdict, "pass");
  });
});
