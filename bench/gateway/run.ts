/**
 * Intake alone, against the least a server can do, in one run:
 *
 *   node bench/gateway/run.ts [--frames 600000] [--runs 3] [--scenario platform,terminals] [--server split,columns,journal]
 *                             [--terminals 1000] [--answer] [--in-turn]
 *
 * `platform` is one platform link with 100 frames per write, `terminals` are terminal links with 1 frame per write.
 * With --answer every frame is answered, so frames/s are durable frames/s; `split` does not take part then. The count
 * of rows is checked. Frames per second per core = 1 / CPU time per frame of the server, the kernel's share included.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { ServerKind, ServerStatus } from "./server.ts";

const { values } = parseArgs({
  options: {
    frames: { type: "string", default: "600000" },
    runs: { type: "string", default: "3" },
    scenario: { type: "string", default: "platform,terminals" },
    server: { type: "string", default: "split,columns,journal" },
    terminals: { type: "string", default: "1000" },
    answer: { type: "boolean", default: false },
    "in-turn": { type: "boolean", default: false },
    /** Passed to the server's Node, e.g. --cpu-prof. */
    "server-flag": { type: "string", multiple: true, default: [] },
  },
});

/** `warmUp`: frames before the measurement, until the code of every block is optimised. */
const SCENARIOS = {
  platform: { terminals: 0, batch: 100, window: 30_000, warmUp: 2_000_000 },
  terminals: { terminals: Number(values.terminals), batch: 1, window: 100, warmUp: 300_000 },
} as const;
type ScenarioName = keyof typeof SCENARIOS;

async function statusOf(server: ChildProcess): Promise<ServerStatus> {
  const answer = once(server, "message");
  server.send("status");
  return ((await answer) as [ServerStatus])[0];
}

/** Waits until that many rows are there in all. */
async function rowsOf(server: ChildProcess, rows: number): Promise<ServerStatus> {
  const deadline = performance.now() + 120_000;
  for (;;) {
    const status = await statusOf(server);
    if (status.durableRows >= rows) return status;
    if (performance.now() > deadline) throw new Error(`${rows} frames sent, ${status.durableRows} rows`);
    await sleep(2);
  }
}

async function measure(name: ScenarioName, kind: ServerKind) {
  const scenario = SCENARIOS[name];
  const folder = mkdtempSync(join(tmpdir(), "sandglass-bench-"));
  const server = fork(
    join(import.meta.dirname, "server.ts"),
    [JSON.stringify({ kind, folder, answer: values.answer, inTurn: values["in-turn"] })],
    { execArgv: values["server-flag"] },
  );
  try {
    const [{ port }] = (await once(server, "message")) as [{ port: number }];
    const sender = fork(join(import.meta.dirname, "sender.ts"), [
      JSON.stringify({
        port,
        frames: Number(values.frames),
        answered: values.answer,
        bare: kind === "split",
        ...scenario,
      }),
    ]);
    sender.on("exit", (code) => {
      if (code !== 0) throw new Error("the sender has failed");
    });
    const [warm] = (await once(sender, "message")) as [{ frames: number }];
    // The login of a platform link is a row, too.
    const logins = scenario.terminals === 0 && kind !== "split" ? 1 : 0;
    const before = await rowsOf(server, warm.frames + logins);
    const started = performance.now();
    const finished = once(sender, "message");
    sender.send("go");
    const [sent] = (await finished) as [{ frames: number; cpuSeconds: number }];
    const after = await rowsOf(server, before.durableRows + sent.frames);
    const seconds = (performance.now() - started) / 1000;
    sender.disconnect();
    const rows = after.durableRows - before.durableRows;
    if (rows !== sent.frames) throw new Error(`${sent.frames} frames sent, ${rows} rows`);
    const cpu = (after.cpuSeconds - before.cpuSeconds) / rows;
    return {
      framesPerSecond: Math.round(rows / seconds),
      perCore: Math.round(1 / cpu),
      serverMicrosecondsPerFrame: +(cpu * 1e6).toFixed(2),
      kernelMicrosecondsPerFrame: +(((after.systemSeconds - before.systemSeconds) / rows) * 1e6).toFixed(2),
      senderMicrosecondsPerFrame: +((sent.cpuSeconds / rows) * 1e6).toFixed(2),
      ...(kind === "journal"
        ? {
            journalBytesPerFrame: Math.round((after.bytesWritten - before.bytesWritten) / rows),
            rowsPerSync: Math.round(rows / (after.syncs - before.syncs)),
          }
        : {}),
      serverPeakMb: after.peakMb,
    };
  } finally {
    const exited = once(server, "exit");
    server.disconnect();
    await exited;
    rmSync(folder, { recursive: true });
  }
}

const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

for (const name of values.scenario.split(",") as ScenarioName[]) {
  const kinds = (values.server.split(",") as ServerKind[]).filter((kind) => !(values.answer && kind === "split"));
  const results = new Map<ServerKind, Awaited<ReturnType<typeof measure>>[]>(kinds.map((kind) => [kind, []]));
  for (let run = 0; run < Number(values.runs); run++) {
    for (const kind of kinds) {
      const result = await measure(name, kind);
      results.get(kind)?.push(result);
      process.stdout.write(`${name} ${kind} ${JSON.stringify(result)}\n`);
    }
  }
  const split = results.get("split");
  for (const [kind, runs] of results) {
    const rate = median(runs.map((run) => run.framesPerSecond));
    const perCore = median(runs.map((run) => run.perCore));
    const share =
      split === undefined
        ? ""
        : `, ${Math.round((100 * rate) / median(split.map((run) => run.framesPerSecond)))} % of split`;
    process.stdout.write(`${name} ${kind}: median ${rate} frames/s${share}; ${perCore} frames/s per core\n`);
  }
}
