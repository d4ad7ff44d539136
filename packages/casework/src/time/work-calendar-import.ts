/** Reading a work calendar that an administrator supplies, year by year, as the State Council announces it. */
import { CERTAINTIES, type Certainty } from "../basis.ts";
import { CaseworkError } from "../errors.ts";
import { CN_WORK_YEARS } from "./work-calendar-cn.ts";
import { createWorkCalendar, type WorkCalendar, type WorkYear } from "./work-calendar.ts";

/**
 * `{"version": "CN-2027.1", "years": [{"year": 2027, "source": "…", "certainty": "F", "holidays": ["2027-02-05/2027-02-11"],
 * "workedWeekends": ["2027-01-31"]}]}`. A year replaces the built-in one; the other built-in years stay.
 * @throws CaseworkError SG_CALENDAR naming what does not fit
 */
export function parseWorkCalendar(json: unknown): WorkCalendar {
  const { version, years } = fieldsOf(json, "the calendar");
  if (typeof version !== "string" || version === "") fail('"version" is not a text', "“version”不是文本");
  if (!Array.isArray(years)) fail('"years" is not a list', "“years”不是列表");
  const imported = years.map(toYear);
  const kept = CN_WORK_YEARS.filter((known) => !imported.some((year) => year.year === known.year));
  return createWorkCalendar("CN", version, [...kept, ...imported]);
}

function toYear(json: unknown): WorkYear {
  const { year, source, certainty, holidays, workedWeekends } = fieldsOf(json, "a year");
  if (typeof year !== "number" || !Number.isInteger(year)) fail('"year" is not a whole number', "“year”不是整数");
  if (typeof source !== "string" || source === "") fail(`${year} names no source`, `${year}年未注明来源`);
  if (typeof certainty !== "string" || !Object.hasOwn(CERTAINTIES, certainty))
    fail(`the certainty of ${year} is not one of F, S, D, M, P`, `${year}年的可信度不是 F、S、D、M、P 之一`);
  const basis = { requirement: "C-2", source, certainty: certainty as Certainty };
  return { year, basis, holidays: dates(holidays, year), workedWeekends: dates(workedWeekends, year) };
}

function dates(value: unknown, year: number): readonly string[] {
  if (!Array.isArray(value) || !value.every((each) => typeof each === "string"))
    fail(`the dates of ${year} are not a list of texts`, `${year}年的日期不是文本列表`);
  return value;
}

function fieldsOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) fail(`${what} is not an object`, "应为对象");
  return value as Readonly<Record<string, unknown>>;
}

function fail(en: string, zh: string): never {
  throw new CaseworkError("SG_CALENDAR", {
    en: `The work calendar cannot be used: ${en}`,
    zh: `工作日历无效：${zh}`,
  });
}
