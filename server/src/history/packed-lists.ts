/** Lists of ticks as the journal packs them (server/src/journal/packed-list.ts), read in SQL. */
import { TICK_MARKS, TICK_WIDTHS, type TickType } from "@sandglass/signals";

/** ClickHouse expression that gives a packed column as `Array(Nullable(<type>))`; the column name must be a literal. */
export function unpackSql(column: string, type: TickType): string {
  const width = TICK_WIDTHS[type] * 8;
  const words = `reinterpret(${column}, 'Array(UInt${width})')`;
  const differences = `arrayMap(z -> bitXor(toInt64(bitShiftRight(z, 1)), -toInt64(bitAnd(z, 1))), ${words})`;
  return `arrayMap(t -> nullIf(to${type}(t), ${TICK_MARKS[type]}), arrayCumSum(${differences}))`;
}
