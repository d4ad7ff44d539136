/** What an event says about the names of the catalogue. */
import type { Binding, EventSource } from "./event-signal.ts";
import { codeOfText } from "./text-code.ts";

/** A received event, as far as bindings look at it. */
export interface EventContent {
  readonly name: string;
  /** The number that the event states by itself; of a cumulative counter its increase since the report before. */
  readonly value: number | undefined;
  /** Data of a CloudEvent, attributes of a record or data point. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly histogram?: Histogram;
}

/** Explicit buckets: `counts` has one entry more than `bounds`. */
export interface Histogram {
  readonly count: number;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  readonly bounds?: readonly number[];
  readonly counts?: readonly number[];
}

/**
 * Value of a catalogue name in an event: a number, `invalid` (there, but no number of its range), or undefined (the
 * event says nothing about it). An event that occurs is 1.
 */
export function valueIn(source: EventSource, event: EventContent): number | "invalid" | undefined {
  if (source.kind === "event") return source.from.some((binding) => applies(binding, event)) ? 1 : undefined;
  for (const binding of source.from) {
    if (!applies(binding, event)) continue;
    const found = read(binding, event);
    if (found === undefined) continue;
    const value = toNumber(found, source, binding);
    if (value === undefined || value < source.range[0] || value > source.range[1]) return "invalid";
    return value;
  }
  return undefined;
}

function applies({ name, where }: Pick<Binding, "name" | "where">, event: EventContent): boolean {
  if (name !== "*" && name !== event.name) return false;
  return Object.entries(where ?? {}).every(([attribute, wanted]) => {
    const found = fieldOf(event.fields, attribute);
    if (wanted === "*") return found !== undefined && found !== null && found !== "";
    return Array.isArray(found) ? found.includes(wanted) : found === wanted;
  });
}

/** By the whole name first: attribute names contain dots themselves. */
function fieldOf(fields: Readonly<Record<string, unknown>>, path: string): unknown {
  if (Object.hasOwn(fields, path)) return fields[path];
  let at: unknown = fields;
  for (const part of path.split(".")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[part];
  }
  return at;
}

const PERCENTILES: Readonly<Record<string, number>> = { p50: 0.5, p95: 0.95, p99: 0.99 };

function read({ name, field }: Binding, event: EventContent): unknown {
  if (name !== "*") {
    const { histogram } = event;
    if (field === "value") return event.value;
    if (histogram !== undefined) {
      const p = PERCENTILES[field];
      if (p !== undefined) return percentile(histogram, p);
      if (field === "mean")
        return histogram.count > 0 && histogram.sum !== undefined ? histogram.sum / histogram.count : undefined;
      if (field === "count" || field === "sum" || field === "min" || field === "max") return histogram[field];
    }
  }
  return fieldOf(event.fields, field) ?? undefined;
}

function toNumber(found: unknown, { values }: EventSource, { as, times = 1 }: Binding): number | undefined {
  if (typeof found === "number") return Number.isFinite(found) ? found * times : undefined;
  if (typeof found === "boolean") return found ? 1 : 0;
  if (typeof found !== "string") return undefined;
  if (as !== undefined) {
    const code = codeOfText(found, as);
    return Number.isNaN(code) ? undefined : code;
  }
  const code = Object.entries(values ?? {}).find(([, { en, zh }]) => en === found || zh === found)?.[0];
  if (code !== undefined) return Number(code);
  // 64-bit numbers of OpenTelemetry stand as text in JSON.
  return /^-?\d{1,15}$/.test(found) ? Number(found) * times : undefined;
}

/** Interpolated within its bucket; beyond the last bound the largest value known. */
function percentile({ count, min, max, bounds, counts }: Histogram, p: number): number | undefined {
  if (bounds === undefined || counts === undefined || counts.length !== bounds.length + 1 || count <= 0)
    return undefined;
  const rank = p * counts.reduce((sum, each) => sum + each, 0);
  let below = 0;
  for (const [i, inBucket] of counts.entries()) {
    if (inBucket === 0 || below + inBucket < rank) {
      below += inBucket;
      continue;
    }
    const low = bounds[i - 1] ?? min ?? 0;
    const high = bounds[i] ?? max ?? low;
    return low + ((high - low) * (rank - below)) / inBucket;
  }
  return max ?? bounds.at(-1);
}
