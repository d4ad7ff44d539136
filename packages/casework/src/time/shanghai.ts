/**
 * Asia/Shanghai calendar arithmetic over UTC milliseconds. The zone is a fixed UTC+8: daylight saving was last used in 1991
 * and no clock here starts before that, so no zone database is needed.
 */
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
const OFFSET_MS = 8 * HOUR_MS;

/** Number of the Shanghai calendar day that holds an instant; day 0 is 1970-01-01. */
export function dayOf(ms: number): number {
  return Math.floor((ms + OFFSET_MS) / DAY_MS);
}

/** First instant of a Shanghai day, UTC ms. */
export function startOfDay(day: number): number {
  return day * DAY_MS - OFFSET_MS;
}

/** Last millisecond of a Shanghai day: a deadline that is counted in days runs out here. */
export function endOfDay(day: number): number {
  return startOfDay(day + 1) - 1;
}

/** 0 = Sunday … 6 = Saturday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** `YYYY-MM-DD` of a day. */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Day of a `YYYY-MM-DD`; undefined when there is no such date. */
export function parseDate(date: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined;
  const ms = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(ms)) return undefined;
  const day = ms / DAY_MS;
  return dateOf(day) === date ? day : undefined;
}

/** The same day of the month `months` later, or that month's last day when it is shorter. */
export function addMonths(day: number, months: number): number {
  const date = new Date(day * DAY_MS);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0)).getUTCDate();
  return first / DAY_MS + Math.min(date.getUTCDate(), length) - 1;
}
