/**
 * End to end: sender process → gateway → columns → journal (raw frames, durable) → answer, 24 triggers per vehicle,
 * history with hashes and rollups, until every row is stored and queryable; counts are verified by query.
 *
 *   node bench/e2e/run.ts [--frames 1000000] [--vehicles 2000] [--runs 3] [--raw-frames off]
 */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import {
  eventually,
  makeDataFolder,
  processTree,
  removeDataFolder,
  ROOT,
  RunningServer,
} from "../../test/running-server.ts";

const { values } = parseArgs({
  options: {
    frames: { type: "string", default: "1000000" },
    vehicles: { type: "string", default: "2000" },
    runs: { type: "string", default: "3" },
    packs: { type: "string", default: "gbt32960-alarms,bench-24" },
    "raw-frames": { type: "string", default: "on" },
  },
});
const frames = Number(values.frames);
const vehicles = Number(values.vehicles);

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function peakMb(pid: number): number {
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024);
}

function folderBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    try {
      bytes += entry.isDirectory() ? folderBytes(path) : statSync(path).size;
    } catch {
      // A part was merged away while we counted.
    }
  }
  return bytes;
}

function send(
  server: RunningServer,
): Promise<{ frames: number; answered: number; seconds: number; cpuSeconds: number }> {
  const options = {
    ...server.gateway,
    user: "bench",
    password: "bench-password",
    frames,
    vehicles,
    window: 131_072,
    batch: 105,
    baseSeconds: Math.floor(Date.now() / 1000) - 864_000,
  };
  const child = spawn(process.execPath, [join(ROOT, "bench/e2e/sender.ts"), JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("close", (code) =>
      code === 0 ? resolve(JSON.parse(output)) : reject(new Error(`sender ended with ${code}`)),
    );
  });
}

/** Ids of the bench vehicles whose number passes. */
async function vehiclesOf(server: RunningServer, wanted: (index: number) => boolean): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < vehicles; index++) {
    if (!wanted(index)) continue;
    const vin = `LTESTVIN0${String(index).padStart(8, "0")}`;
    const found = await server.api<{ items: { id: string }[] }>("POST", "/vehicles/search", { vin });
    ids.push(...found.items.map((item) => item.id));
  }
  return ids;
}

/** Realtime reports in history, by query. */
async function countStored(server: RunningServer, ids: readonly string[]): Promise<number> {
  let sum = 0;
  for (const id of ids) sum += (await server.api<{ realtime: number }>("GET", `/vehicles/${id}/counts`)).realtime;
  return sum;
}

async function once(): Promise<Record<string, number | string>> {
  const data = makeDataFolder();
  const server = await RunningServer.start(data, ["--empty", "--raw-frames", values["raw-frames"]], {
    SANDGLASS_PACKS: values.packs,
  });
  try {
    await server.api("POST", "/platforms", { name: "bench", user: "bench", password: "bench-password" });
    const started = Date.now();
    const sent = await send(server);
    // Segments are stored in order, so when the vehicles that sent last are complete in history, all are. Every
    // vehicle is counted afterwards, outside the measured time.
    const last = await vehiclesOf(server, (index) => index >= vehicles - 5);
    // Whoever asks takes processor time from what is measured: of the vehicles that lack frames only one is asked about.
    await eventually("all frames are stored and queryable", 300_000, async () => {
      for (const id of last.toReversed()) if ((await countStored(server, [id])) < frames / vehicles) return false;
      return true;
    });
    const storedSeconds = (Date.now() - started) / 1000;
    const tree = processTree(server.child.pid ?? 0);
    const main = tree.find((info) => info.command.includes("server/src/main.ts"));
    const history = tree.find((info) => info.command.includes("history"));
    const figures = {
      answeredPerSecond: Math.round(sent.answered / sent.seconds),
      storedPerSecond: Math.round(frames / storedSeconds),
      serverPeakMb: main === undefined ? 0 : peakMb(main.pid),
      historyPeakMb: history === undefined ? 0 : peakMb(history.pid),
      serverCpuSeconds: main === undefined ? 0 : cpuSeconds(main.pid),
      historyCpuSeconds: history === undefined ? 0 : cpuSeconds(history.pid),
      senderCpuSeconds: sent.cpuSeconds,
      bytesPerObservation: Math.round(folderBytes(join(data, "history")) / frames),
    };
    return { ...figures, stored: await countStored(server, await vehiclesOf(server, () => true)) };
  } finally {
    await server.stop();
    removeDataFolder(data);
  }
}

const results: Record<string, number | string>[] = [];
for (let run = 0; run < Number(values.runs); run++) {
  const result = await once();
  results.push(result);
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
const median = (name: string) =>
  results.map((result) => Number(result[name])).sort((a, b) => a - b)[Math.floor(results.length / 2)];
process.stdout.write(
  `median of ${results.length}: answered ${median("answeredPerSecond")}/s, stored and queryable ${median("storedPerSecond")}/s, ${median("bytesPerObservation")} bytes per observation\n`,
);
