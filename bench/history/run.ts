/**
 * The history alone: insert rate of closed segments (raw frames, columns, rollups, hashes, fsync), disk per frame, and
 * how long a person waits for answers, at rest and while segments are inserted.
 *
 *   node bench/history/run.ts [--segments 6] [--rows 131072] [--vehicles 2000]
 *   node bench/history/run.ts --recorded ../shared/data/ev-field-faults/car1_processed.zip
 */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeScope } from "../../server/src/access/scope.ts";
import { SYSTEM_INTAKE } from "../../server/src/access/mod.ts";
import { openHistory, type History } from "../../server/src/history/mod.ts";
import { observationTable } from "../../server/src/journal/mod.ts";
import { makeSegments, recordedFrames, simulatedFrames } from "./segments.ts";

const { values } = parseArgs({
  options: {
    segments: { type: "string", default: "6" },
    rows: { type: "string", default: "131072" },
    vehicles: { type: "string", default: "2000" },
    recorded: { type: "string" },
  },
});

const folder = mkdtempSync(join(tmpdir(), "sandglass-bench-history-"));
const scope = makeScope(SYSTEM_INTAKE, "all", { location: true, fullVin: true });
const silent = { info: () => undefined, warn: () => undefined, error: console.error };
const salt = createHash("sha256").update("bench").digest();
const print = (what: string, value: string) => console.log(`${what.padEnd(58)} ${value}`);
const median = (list: number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

/** CPU seconds and peak memory of the child. */
function processOf(pid: number | undefined): { cpu: number; peakMb: number } {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1].split(" ");
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
    return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, peakMb: Number(peak) / 1024 };
  } catch {
    return { cpu: Number.NaN, peakMb: Number.NaN };
  }
}

async function reads(history: History, made: ReturnType<typeof makeSegments>, label: string): Promise<void> {
  const cells: number[] = [];
  const speed: number[] = [];
  const plot: number[] = [];
  const counts: number[] = [];
  const frame: number[] = [];
  for (let i = 0; i < 20; i++) {
    const vehicle = made.vehicles[(i * 7919) % made.vehicles.length];
    const range = { vehicle, from: made.from, to: made.to };
    const page = await timed(() => history.samples(scope, { ...range, signals: ["speed", "soc"], limit: 1000 }));
    speed.push(page.ms);
    cells.push((await timed(() => history.samples(scope, { ...range, signals: ["cell.voltage"], limit: 1000 }))).ms);
    plot.push(
      (await timed(() => history.series(scope, { ...range, signals: ["max_cell_temp", "cell_spread"], points: 500 })))
        .ms,
    );
    counts.push((await timed(() => history.counts(scope, { vehicle }))).ms);
    frame.push((await timed(() => history.frame(scope, { vehicle, seq: page.result.items[0]?.seq ?? 1 }))).ms);
  }
  print(
    `${label}: samples of one vehicle, 2 signals (median, max)`,
    `${median(speed).toFixed(0)} ms, ${Math.max(...speed).toFixed(0)} ms`,
  );
  print(
    `${label}: samples of one vehicle, 192 cells`,
    `${median(cells).toFixed(0)} ms, ${Math.max(...cells).toFixed(0)} ms`,
  );
  print(
    `${label}: downsampled plot of one vehicle`,
    `${median(plot).toFixed(0)} ms, ${Math.max(...plot).toFixed(0)} ms`,
  );
  print(`${label}: counts of one vehicle`, `${median(counts).toFixed(0)} ms, ${Math.max(...counts).toFixed(0)} ms`);
  print(`${label}: one raw frame`, `${median(frame).toFixed(0)} ms, ${Math.max(...frame).toFixed(0)} ms`);
}

try {
  const rows = Number(values.rows);
  const source =
    values.recorded === undefined ? simulatedFrames(Number(values.vehicles)) : await recordedFrames(values.recorded);
  const made = makeSegments(join(folder, "segments"), Number(values.segments), rows, source);
  const native = made.segments.reduce((sum, { path }) => sum + statSync(path).size, 0);
  print("segments × rows, vehicles", `${made.segments.length} × ${rows}, ${made.vehicles.length}`);
  print("frame bytes, Native bytes per row", `${made.frameBytes.toFixed(0)}, ${(native / made.frames).toFixed(0)}`);

  const history = await openHistory({ dataDir: join(folder, "history"), columns: observationTable(), log: silent });
  const half = Math.ceil(made.segments.length / 2);
  const halfRows = made.segments.slice(0, half).reduce((sum, segment) => sum + segment.rows, 0);
  const before = processOf(history.status().childPid);
  const inserts: number[] = [];
  const start = performance.now();
  for (const [i, segment] of made.segments.slice(0, half).entries())
    inserts.push((await timed(() => history.insertSegment(segment, salt, made.segments.length - 1 - i))).ms);
  await history.settle();
  const seconds = (performance.now() - start) / 1000;
  const after = processOf(history.status().childPid);
  print(
    "insert, rows/s",
    `${Math.round(halfRows / seconds)} (segments: ${inserts.map((ms) => `${ms.toFixed(0)} ms`).join(", ")})`,
  );
  print("insert, CPU of the child per row", `${(((after.cpu - before.cpu) * 1e6) / halfRows).toFixed(2)} µs`);
  await reads(history, made, "at rest");
  print(
    "at rest: fleet totals",
    `${(await timed(() => history.fleetTotals(scope, { onlineSince: 0 }))).ms.toFixed(0)} ms`,
  );
  print(
    "at rest: last state of 1,000 vehicles",
    `${(await timed(() => history.fleetNow(scope, { limit: 1000 }))).ms.toFixed(0)} ms`,
  );

  let inserting = true;
  const rest = (async () => {
    for (const [i, segment] of made.segments.slice(half).entries())
      await history.insertSegment(segment, salt, made.segments.length - half - 1 - i);
    inserting = false;
  })();
  await reads(history, made, "while inserting");
  if (!inserting) print("note", "the inserts ended before the reads");
  await rest;
  await history.settle();
  const totals = await history.fleetTotals(scope, { onlineSince: 0 });
  if (totals.received !== made.frames) throw new Error(`stored ${totals.received} rows`);
  print("rows counted", String(totals.received));
  const storage = await history.storage();
  for (const { table, bytes, rows: stored, parts } of storage.tables) {
    print(`disk: ${table}`, `${(bytes / totals.received).toFixed(1)} B per frame (${stored} rows, ${parts} parts)`);
  }
  print("disk in all", `${storage.bytesPerFrame?.toFixed(0)} B per frame`);
  print("peak memory of the child", `${processOf(history.status().childPid).peakMb.toFixed(0)} MB`);
  await history.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
