/** Ranges of days as quality figures are asked for. */
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { dateOfDay, dayOf, dayOfDate } from "./counters.ts";
import type { DayRange } from "./queries.ts";

const MAX_DAYS = 92;

/** The last `days` days, unless the query says otherwise. @throws SG_REQUEST_INVALID */
export function readRange(query: { from?: string; to?: string }, now: number, days: number): DayRange {
  const to = query.to ?? dateOfDay(Math.max(dayOf(now), query.from === undefined ? 0 : dayOfDate(query.from)));
  const from = query.from ?? dateOfDay(dayOfDate(to) - days + 1);
  const length = dayOfDate(to) - dayOfDate(from) + 1;
  if (length < 1 || length > MAX_DAYS)
    throw new SandglassError(ERRORS.REQUEST_INVALID, {
      path: "querystring/to",
      rule: `must be at or after from, within ${MAX_DAYS} days`,
      ruleZh: `不得早于 from，且跨度不超过 ${MAX_DAYS} 天`,
    });
  return { from, to };
}
