/** Frames straight into columns: no object per frame, no value that is not in its range, no sentinel as a number. */
import type { ColumnDecoder, ColumnMap, ColumnResult, ColumnSink } from "./column-types.ts";
import { dialectOf, type Dialect } from "./dialect.ts";
import {
  Command,
  Encryption,
  HEADER_BYTES,
  MIN_FRAME_BYTES,
  ResponseFlag,
  START_2016,
  START_2025,
  type Edition,
} from "./frame.ts";
import { generateColumns, type ItemsToColumns } from "./generate/columns.ts";
import { readColumns } from "./interpret/columns.ts";
import { Reader, readElements, Scope } from "./interpret/decode.ts";
import { findCommand } from "./layout/commands.ts";
import { instantOf } from "./time.ts";
import { WIRE_FIELDS } from "./wire-fields.ts";

export interface ColumnDecoderOptions {
  /** Use the interpreter even where code can be generated. For tests and pages without `unsafe-eval`. */
  readonly interpret?: boolean;
  /**
   * Frames after which a sink gets code compiled for its own arrays (default 131,072): a quarter faster, for some 40 ms of
   * CPU time and 100 kB per sink. `Infinity` for sinks that come and go.
   */
  readonly bindAfter?: number;
  /** How to read what the sources contradict each other about. */
  readonly dialect?: Partial<Dialect>;
}

/**
 * A decoder for frames of both editions.
 * @throws Error for a column map that names an unknown field or puts a list field into a scalar column
 */
export function createColumnDecoder(map: ColumnMap, options: ColumnDecoderOptions = {}): ColumnDecoder {
  checkMap(map);
  const dialect = dialectOf(options.dialect);
  const items2016 = itemsReader(2016, map, options);
  const items2025 = itemsReader(2025, map, options);
  const result: ColumnResult = { ok: true, eventTime: Number.NaN, code: undefined, offset: 0 };

  function fail(code: ColumnResult["code"], offset: number): ColumnResult {
    result.ok = false;
    result.code = code;
    result.offset = offset;
    return result;
  }

  return function decodeColumns(bytes, sink, row, from = 0, to = bytes.length) {
    result.ok = true;
    result.eventTime = Number.NaN;
    result.code = undefined;
    result.offset = from;
    if (to > bytes.length || to - from < MIN_FRAME_BYTES) return fail("SG_FRAME_TRUNCATED", from);
    const start = bytes[from];
    if ((start !== START_2016 && start !== START_2025) || bytes[from + 1] !== start)
      return fail("SG_FRAME_START", from);
    const end = to - 1;
    const length = (bytes[from + 22] << 8) | bytes[from + 23];
    if (length !== end - from - HEADER_BYTES) return fail("SG_FRAME_LENGTH", from + 22);
    if (length > 0 && bytes[from + 21] !== Encryption.none) return fail("SG_BODY_ENCRYPTED", from + HEADER_BYTES);
    const command = bytes[from + 2];
    const unit = from + HEADER_BYTES;
    if (
      (command !== Command.realtimeReport && command !== Command.reissuedReport) ||
      bytes[from + 3] !== ResponseFlag.command
    ) {
      return otherCommand(bytes, from, end, start === START_2016 ? 2016 : 2025);
    }
    if (length < 6) return fail("SG_BODY_TRUNCATED", unit);
    result.eventTime = instantOf(bytes, unit);
    if (Number.isNaN(result.eventTime)) return fail("SG_BODY_TIME", unit);
    const failed = (start === START_2016 ? items2016 : items2025)(bytes, unit + 6, end, sink, row);
    return failed < 0 ? result : fail("SG_BODY_TRUNCATED", failed);
  };

  /** Commands without columns: their structure is checked, their time is read. */
  function otherCommand(bytes: Uint8Array, from: number, end: number, edition: Edition): ColumnResult {
    const unit = from + HEADER_BYTES;
    const layout = findCommand(edition, bytes[from + 2]);
    const timed = layout?.elements[0]?.kind === "time";
    if (timed && end - unit >= 6) result.eventTime = instantOf(bytes, unit);
    if (layout === undefined || bytes[from + 3] !== ResponseFlag.command) return result;
    try {
      readElements(new Reader(bytes, unit, end, edition, undefined, dialect), layout.elements, {}, new Scope());
    } catch (error) {
      return fail("SG_BODY_TRUNCATED", (error as { offset?: number }).offset ?? unit);
    }
    return timed && Number.isNaN(result.eventTime) ? fail("SG_BODY_TIME", unit) : result;
  }
}

function itemsReader(edition: Edition, map: ColumnMap, options: ColumnDecoderOptions): ItemsToColumns {
  if (options.interpret !== true) {
    try {
      return generateColumns(edition, map, options.bindAfter, dialectOf(options.dialect));
    } catch (error) {
      if (!(error instanceof EvalError)) throw error;
    }
  }
  const dialect = dialectOf(options.dialect);
  return (bytes: Uint8Array, at: number, end: number, sink: ColumnSink, row: number) =>
    readColumns(bytes, at, end, edition, map, sink, row, dialect);
}

function checkMap(map: ColumnMap): void {
  const fields = new Map(WIRE_FIELDS.map((field) => [field.name, field]));
  const taken = new Set<string>();
  for (const [name, target] of Object.entries(map)) {
    const field = fields.get(name);
    if (field === undefined) throw new Error(`no wire field ${name}`);
    const index = "scalar" in target ? target.scalar : target.list;
    if ("scalar" in target !== (field.kind === "scalar")) throw new Error(`wire field ${name} is a ${field.kind}`);
    if (!Number.isInteger(index) || index < 0) throw new Error(`wire field ${name} has no column index`);
    const column = `${field.kind} ${index}`;
    if (taken.has(column)) throw new Error(`wire field ${name} shares its column with another`);
    taken.add(column);
  }
}
