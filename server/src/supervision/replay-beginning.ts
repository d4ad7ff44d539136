/**
 * Where a replay begins to read: a horizon before what it judges, which is enough for everything that has a horizon. It is
 * not enough after a silence that is longer (what was known when it began is known still, so that what was true then
 * has no new onset), nor for `last` and `age`, which go by observations of any age. Then it begins where these are.
 */
import { conditionsOf, longMemoryOf, type TriggerSet } from "@sandglass/triggers";
import { NO_SAMPLE, VALID, type RowChunk } from "./rows.ts";

/** Covers rounding of horizons to whole reports: a first row that comes this much later is still early enough. */
export const SLACK_MS = 60_000;

/** Looked back at most: what is older, or behind more rows, is taken as unknown. */
export const LOOK_BACK_MS = 30 * 86_400_000;
export const LOOK_BACK_ROWS = 50_000;

export interface Beginning {
  /** A horizon before `from`, UTC ms. */
  readonly start: number;
  /** From here on is judged, UTC ms. */
  readonly from: number;
  /** The horizon and the slack, ms. */
  readonly before: number;
}

/** @param read rows of the subject with the inputs of the set, in order of time */
export async function beginningOf(
  set: TriggerSet,
  { start, from, before }: Beginning,
  read: (from: number, to: number) => AsyncIterable<RowChunk>,
): Promise<number> {
  const open = rememberedInputs(set);
  const seen = { rows: 0, first: Number.POSITIVE_INFINITY, before: Number.NEGATIVE_INFINITY, begin: start };
  /** Whether what is judged has a whole horizon of rows before it, or else what the silence began behind. */
  const isWarm = (): boolean => seen.first <= start + SLACK_MS;
  const isKnown = (): boolean => isWarm() && open.size === 0;
  const look = async (since: number, to: number): Promise<void> => {
    const found = new Map<number, number>();
    for await (const { count, inputs, time, present } of read(since, to)) {
      seen.rows += count;
      for (let row = 0; row < count; row++) {
        seen.first = Math.min(seen.first, time[row]);
        if (time[row] < start) seen.before = Math.max(seen.before, time[row]);
        for (const [input, accepts] of open) if (accepts(present[row * inputs + input])) found.set(input, time[row]);
      }
      if (since === start && isKnown()) break;
    }
    for (const [input, time] of found) {
      open.delete(input);
      seen.begin = Math.min(seen.begin, time);
    }
  };
  await look(start, from);
  const isSilent = !isWarm();
  for (let to = start, span = 4 * before; start - to < LOOK_BACK_MS; span *= 4) {
    if (isKnown() || seen.rows >= LOOK_BACK_ROWS) break;
    await look(start - span, to);
    to = start - span;
  }
  return isSilent && seen.before > Number.NEGATIVE_INFINITY ? Math.min(seen.begin, seen.before - before) : seen.begin;
}

/** Inputs of which an observation of any age counts, and which. */
function rememberedInputs({ inputs, triggers }: TriggerSet): Map<number, (present: number) => boolean> {
  const wanted = new Map<number, (present: number) => boolean>();
  for (const { core } of triggers)
    for (const cond of conditionsOf(core)) {
      const { observed, valued } = longMemoryOf(cond);
      for (const id of observed)
        if (!wanted.has(inputs.indexOf(id))) wanted.set(inputs.indexOf(id), (is) => is !== NO_SAMPLE);
      for (const id of valued) wanted.set(inputs.indexOf(id), (is) => is === VALID);
    }
  return wanted;
}
