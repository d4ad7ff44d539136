/** Distance from the daily least and greatest reading of an odometer. */
const DAY_MS = 86_400_000;
/** More than a vehicle can go: an odometer that says so was exchanged, reset or misread (P). */
const KM_PER_DAY = 2_400;

export interface Odometer {
  /** Begin of the last day, UTC ms. */
  readonly time: number;
  /** Last reading, km. */
  readonly at: number;
  /** Gone so far. */
  readonly km: number;
}

/** Adds a day. @returns "unknown" when the odometer went back, or further than a vehicle can go in the days between */
export function followOdometer(
  before: Odometer | undefined,
  time: number,
  min: number,
  max: number,
): Odometer | "unknown" {
  const start = before?.at ?? min;
  const days = before === undefined ? 1 : Math.max(1, Math.round((time - before.time) / DAY_MS));
  const gone = max - start;
  if (min < start || gone > days * KM_PER_DAY) return "unknown";
  return { time, at: max, km: (before?.km ?? 0) + gone };
}
