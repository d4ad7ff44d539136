import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { basis } from "../basis.ts";
import { CaseworkError } from "../errors.ts";
import { dueAt, type DeadlineRule, type Pause, type Unit } from "./deadline.ts";
import { DEADLINES, overrideDeadlines } from "./deadlines.ts";
import { dateOf, DAY_MS, dayOf, endOfDay, HOUR_MS, parseDate, startOfDay, weekdayOf } from "./shanghai.ts";
import { CN_WORK_CALENDAR } from "./work-calendar-cn.ts";
import { parseWorkCalendar } from "./work-calendar-import.ts";
import { createWorkCalendar } from "./work-calendar.ts";

const rule = (unit: Unit, amount: number): DeadlineRule => ({
  unit,
  amount,
  from: { en: "a", zh: "自" },
  basis: basis("test", { en: "test", zh: "测试" }, "P"),
});
/** An instant by its Shanghai wall clock. */
const at = (text: string): number => Date.parse(`${text}+08:00`);
const due = (unit: Unit, amount: number, start: string, pauses: readonly Pause[] = []): string | undefined => {
  const ms = dueAt(rule(unit, amount), at(start), CN_WORK_CALENDAR, pauses);
  return ms === undefined ? undefined : new Date(ms + 8 * HOUR_MS).toISOString().slice(0, 19);
};

describe("Shanghai calendar", () => {
  it("turns the day at midnight in Shanghai, not in Greenwich", () => {
    assert.equal(dateOf(dayOf(Date.parse("2026-02-13T15:59:59Z"))), "2026-02-13");
    assert.equal(dateOf(dayOf(Date.parse("2026-02-13T16:00:00Z"))), "2026-02-14");
    assert.equal(weekdayOf(parseDate("2026-11-22")!), 0);
    assert.equal(parseDate("2026-02-30"), undefined);
  });

  it("works on exactly the announced days", () => {
    const isWorking = (date: string) => CN_WORK_CALENDAR.isWorkingDay(parseDate(date)!);
    assert.deepEqual(
      ["2026-02-13", "2026-02-14", "2026-02-16", "2026-02-23", "2026-02-24", "2026-02-28", "2026-03-01"].map(isWorking),
      [true, true, false, false, true, true, false],
    );
    assert.deepEqual(
      ["2025-10-08", "2025-10-11", "2025-10-12", "2026-09-20", "2026-10-01", "2026-10-08"].map(isWorking),
      [false, true, false, true, false, true],
    );
  });

  it("knows weekends only, and says so, for a year that has not been announced", () => {
    assert.equal(CN_WORK_CALENDAR.certaintyOf(2026), "F");
    assert.equal(CN_WORK_CALENDAR.certaintyOf(2031), "M");
    assert.equal(CN_WORK_CALENDAR.isWorkingDay(parseDate("2031-01-04")!), false);
    assert.equal(CN_WORK_CALENDAR.isWorkingDay(parseDate("2031-01-06")!), true);
  });

  it("refuses an import that contradicts itself", () => {
    const year = (holidays: string[], workedWeekends: string[] = []) => ({
      year: 2027,
      basis: basis("C-2", { en: "test", zh: "测试" }, "F"),
      holidays,
      workedWeekends,
    });
    for (const years of [
      [year(["2027-13-01"])],
      [year(["2026-12-31"])],
      [year(["2027-01-03/2027-01-01"])],
      [year(["2027-01-02"], ["2027-01-02"])],
      [year([]), year([])],
    ]) {
      assert.throws(
        () => createWorkCalendar("CN", "x", years),
        (error) => error instanceof CaseworkError && error.code === "SG_CALENDAR",
      );
    }
    assert.equal(
      createWorkCalendar("CN", "x", [year(["2027-02-05/2027-02-11"])]).isWorkingDay(parseDate("2027-02-08")!),
      false,
    );
  });
});

describe("work calendar that is imported", () => {
  const year = {
    year: 2027,
    source: "State Council",
    certainty: "F",
    holidays: ["2027-02-05/2027-02-11"],
    workedWeekends: ["2027-01-31"],
  };

  it("adds or replaces years and keeps the others", () => {
    const calendar = parseWorkCalendar({
      version: "CN-2027.1",
      years: [year, { ...year, year: 2026, holidays: [], workedWeekends: [] }],
    });
    const isWorking = (date: string) => calendar.isWorkingDay(parseDate(date)!);
    assert.deepEqual(["2027-02-08", "2027-01-31", "2026-10-01", "2025-10-08"].map(isWorking), [
      false,
      true,
      true,
      false,
    ]);
    assert.deepEqual(
      [calendar.version, calendar.certaintyOf(2027), calendar.certaintyOf(2025)],
      ["CN-2027.1", "F", "S"],
    );
  });

  it("says what does not fit", () => {
    const refused: readonly unknown[] = [
      null,
      [],
      {},
      { version: "x" },
      { version: "x", years: [{}] },
      { version: "x", years: [{ ...year, certainty: "X" }] },
      { version: "x", years: [{ ...year, holidays: [7] }] },
      { version: "x", years: [{ ...year, source: "" }] },
      { version: "x", years: [{ ...year, holidays: ["2027-02-30"] }] },
      { version: "x", years: [year, year] },
    ];
    for (const json of refused) {
      assert.throws(
        () => parseWorkCalendar(json),
        (error) => error instanceof CaseworkError && error.code === "SG_CALENDAR" && /工作日历/.test(error.text.zh),
        JSON.stringify(json),
      );
    }
  });
});

