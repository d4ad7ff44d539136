/** Journal segments for tests: rows in, files of Native blocks out, written by the journal's own encoder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getScalar, getList, ObservationBlock, Reason } from "@sandglass/signals";
import { makeScope } from "../access/scope.ts";
import { SYSTEM_INTAKE, type HistoryScope } from "../access/mod.ts";
// The composition hands the journal's layout to the history; tests stand in for it.
// oxlint-disable-next-line no-restricted-imports
import { NativeEncoder, observationTable } from "../journal/mod.ts";
import { openHistory } from "./history.ts";
import type { HistoryAlarm, Retention } from "./options.ts";
import type { SegmentFile } from "./segment-sql.ts";
import type { History } from "./types.ts";
import { SILENT } from "./silent.fixture.ts";

export const COLUMNS = observationTable();
export const SALT = Buffer.from("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", "hex");
/** 2026-11-20T00:00:00Z */
export const DAY = Date.UTC(2026, 10, 20);

/** Physical values by signal id; a reason stands for an invalid cell. */
export interface Row {
  readonly vehicle: bigint;
  readonly time: number;
  readonly received?: number;
  readonly command?: number;
  readonly disposition?: number;
  readonly raw?: string | Uint8Array;
  readonly values?: Readonly<
    Record<string, number | Reason | readonly (number | "invalid")[] | "abnormal" | "invalid">
  >;
}

export function fillRow(block: ObservationBlock, row: Row): void {
  const at = block.rows;
  block.putRaw(
    typeof row.raw === "string"
      ? Buffer.from(row.raw)
      : (row.raw ?? Buffer.from(`${row.vehicle} ${row.time} ${row.command ?? 2}`)),
  );
  block.vehicle[at] = row.vehicle;
  block.eventTime[at] = row.time;
  block.receiveTime[at] = row.received ?? row.time + 500;
  block.link[at] = 1;
  block.assurance[at] = 1;
  block.edition[at] = 16;
  block.command[at] = row.command ?? 2;
  block.disposition[at] = row.disposition ?? 0;
  for (const [id, value] of Object.entries(row.values ?? {})) {
    if (Array.isArray(value)) {
      const { column, perUnit } = getList(id);
      const list = block.lists[column];
      list.reserve(value.length);
      for (const entry of value as readonly (number | "invalid")[]) {
        // What a sentinel leaves behind must never be read: the largest number stands under it.
        list.ticks[list.length] = entry === "invalid" ? 0xffff : Math.round(entry * perUnit);
        list.reasons[list.length++] = entry === "invalid" ? Reason.invalid : Reason.ok;
      }
    } else {
      const { column, perUnit } = getScalar(id);
      const isNumber = typeof value === "number";
      block.scalars[column].ticks[at] = isNumber ? Math.round(value * perUnit) : 0xffff;
      block.scalars[column].reasons[at] = isNumber
        ? Reason.ok
        : value === "abnormal"
          ? Reason.abnormal
          : Reason.invalid;
    }
  }
  block.endRow();
}

export interface Fixture {
  readonly folder: string;
  /** Writes the next segment; sequence numbers go on from the last. */
  segment(rows: readonly Row[], rowsPerBlock?: number): SegmentFile;
  /** Writes any bytes as the next segment's file. */
  rawSegment(bytes: Uint8Array, rows: number): SegmentFile;
  open(options?: { folder?: string; retention?: Partial<Retention>; rawReports?: boolean }): Promise<History>;
  readonly alarms: HistoryAlarm[];
  remove(): void;
}

export function fixture(): Fixture {
  const folder = mkdtempSync(join(tmpdir(), "sandglass-history-"));
  const journal = join(folder, "journal");
  mkdirSync(journal);
  const encoder = new NativeEncoder();
  const alarms: HistoryAlarm[] = [];
  let id = 0;
  let seq = 1;
  const write = (bytes: Uint8Array, rows: number): SegmentFile => {
    id++;
    const path = join(journal, `${id}.native`);
    const indexPath = join(journal, `${id}.idx`);
    writeFileSync(path, bytes);
    writeFileSync(indexPath, "");
    const segment = { id, path, indexPath, rows, bytes: bytes.length, firstSeq: seq, lastSeq: seq + rows - 1 };
    seq += rows;
    return segment;
  };
  return {
    folder,
    alarms,
    segment(rows, rowsPerBlock = 4096) {
      const parts: Buffer[] = [];
      for (let at = 0; at < rows.length; at += rowsPerBlock) {
        const block = new ObservationBlock(rowsPerBlock);
        block.firstSeq = seq + at;
        for (const row of rows.slice(at, at + rowsPerBlock)) fillRow(block, row);
        parts.push(Buffer.from(encoder.encode(block)));
      }
      return write(Buffer.concat(parts), rows.length);
    },
    rawSegment: write,
    open: ({ folder: name = "history", ...options } = {}) =>
      openHistory({
        dataDir: join(folder, name),
        columns: COLUMNS,
        log: SILENT,
        onAlarm: (alarm) => alarms.push(alarm),
        ...options,
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function scopeOf(
  vehicles: "all" | readonly bigint[],
  may: { location?: boolean; fullVin?: boolean } = {},
): HistoryScope {
  return makeScope(SYSTEM_INTAKE, vehicles === "all" ? "all" : new Set(vehicles), {
    location: true,
    fullVin: true,
    ...may,
  });
}

export const ALL = scopeOf("all");
