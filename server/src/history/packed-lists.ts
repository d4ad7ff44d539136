/** Lists of ticks as journal and history pack them (server/src/journal/packed-list.ts), read in SQL. */
import { listFormOf, type ListSignal } from "@sandglass/signals";

/** ClickHouse expression that gives a packed column as `Array(Nullable(<type>))`; the column name must be a literal. */
export function unpackSql(column: string, signal: Pick<ListSignal, "id" | "type">): string {
  const { width, bias, mark } = listFormOf(signal);
  const words = `reinterpret(${column}, 'Array(UInt${width * 8})')`;
  const word = width === 1 ? "w" : "byteSwap(w)";
  const tick = bias === 0 ? `to${signal.type}(${word})` : `to${signal.type}(to${signal.type}(${word}) - ${bias})`;
  return `arrayMap(w -> if(${word} = ${mark}, NULL, ${tick}), ${words})`;
}
