/**
 * Intake alone: sender process → gateway → columns → journal (raw frames, both fdatasyncs) → answer. Every frame is
 * answered, so frames/s are durable frames/s; the count of durable rows is checked.
 *
 *   node bench/gateway/run.ts [--frames 600000] [--runs 3] [--only platform|terminals] [--terminals 200]
 */
import { fork, execFile, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs, promisify } from "node:util";

const { values } = parseArgs({
  options: {
    frames: { type: "string", default: "600000" },
    runs: { type: "string", default: "3" },
    only: { type: "string" },
    terminals: { type: "string", default: "200" },
    /** Passed to the server's Node, e.g. --cpu-prof. */
    "server-flag": { type: "string", multiple: true, default: [] },
  },
});

interface Status {
  readonly durableRows: number;
  readonly bytesWritten: number;
  readonly syncs: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
}

const SCENARIOS = {
  platform: { terminals: 0, batch: 100, window: 30_000 },
  terminals: { terminals: Number(values.terminals), batch: 1, window: 100 },
} as const;

async function statusOf(server: ChildProcess): Promise<Status> {
  const answer = once(server, "message");
  server.send("status");
  return ((await answer) as [Status])[0];
}

async function measure(scenario: (typeof SCENARIOS)[keyof typeof SCENARIOS]) {
  const folder = mkdtempSync(join(tmpdir(), "sandglass-bench-"));
  const server = fork(join(import.meta.dirname, "server.ts"), [JSON.stringify({ folder, keep: false })], {
    execArgv: values["server-flag"],
  });
  try {
    const [{ port }] = (await once(server, "message")) as [{ port: number }];
    const before = await statusOf(server);
    const { stdout } = await promisify(execFile)(process.execPath, [
      join(import.meta.dirname, "sender.ts"),
      JSON.stringify({ port, frames: Number(values.frames), ...scenario }),
    ]);
    const sent = JSON.parse(stdout) as { frames: number; seconds: number; cpuSeconds: number };
    const after = await statusOf(server);
    const rows = after.durableRows - before.durableRows - (scenario.terminals === 0 ? 1 : 0);
    if (rows !== sent.frames) throw new Error(`${sent.frames} frames answered, ${rows} rows durable`);
    return {
      framesPerSecond: Math.round(sent.frames / sent.seconds),
      serverMicrosecondsPerFrame: +(((after.cpuSeconds - before.cpuSeconds) / rows) * 1e6).toFixed(2),
      senderMicrosecondsPerFrame: +((sent.cpuSeconds / rows) * 1e6).toFixed(2),
      journalBytesPerFrame: Math.round((after.bytesWritten - before.bytesWritten) / rows),
      rowsPerSync: Math.round(rows / (after.syncs - before.syncs)),
      serverPeakMb: after.peakMb,
    };
  } finally {
    const exited = once(server, "exit");
    server.disconnect();
    await exited;
    rmSync(folder, { recursive: true });
  }
}

for (const [name, scenario] of Object.entries(SCENARIOS)) {
  if (values.only !== undefined && values.only !== name) continue;
  const results = [];
  for (let run = 0; run < Number(values.runs); run++) {
    const result = await measure(scenario);
    results.push(result);
    process.stdout.write(`${name} ${JSON.stringify(result)}\n`);
  }
  const sorted = results.map((result) => result.framesPerSecond).sort((a, b) => a - b);
  process.stdout.write(
    `${name}: median of ${sorted.length} ${sorted[Math.floor(sorted.length / 2)]} frames/s durable and answered\n`,
  );
}
