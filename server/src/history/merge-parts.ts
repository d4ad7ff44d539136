/**
 * Long cell lists for readers: parts that came in several frames of one collection time (GB/T 32960.3-2016 table B.6)
 * become one sample. What is stored stays as it was received.
 */
import { isPartOfCells } from "@sandglass/signals";
import type { NullReason, Sample, SampleValue } from "./types.ts";

/** Signals of which a part holds a piece; asking for one of them merges. */
export const PACK_SIGNALS = [
  "pack.number",
  "pack.first_cell",
  "pack.cell_count",
  "pack.cell_total",
  "pack.voltage",
  "pack.current",
] as const;
export const CELLS = "cell.voltage";
/** Parts of one collection time that are certainly found together: 4 packs of 2,000 cells. */
export const MOST_PARTS = 40;

/** A sample with the pack columns beside what was asked for. */
export interface PartSample extends Sample {
  /** Values of PACK_SIGNALS and CELLS. */
  readonly packs: Readonly<Record<string, readonly (number | null)[]>>;
}

interface Piece {
  readonly first: number;
  readonly cells: readonly (number | null)[];
}

interface Pack {
  readonly number: number | null;
  readonly values: Record<string, number | null>;
  readonly pieces: Map<number, Piece>;
}

function isPart({ packs }: PartSample): boolean {
  return packs["pack.first_cell"].some((first, i) =>
    isPartOfCells(first ?? 1, packs["pack.cell_count"][i] ?? 0, packs["pack.cell_total"][i] ?? 0),
  );
}

/** Samples in order, those of one time next to each other; parts merged. The sequence number is that of the last part. */
export function mergeParts(samples: readonly PartSample[]): Sample[] {
  const merged: Sample[] = [];
  for (let from = 0; from < samples.length;) {
    let to = from + 1;
    while (to < samples.length && samples[to].time === samples[from].time) to++;
    const group = samples.slice(from, to);
    const parts = group.filter((sample) => sample.packs["pack.number"].length > 0);
    if (parts.length > 1 && parts.some(isPart)) {
      const others = group.filter((sample) => !parts.includes(sample)).map(plain);
      merged.push(...[...others, mergeOne(parts)].sort((a, b) => a.seq - b.seq));
    } else {
      merged.push(...group.map(plain));
    }
    from = to;
  }
  return merged;
}

function plain({ packs: _packs, ...sample }: PartSample): Sample {
  return sample;
}

function mergeOne(parts: readonly PartSample[]): Sample {
  const values: Record<string, SampleValue> = {};
  const reasons: Record<string, NullReason> = {};
  for (const part of parts) {
    for (const [id, value] of Object.entries(part.values)) {
      if (isEmpty(values[id])) values[id] = value;
      const reason = part.reasons?.[id];
      if (reason !== undefined) reasons[id] ??= reason;
    }
  }
  for (const id of Object.keys(reasons)) if (!isEmpty(values[id])) delete reasons[id];
  const packs = [...packsOf(parts).values()];
  for (const id of Object.keys(values)) {
    if (id === CELLS) values[id] = packs.flatMap(cellsOf);
    else if (id === "pack.cell_count") values[id] = packs.map((pack) => cellsOf(pack).length);
    else if (id === "pack.first_cell") values[id] = packs.map((pack) => Math.min(...pack.pieces.keys()));
    else if ((PACK_SIGNALS as readonly string[]).includes(id))
      values[id] = packs.map((pack) => pack.values[id] ?? null);
  }
  const [first] = parts;
  return {
    time: first.time,
    receivedAt: first.receivedAt,
    seq: parts[parts.length - 1].seq,
    command: first.command,
    values,
    ...(Object.keys(reasons).length === 0 ? {} : { reasons }),
    parts: parts.map(({ seq }) => seq),
  };
}

function isEmpty(value: SampleValue | undefined): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** Packs in the order of their numbers, each with the pieces of its list by their first cell. */
function packsOf(parts: readonly PartSample[]): Map<number, Pack> {
  const packs = new Map<number, Pack>();
  for (const { packs: columns } of parts) {
    let from = 0;
    for (const [i, number] of columns["pack.number"].entries()) {
      const key = number ?? 0;
      const pack = packs.get(key) ?? { number, values: {}, pieces: new Map<number, Piece>() };
      packs.set(key, pack);
      for (const id of PACK_SIGNALS) pack.values[id] ??= columns[id][i] ?? null;
      const count = columns["pack.cell_count"][i] ?? 0;
      const first = Math.max(1, columns["pack.first_cell"][i] ?? 1);
      pack.pieces.set(first, { first, cells: columns[CELLS].slice(from, from + count) });
      from += count;
    }
  }
  return new Map([...packs].sort(([a], [b]) => a - b));
}

/** A piece that is missing between two others leaves nulls, so that positions keep meaning cell numbers. */
function cellsOf({ pieces }: Pack): (number | null)[] {
  const ordered = [...pieces.values()].sort((a, b) => a.first - b.first);
  const cells: (number | null)[] = [];
  for (const { first, cells: piece } of ordered) {
    const at = first - ordered[0].first;
    while (cells.length < at) cells.push(null);
    for (const [i, value] of piece.entries()) cells[at + i] = value;
  }
  return cells;
}
