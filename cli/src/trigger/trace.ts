/**
 * `trigger trace`: temporal rules over the rows of a recorded vehicle, one JSON line per rule.
 *
 * Rules are a JSON list of `{"rule": NAME, "stl": FORMULA}` (other fields are ignored, but `vehicle` is repeated and the
 * keys of `robustness_at` say for which rows the margin is told). Bounds count rows. Variables are the columns of the
 * file and the short names below.
 */
import { evaluateTraceRule, type TraceResult, type TraceRule } from "@sandglass/triggers";
import { openCsvRecords, ReplayError } from "../replay/csv-rows.ts";
import { readText, TriggerCommandError, unreadable, type TriggerIo } from "./io.ts";

const SHORT_NAMES: Readonly<Record<string, string>> = {
  tmax: "BMSProbeTempMax",
  tmin: "BMSProbeTempMin",
  vmax: "BMSCellVoltageMax",
  vmin: "BMSCellVoltageMin",
  speed: "vehSpeed",
  cur: "BMSBatteryCurrent",
  volt: "BMSBatteryVoltage",
  soc: "vehBMSPackSOC",
  odo: "vehOdo",
  alarm: "BMSWarningInformation",
  charge: "BMSChargeStatus",
  ins: "insulationResistance",
};

interface FileRule {
  readonly rule: string;
  readonly stl: string;
  readonly vehicle?: string;
  readonly robustness_at?: Readonly<Record<string, unknown>>;
}

export async function traceFile(rulesPath: string, csvPath: string, io: TriggerIo): Promise<number> {
  const rules = readRules(await readText(rulesPath), rulesPath);
  const { columns, times } = await readColumns(csvPath);
  let failed = false;
  for (const one of rules) {
    let line: unknown;
    try {
      const rows = one.robustness_at === undefined ? undefined : Object.keys(one.robustness_at).map(Number);
      line = inOrder(one, evaluateTraceRule({ ...pick(one), ...(rows ? { rows } : {}) }, columns), times);
    } catch (error) {
      failed = true;
      line = {
        rule: one.rule,
        error: { code: "SG_TRIGGER_VECTOR", message: error instanceof Error ? error.message : String(error) },
      };
    }
    io.stdout.write(`${JSON.stringify(line)}\n`);
  }
  return failed ? 1 : 0;
}

const pick = ({ rule, stl }: FileRule): TraceRule => ({ rule, stl });

function inOrder(one: FileRule, result: TraceResult, times: readonly string[]): unknown {
  const { rule, stl, rows, sat_rows, episodes, first_sat_row, ...rest } = result;
  return {
    ...(one.vehicle === undefined ? {} : { vehicle: one.vehicle }),
    rule,
    stl,
    rows,
    sat_rows,
    episodes,
    first_sat_row,
    first_sat_time: first_sat_row === null ? null : (times[first_sat_row] ?? null),
    ...rest,
  };
}

function readRules(text: string, path: string): readonly FileRule[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new TriggerCommandError("SG_TRIGGER_VECTOR", `${path} is not JSON`, `${path} 不是 JSON`, { cause });
  }
  const list = Array.isArray(parsed) ? parsed : (parsed as { rules?: unknown } | null)?.rules;
  if (
    !Array.isArray(list) ||
    !list.every((one: Partial<FileRule> | null) => typeof one?.rule === "string" && typeof one.stl === "string")
  )
    throw new TriggerCommandError(
      "SG_TRIGGER_VECTOR",
      `${path} holds no list of {"rule", "stl"}`,
      `${path} 中没有 {"rule", "stl"} 的列表`,
    );
  return list as FileRule[];
}

/** Every column as numbers; what is no number is unknown. The spread is rounded to the resolution of its voltages. */
async function readColumns(
  path: string,
): Promise<{ columns: ReadonlyMap<string, readonly number[]>; times: readonly string[] }> {
  const columns = new Map<string, number[]>();
  const times: string[] = [];
  let lists: { readonly at: number; readonly list: number[] }[] | undefined;
  let timeAt = -1;
  try {
    for await (const record of await openCsvRecords(path)) {
      if (lists === undefined) {
        lists = record
          .map((name, at) => ({ at, list: [], name: name.trim() }))
          .map((c) => (columns.set(c.name, c.list), c));
        timeAt = record.findIndex((name) => name.trim() === "tboxTime");
        continue;
      }
      times.push((record[timeAt] ?? "").trim());
      for (const { at, list } of lists) list.push(numberIn(record[at]));
    }
  } catch (error) {
    if (error instanceof ReplayError)
      throw new TriggerCommandError("SG_CLI_FILE", error.message, error.message, { cause: error });
    if (error instanceof Error && "code" in error && error.code === "ENOENT") throw unreadable(path, error);
    throw error;
  }
  for (const [short, name] of Object.entries(SHORT_NAMES)) {
    const column = columns.get(name);
    if (column !== undefined && !columns.has(short)) columns.set(short, column);
  }
  const [high, low] = [columns.get("vmax"), columns.get("vmin")];
  if (high && low && !columns.has("spread"))
    columns.set(
      "spread",
      high.map((v, i) => Math.round((v - (low[i] as number)) * 1e4) / 1e4),
    );
  return { columns, times };
}

function numberIn(text: string | undefined): number {
  return text === undefined || text.trim() === "" ? Number.NaN : Number(text);
}
