/**
 * Signals and events that arrive as events (CloudEvents, OpenTelemetry) and not in frames: no column, no ticks; a
 * binding says which part of which event feeds them.
 */
import type { Signal, SignalNames } from "./signal.ts";
import type { TextKind } from "./text-code.ts";

/**
 * Where a sample comes from: the event of that name (CloudEvents type, metric name, log event name; `*` = any) and
 * - `value`: the number that the event states by itself; of a cumulative counter its increase
 * - `count`, `sum`, `mean`, `min`, `max`, `p50`, `p95`, `p99`: of a histogram (percentiles interpolated in its buckets)
 * - otherwise a field of the data or an attribute, by its name or dotted path
 */
export interface Binding {
  readonly name: string;
  readonly field: string;
  /** Only events with these attributes; `*` = the attribute is there, whatever it says. */
  readonly where?: Readonly<Record<string, string | boolean>>;
  /** Factor from the sender's unit to the catalogue's. */
  readonly times?: number;
  /** A text stands as a number: `hash` so that texts can be compared and counted, `version` in the order of versions. */
  readonly as?: TextKind;
}

interface EventSourceBase {
  readonly id: string;
  readonly unit: string;
  readonly display: string;
  readonly range: readonly [min: number, max: number];
  readonly periodMs: number;
  readonly holdMs: number;
  readonly scale: number;
  readonly names: SignalNames;
  /** The convention, standard or requirement behind the name. */
  readonly source: string;
  readonly values?: Readonly<Record<number, SignalNames>>;
}

/** A value that holds until the next one or until `holdMs` has passed. */
export interface SampleSignal extends EventSourceBase {
  readonly kind: "scalar";
  readonly from: readonly Binding[];
}

/** A point in time without a value. */
export interface EventSignal extends EventSourceBase {
  readonly kind: "event";
  readonly from: readonly Omit<Binding, "field" | "times" | "as">[];
}

export type EventSource = SampleSignal | EventSignal;

/** What the trigger language needs to know of a name, wherever its values come from. */
export type CatalogueEntry = Signal | EventSource;