describe("deadlines", () => {
  it("counts hours to the minute and days to their end", () => {
    assert.equal(due("immediate", 0, "2026-11-20T10:30"), "2026-11-20T10:30:00");
    assert.equal(due("hour", 12, "2026-11-20T23:15"), "2026-11-21T11:15:00");
    assert.equal(due("elapsedDay", 7, "2026-11-20T10:30"), "2026-11-27T10:30:00");
    assert.equal(due("day", 5, "2026-11-20T00:01"), "2026-11-25T23:59:59");
  });

  it("skips holidays and counts worked weekends for working days", () => {
    assert.equal(due("workingDay", 1, "2026-02-13T17:00"), "2026-02-14T23:59:59", "a Saturday that is worked");
    assert.equal(due("workingDay", 2, "2026-02-13T17:00"), "2026-02-24T23:59:59", "over the Spring Festival");
    assert.equal(
      due("workingDay", 15, "2026-09-21T09:00"),
      "2026-10-19T23:59:59",
      "over two holidays and one worked Saturday",
    );
  });

  it("ends a month on the same day, or on the last one there is", () => {
    assert.equal(due("month", 3, "2026-11-30T12:00"), "2027-02-28T23:59:59");
    assert.equal(due("month", 12, "2027-02-28T12:00"), "2028-02-28T23:59:59");
  });

  it("has no due time while paused and adds what was paused", () => {
    assert.equal(due("day", 5, "2026-11-20T10:00", [{ since: at("2026-11-21T10:00") }]), undefined);
    const pause = { since: at("2026-11-21T10:00"), until: at("2026-11-24T15:00") };
    assert.equal(due("day", 5, "2026-11-20T10:00", [pause]), "2026-11-28T23:59:59");
    assert.equal(due("hour", 48, "2026-11-20T10:00", [pause]), "2026-11-25T15:00:00");
    assert.equal(due("workingDay", 2, "2026-11-20T10:00", [pause]), "2026-11-25T23:59:59");
  });

  it("never falls due before it starts, and later with every day more", () => {
    const units = fc.constantFrom<Unit>("hour", "elapsedDay", "day", "workingDay", "month");
    fc.assert(
      fc.property(
        units,
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: at("2025-01-01T00:00"), max: at("2028-12-31T00:00") }),
        (unit, amount, start) => {
          const [now, next] = [amount, amount + 1].map((each) => dueAt(rule(unit, each), start, CN_WORK_CALENDAR)!);
          assert.ok(now! >= start && next! > now!);
          if (unit === "workingDay" && amount > 0)
            assert.ok(CN_WORK_CALENDAR.isWorkingDay(dayOf(now!)) && now === endOfDay(dayOf(now!)));
        },
      ),
      { numRuns: 500, seed: 3 },
    );
  });

  it("a pause never brings a due time forward", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Unit>("hour", "elapsedDay", "day", "workingDay", "month"),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 0, max: 60 * DAY_MS }),
        fc.integer({ min: 0, max: 60 * DAY_MS }),
        (unit, amount, after, length) => {
          const start = at("2026-08-03T09:00");
          const pause = { since: start + after, until: start + after + length };
          assert.ok(
            dueAt(rule(unit, amount), start, CN_WORK_CALENDAR, [pause])! >=
              dueAt(rule(unit, amount), start, CN_WORK_CALENDAR)!,
          );
        },
      ),
      { numRuns: 300, seed: 5 },
    );
  });

  it("gives every number its source and certainty, and lets a programme replace it", () => {
    for (const [code, { amount, basis: source, from }] of Object.entries(DEADLINES)) {
      assert.ok(amount >= 0 && source.source !== "" && "FSDMP".includes(source.certainty), code);
      assert.ok(from.en !== "" && from.zh !== "", code);
    }
    assert.deepEqual(
      [
        DEADLINES.repairLevel1.amount,
        DEADLINES.repairLevel2.amount,
        DEADLINES.hazardSingle.amount,
        DEADLINES.hazardRepeat.amount,
        DEADLINES.decision.amount,
      ],
      [7, 1, 7, 1, 3],
    );
    const replaced = overrideDeadlines({ correctiveTask: { ...DEADLINES.correctiveTask, amount: 10 } });
    assert.deepEqual(
      [replaced.correctiveTask.amount, replaced.mitigation, DEADLINES.correctiveTask.amount],
      [10, DEADLINES.mitigation, 5],
    );
  });

  it("agrees with itself about where a day begins and ends", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000 }), (day) => {
        assert.deepEqual([dayOf(startOfDay(day)), dayOf(endOfDay(day)), parseDate(dateOf(day))], [day, day, day]);
        assert.equal(endOfDay(day) + 1, startOfDay(day + 1));
      }),
      { numRuns: 200, seed: 9 },
    );
  });
});
