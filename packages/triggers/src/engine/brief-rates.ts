/**
 * Rates that are beyond their limit for one report. A temperature of whole degrees that rises by one makes a rate of
 * 1 °C/s for a second: `rate(x) >= 1 °C/s for 3 s` is not nearer to being true than before once the next report is in.
 * Such a report is noted like any other, if the `for` is the only one that asks for the rate and the next report comes
 * before its time is over; a second one in a row ends the guard. So all that the `for` may have to remember stands in
 * the newest row of the log.
 */
import { INPUT_SLOTS, REF, SAMPLE, VALUE, type Builder } from "./node.ts";
import { GUARDED } from "./guard.ts";
import { LAST_REF, LIMITS, type QuietLayout } from "./quiet-layout.ts";
import type { SubjectState } from "./state.ts";

/**
 * Makes each such `for` stand as after the newest observation, which is the row before an empty log; what the rates
 * remember has been taken in. Inputs are left as they are: those of a subject at work may not have come as far.
 */
export function createBriefRates(
  { rates }: Builder,
  columns: ReadonlyMap<number, number>,
  { logAt }: QuietLayout,
  awakeAt: number,
): { settle(s: SubjectState): void } {
  const brief = rates.flatMap(({ trigger, input, brief: span = 0, settle }) =>
    span > 0 && settle !== undefined ? [{ trigger, settle, input, column: 1 + (columns.get(input) ?? 0) }] : [],
  );

  function settleOne(s: SubjectState, { settle, input, column }: (typeof brief)[number]): void {
    const { numbers: n, quiet: h } = s;
    // What is absent is no sample.
    if ((h[LIMITS + 2 * input] as number) > (h[LIMITS + 2 * input + 1] as number)) return;
    const at = input * INPUT_SLOTS;
    const value = n[at + VALUE] as number;
    const sample = n[at + SAMPLE] as number;
    const ref = n[at + REF] as number;
    n[at + VALUE] = h[logAt + column] as number;
    n[at + SAMPLE] = h[logAt] as number;
    n[at + REF] = h[LAST_REF] as number;
    settle(s, h[logAt] as number);
    n[at + VALUE] = value;
    n[at + SAMPLE] = sample;
    n[at + REF] = ref;
  }

  return {
    settle(s) {
      for (let j = 0; j < brief.length; j++) {
        const one = brief[j] as (typeof brief)[number];
        if (s.numbers[awakeAt + one.trigger] === GUARDED) settleOne(s, one);
      }
    },
  };
}
