/**
 * Rows of a recorded vehicle: a CSV file, plain or inside a zip, streamed.
 *
 * Columns (other names are ignored): tboxTime (local Beijing time), BMSChargeStatus, vehSpeed, BMSBatteryVoltage,
 * BMSCellVoltageMax/Min, BMSBatteryCurrent (+ = discharge), vehBMSPackSOC, BMSProbeTempMax/Min, BMSWarningInformation
 * (highest alarm level), vehOdo, insulationResistance, V_1…V_n (V), T_1…T_m.
 */
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { parse } from "csv-parse";
import { open as openZip, type Entry } from "yauzl";

export interface RecordedRow {
  /** 1-based line of the row in the file, the header being line 1. */
  readonly line: number;
  /** `YYYY-MM-DD hh:mm:ss`, Beijing time, as recorded. */
  readonly time: string;
  /** UTC ms. */
  readonly timeMs: number;
  /** Physical values; undefined where the file has no such column or no number there. */
  readonly chargeStatus: number | undefined;
  readonly speed: number | undefined;
  readonly totalVoltage: number | undefined;
  readonly totalCurrent: number | undefined;
  readonly soc: number | undefined;
  readonly mileage: number | undefined;
  readonly insulation: number | undefined;
  readonly maxCellVoltage: number | undefined;
  readonly minCellVoltage: number | undefined;
  readonly maxProbeTemp: number | undefined;
  readonly minProbeTemp: number | undefined;
  readonly alarmLevel: number | undefined;
  readonly cells: readonly (number | undefined)[];
  /** As in the file; `TemperatureUnit` tells how to read it. */
  readonly probes: readonly (number | undefined)[];
}

export class ReplayError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(`${code}: ${message}`, options);
    this.code = code;
  }
}

function zipEntry(path: string): Promise<Readable> {
  return new Promise((resolve, reject) => {
    openZip(path, { lazyEntries: true }, (openError, zip) => {
      if (openError !== null)
        return reject(new ReplayError("SG_REPLAY_FILE", `${path} is not a readable zip: ${openError.message}`));
      const entries: string[] = [];
      zip.on("error", reject);
      zip.on("entry", (entry: Entry) => {
        if (!entry.fileName.endsWith(".csv")) {
          entries.push(entry.fileName);
          zip.readEntry();
          return;
        }
        zip.openReadStream(entry, (readError, stream) => (readError === null ? resolve(stream) : reject(readError)));
      });
      zip.on("end", () =>
        reject(new ReplayError("SG_REPLAY_FILE", `${path} holds no .csv file (${entries.join(", ")})`)),
      );
      zip.readEntry();
    });
  });
}

/** Beijing time is UTC+8 the whole year. */
export function parseBeijingTime(text: string): number {
  return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? Date.parse(`${text.replace(" ", "T")}+08:00`) : Number.NaN;
}

function number(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Columns `prefix1 … prefixN`, in the order of their numbers. */
function numbered(header: readonly string[], prefix: string): number[] {
  return header
    .map((name, index) => ({ index, number: name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN }))
    .filter((column) => Number.isInteger(column.number) && column.number > 0)
    .sort((a, b) => a.number - b.number)
    .map((column) => column.index);
}

/** Records of a CSV file, plain or the first one inside a zip; the first record is the header. */
export async function openCsvRecords(path: string): Promise<AsyncIterable<string[]>> {
  const source = path.endsWith(".zip") ? await zipEntry(path) : createReadStream(path);
  const records = source.pipe(parse({ relax_column_count: true, skip_empty_lines: true, bom: true }));
  source.on("error", (error) => records.destroy(new ReplayError("SG_REPLAY_FILE", error.message)));
  return records as AsyncIterable<string[]>;
}

export async function* readRecordedRows(path: string): AsyncIterable<RecordedRow> {
  const records = await openCsvRecords(path);
  let header: string[] | undefined;
  let cells: number[] = [];
  let probes: number[] = [];
  let line = 0;
  for await (const record of records) {
    line++;
    if (header === undefined) {
      header = record.map((name) => name.trim());
      if (!header.includes("tboxTime")) throw new ReplayError("SG_REPLAY_COLUMNS", `${path} has no column tboxTime`);
      cells = numbered(header, "V_");
      probes = numbered(header, "T_");
      continue;
    }
    const names = header;
    const text = (name: string) => (names.includes(name) ? record[names.indexOf(name)] : undefined);
    const time = (text("tboxTime") ?? "").trim();
    const timeMs = parseBeijingTime(time);
    if (Number.isNaN(timeMs)) throw new ReplayError("SG_REPLAY_TIME", `${path} line ${line}: "${time}" is no time`);
    yield {
      line,
      time,
      timeMs,
      chargeStatus: number(text("BMSChargeStatus")),
      speed: number(text("vehSpeed")),
      totalVoltage: number(text("BMSBatteryVoltage")),
      totalCurrent: number(text("BMSBatteryCurrent")),
      soc: number(text("vehBMSPackSOC")),
      mileage: number(text("vehOdo")),
      insulation: number(text("insulationResistance")),
      maxCellVoltage: number(text("BMSCellVoltageMax")),
      minCellVoltage: number(text("BMSCellVoltageMin")),
      maxProbeTemp: number(text("BMSProbeTempMax")),
      minProbeTemp: number(text("BMSProbeTempMin")),
      alarmLevel: number(text("BMSWarningInformation")),
      cells: cells.map((index) => number(record[index])),
      probes: probes.map((index) => number(record[index])),
    };
  }
}
