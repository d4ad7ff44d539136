import { useState } from "react";

/** Listed on each side of the instant, ms; AroundBar says so in words. */
const AROUND_MS = 300_000;

/** RFC 3339. */
export interface InstantRange {
  readonly from: string;
  readonly to: string;
}

/**
 * The instant around which a list shows what was received: the one that was asked for, or the newest when the page was
 * opened. The newest moves on; the list stays where the reader found it until the newest are asked for again.
 * @param newest UTC ms, as far as it is known by now
 */
export function useInstant(
  asked: number | undefined,
  newest: number | undefined,
): { readonly middle: number | undefined; readonly range: InstantRange; readonly toNewest: () => void } {
  const [anchor, setAnchor] = useState<number>();
  const middle = asked ?? anchor ?? newest;
  if (asked === undefined && anchor === undefined && newest !== undefined) setAnchor(newest);
  const ofRange = (shift: number): string => new Date((middle ?? 0) + shift).toISOString();
  return {
    middle,
    range: { from: ofRange(-AROUND_MS), to: ofRange(AROUND_MS) },
    toNewest: () => setAnchor(newest),
  };
}
