/**
 * What a sender of events said last before an instant, however long ago: conditions on silence, on the age of a value and
 * on the last value go by it. Given as rows, as replays step them.
 */
import type { EventSource } from "@sandglass/signals";
import type { LongMemory } from "@sandglass/triggers";
import { NO_SAMPLE, RowBuilder, VALID, type RowChunk, type RowQuery, type RowSource } from "../rows.ts";
import { eventSourceOf } from "./event-inputs.ts";

export interface LastSaidQuery extends Pick<RowQuery, "subject" | "inputs" | "throughSeq"> {
  /** Event time, UTC ms; events of this instant are not among them. */
  readonly before: number;
  readonly remembers: LongMemory;
}

/** Events that may say something about an input: by their names, or by a text in their content. */
export interface Mention {
  readonly names: readonly string[];
  readonly texts: readonly string[];
}

/** Finds the event time of the newest accepted event before an instant; of those with the mention, where there is one. */
export type FindNewest = (
  query: Pick<LastSaidQuery, "subject" | "before" | "throughSeq">,
  mention: Mention | undefined,
) => Promise<number | undefined>;

const HOUR_MS = 3_600_000;

/** The rows in which it said what the memory goes by, in order of time; none of a sender that never said anything. */
export async function findLastSaid(
  newest: FindNewest,
  rows: Pick<RowSource, "read">,
  { remembers, ...query }: LastSaidQuery,
): Promise<RowChunk> {
  const { inputs } = query;
  const found = new Map<number, Place>();
  const keep = (place: Place | undefined): void => {
    if (place !== undefined) found.set(place.chunk.time[place.row], place);
  };
  if (remembers.reception) keep(await findRow(newest, rows, query, undefined, () => true));
  for (const id of remembers.observed) keep(await findRow(newest, rows, query, id, (present) => present !== NO_SAMPLE));
  for (const id of remembers.valued) keep(await findRow(newest, rows, query, id, (present) => present === VALID));
  const builder = new RowBuilder(inputs.length, Math.max(1, found.size));
  for (const { chunk, row } of found.values()) {
    const [from, to] = [row * inputs.length, (row + 1) * inputs.length];
    const { time, receivedAt, seq, values, present } = chunk;
    builder.add(time[row], receivedAt[row], seq[row], false, values.subarray(from, to), present.subarray(from, to));
  }
  return builder.build();
}

interface Place {
  readonly chunk: RowChunk;
  readonly row: number;
}

/** The newest row that has the input so; any row without an input. What only seemed to say it is passed over in growing steps. */
async function findRow(
  newest: FindNewest,
  rows: Pick<RowSource, "read">,
  query: Omit<LastSaidQuery, "remembers">,
  id: string | undefined,
  accepts: (present: number) => boolean,
): Promise<Place | undefined> {
  const { before, ...range } = query;
  const input = id === undefined ? -1 : range.inputs.indexOf(id);
  const mention = id === undefined ? undefined : mentionOf(eventSourceOf(id));
  for (let to = before, span = HOUR_MS; ; span *= 2) {
    const time = await newest({ ...query, before: to }, mention);
    if (time === undefined) return undefined;
    let last: Place | undefined;
    for await (const chunk of rows.read({ ...range, from: time - span, to: time + 1 }))
      for (let row = 0; row < chunk.count; row++)
        if (input < 0 || accepts(chunk.present[row * chunk.inputs + input])) last = { chunk, row };
    if (last !== undefined) return last;
    to = time - span;
  }
}

/** A field may stand under its whole name or nested: its last part ends a name in the content either way. */
export function mentionOf(source: EventSource): Mention {
  const names: string[] = [];
  const texts: string[] = [];
  const textOf = (path: string): string => `${path.slice(path.lastIndexOf(".") + 1)}"`;
  for (const binding of source.from) {
    if (binding.name !== "*") names.push(binding.name);
    else if ("field" in binding) texts.push(textOf(binding.field));
    else texts.push(...Object.keys(binding.where ?? {}).map(textOf));
  }
  return { names, texts };
}
