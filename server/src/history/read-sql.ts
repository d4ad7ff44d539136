/** Pieces that all readers share: scope, ranges, pages, values. */
import { BIT_SIGNALS, findSignal, REASON_NAMES, SCALAR_SIGNALS, type Signal } from "@sandglass/signals";
import type { HistoryScope } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { unpackSql } from "./packed-lists.ts";
import { columnOf } from "./rollup-signals.ts";
import type { NullReason, Page, Position, SampleValue } from "./types.ts";
import { int, name, sql, time, trusted, u64, u64s, type Sql } from "./sql.ts";

const DEFAULT_LIMIT = 1000;
const MAX_LIMIT = 10_000;
/** Lists make rows of several KB, and the page is parsed on the server's event loop. */
const MAX_LIMIT_WITH_LISTS = 2000;

export function pageSize(limit = DEFAULT_LIMIT, hasLists = false): number {
  return Math.max(1, Math.min(Math.trunc(limit), hasLists ? MAX_LIMIT_WITH_LISTS : MAX_LIMIT));
}

/** The condition that keeps a query inside its scope. Every statement over vehicles has it. */
export function inScope(scope: HistoryScope): Sql {
  return scope.vehicles === "all" ? trusted("vehicle != 0") : sql`vehicle IN ${u64s(scope.vehicles)}`;
}

/** The condition for one vehicle; false when it is outside of the scope. */
export function isVehicle(scope: HistoryScope, vehicle: bigint): Sql {
  return scope.vehicles === "all" || scope.vehicles.has(vehicle) ? sql`vehicle = ${u64(vehicle)}` : trusted("0");
}

export function inRange(from: number, to: number): Sql {
  return sql`event_time >= ${time(from)} AND event_time < ${time(to)}`;
}

/** Integers of a list, for codes such as dispositions. */
export function oneOf(column: string, values: readonly number[] | undefined): Sql[] {
  return values === undefined ? [] : [sql`${name(column)} IN ${u64s(values.map(BigInt))}`];
}

/** Rows behind a position, when sorted by event time (either way) and then sequence number. */
export function behind(after: Position | undefined, newestFirst: boolean): Sql[] {
  if (after === undefined) return [];
  const later = newestFirst ? sql`event_time < ${time(after.time)}` : sql`event_time > ${time(after.time)}`;
  return [
    newestFirst ? sql`event_time <= ${time(after.time)}` : sql`event_time >= ${time(after.time)}`,
    sql`(${later} OR seq > ${int(after.seq)})`,
  ];
}

/**
 * Cuts the surplus row that tells whether there is a next page.
 * @param isMore there is one, whatever the number of items says
 */
export function toPage<Item extends { readonly time: number; readonly seq: number }>(
  items: Item[],
  limit: number,
  isMore = false,
): Page<Item> {
  if (items.length <= limit && !isMore) return { items };
  const page = items.slice(0, limit);
  const last = page[page.length - 1];
  return { items: page, next: { time: last.time, seq: last.seq } };
}

const WITHHELD = "location.";

/** A requested signal: how to select it and how to read what comes back. */
export interface SelectedSignal {
  readonly id: string;
  readonly signal: Signal;
  /** The scope does not show it. */
  readonly isWithheld: boolean;
  readonly select: Sql;
}

/** @throws SG_HISTORY_SIGNAL for an id that is not in the catalogue */
export function selectSignals(scope: HistoryScope, ids: readonly string[]): SelectedSignal[] {
  return [...new Set(ids)].map((id) => {
    const signal = findSignal(id);
    if (signal === undefined) throw new SandglassError(ERRORS.HISTORY_SIGNAL, { signal: id });
    const isWithheld = !scope.location && id.startsWith(WITHHELD);
    return { id, signal, isWithheld, select: isWithheld ? trusted("NULL") : columnFor(signal) };
  });
}

function columnFor(signal: Signal): Sql {
  return signal.kind === "bit"
    ? sql`if(isNull(alarm_flags), NULL, bitTest(assumeNotNull(alarm_flags), ${int(signal.bit)}))`
    : signal.kind === "list"
      ? trusted(unpackSql(columnOf(signal.id), signal))
      : name(columnOf(signal.id));
}

export function physical(signal: Signal, ticks: number | null | undefined): number | null {
  return ticks === null || ticks === undefined ? null : ticks / signal.perUnit;
}

export function toValue(signal: Signal, stored: number | null | (number | null)[]): SampleValue {
  return Array.isArray(stored) ? stored.map((ticks) => physical(signal, ticks)) : physical(signal, stored);
}

const REASON_BITS = 3;
const FLAGS_COLUMN = SCALAR_SIGNALS.findIndex(({ id }) => id === "alarm.flags");
const BIT_IDS = new Set(BIT_SIGNALS.map(({ id }) => id));

/** Position in `invalid` of a signal's column; -1 = it has none. */
export function invalidColumnOf(id: string, signal: Signal): number {
  return BIT_IDS.has(id) ? FLAGS_COLUMN : signal.kind === "scalar" ? signal.column : -1;
}

/** Reads the sparse list `column * 8 + reason` of a row. */
export function reasonsOf(
  invalid: readonly number[],
  selected: readonly SelectedSignal[],
): Record<string, NullReason> | undefined {
  const byColumn = new Map(invalid.map((entry) => [entry >> REASON_BITS, REASON_NAMES[entry & 7]]));
  const reasons: Record<string, NullReason> = {};
  let any = false;
  for (const { id, signal, isWithheld } of selected) {
    const reason = isWithheld ? "withheld" : byColumn.get(invalidColumnOf(id, signal));
    if (reason === undefined) continue;
    reasons[id] = reason;
    any = true;
  }
  return any ? reasons : undefined;
}
