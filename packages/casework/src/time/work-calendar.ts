/**
 * Working days: weekends, plus the holidays and the weekends worked instead that the State Council announces for each year.
 * A year without an announcement counts weekends only and says so (`certaintyOf`).
 */
import type { LegalBasis } from "../basis.ts";
import { CaseworkError } from "../errors.ts";
import { dayOf, endOfDay, parseDate, weekdayOf } from "./shanghai.ts";
import type { Certainty } from "../basis.ts";

/** One year of the calendar as it is imported and stored. Dates are `YYYY-MM-DD`; a range is `first/last`, both included. */
export interface WorkYear {
  readonly year: number;
  readonly basis: LegalBasis;
  readonly holidays: readonly string[];
  readonly workedWeekends: readonly string[];
}

/** The calendar of one region; `version` changes with every import and is kept with each due date computed from it. */
export interface WorkCalendar {
  readonly region: string;
  readonly version: string;
  isWorkingDay(day: number): boolean;
  /** How sure the working days of a year are; M for a year without an announcement. */
  certaintyOf(year: number): Certainty;
  readonly years: readonly WorkYear[];
}

/**
 * @throws CaseworkError SG_CALENDAR when a date does not exist, lies in another year, stands in both lists, or a year comes twice.
 */
export function createWorkCalendar(region: string, version: string, years: readonly WorkYear[]): WorkCalendar {
  const holidays = new Set<number>();
  const worked = new Set<number>();
  const known = new Map<number, Certainty>();
  for (const year of years) {
    if (known.has(year.year)) fail(`the year ${year.year} comes twice`, `${year.year}年重复`);
    known.set(year.year, year.basis.certainty);
    for (const range of year.holidays) for (const day of daysOf(range, year.year)) holidays.add(day);
    for (const range of year.workedWeekends) {
      for (const day of daysOf(range, year.year)) {
        if (holidays.has(day)) fail(`${range} is a holiday and a working day`, `${range}既是节假日又是工作日`);
        worked.add(day);
      }
    }
  }
  return {
    region,
    version,
    years,
    isWorkingDay(day) {
      if (worked.has(day)) return true;
      const weekday = weekdayOf(day);
      return weekday !== 0 && weekday !== 6 && !holidays.has(day);
    },
    certaintyOf: (year) => known.get(year) ?? "M",
  };
}

function daysOf(range: string, year: number): number[] {
  const [first, last = first] = range.split("/");
  const from = parseDate(first);
  const to = parseDate(last);
  if (from === undefined || to === undefined || to < from)
    fail(`"${range}" is not a date or a range of dates`, `“${range}”不是日期或日期区间`);
  if (Number(first.slice(0, 4)) !== year || Number(last.slice(0, 4)) !== year)
    fail(`"${range}" is not in ${year}`, `“${range}”不在${year}年`);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function fail(en: string, zh: string): never {
  throw new CaseworkError("SG_CALENDAR", { en: `The work calendar cannot be used: ${en}`, zh: `工作日历无效：${zh}` });
}

/** The end of the `count`-th working day after the day of `start`, which itself does not count; `isSkipped` days do not count either. */
export function afterWorkingDays(
  calendar: WorkCalendar,
  start: number,
  count: number,
  isSkipped: (day: number) => boolean = () => false,
): number {
  let day = dayOf(start);
  for (let left = count; left > 0;) {
    day += 1;
    if (calendar.isWorkingDay(day) && !isSkipped(day)) left -= 1;
  }
  return endOfDay(day);
}
