/** The road-test ladder against the numbers of its rules (REQUIREMENTS ). */
import assert from "node:assert/strict";
import { it } from "node:test";
import { dueAt } from "../time/deadline.ts";
import { CN_WORK_CALENDAR } from "../time/work-calendar-cn.ts";
import { ROAD_TEST } from "./road-test.ts";

it("a road test reports at least each quarter, and in the end never later than a month after it", () => {
  for (const [name, tier] of Object.entries(ROAD_TEST.tiers)) assert.ok(tier.reportMonths <= 3, name);
  for (const tier of [ROAD_TEST.tiers.low, ROAD_TEST.tiers.medium])
    assert.deepEqual([tier.reportMonths, tier.basis.requirement, tier.basis.certainty], [3, "R-5.8", "F"]);
  const { amount, basis } = ROAD_TEST.times.finalReportDays;
  const from = { en: "the end", zh: "结束之日" };
  for (let day = 0; day < 366; day += 1) {
    const end = Date.UTC(2027, 0, 1, 4) + day * 86_400_000;
    const due = (unit: "day" | "month", count: number) =>
      dueAt({ unit, amount: count, from, basis }, end, CN_WORK_CALENDAR)!;
    assert.ok(due("day", amount) <= due("month", 1), new Date(end).toISOString());
  }
  assert.equal(basis.certainty, "P", "the rule says a month, the days are ours");
});

it("a road test is applied for with the consent of the city and proof of insurance", () => {
  for (const code of ["cityConsent", "insuranceProof"])
    assert.equal(ROAD_TEST.documents.find((each) => each.code === code)?.required, true, code);
});
