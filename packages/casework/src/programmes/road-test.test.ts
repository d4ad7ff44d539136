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

it("a road test names when it ends at once, what is recorded, its ladder and its operators, each with its rule", () => {
  const { notes = [], steps = [], criteria } = ROAD_TEST;
  const marks = (of: readonly { readonly basis: { readonly requirement: string; readonly certainty: string } }[]) =>
    of.map(({ basis: { requirement, certainty } }) => `${requirement} ${certainty}`);
  assert.deepEqual(marks(notes), ["R-5.10 D", "R-5.9 F"]);
  assert.equal(marks(steps).at(-1), "R-5.11 F");
  assert.ok(marks(criteria).includes("R-5.12 F"));
});
