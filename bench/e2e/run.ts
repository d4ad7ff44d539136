/**
 * End to end: sender process → gateway → columns → journal (raw frames, durable) → answer, 24 triggers per vehicle,
 * history with hashes and rollups, until every row is stored and queryable; counts are verified by query.
 *
 *   node bench/e2e/run.ts [--frames 1000000] [--vehicles 2000] [--runs 3]
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

async function once(): Promise<Record<string, number | string>> {
  const data = makeDataFolder();
  const server = await RunningServer.start(data, ["--empty"], { SANDGLASS_PACKS: values.packs });
  try {
    await server.api("POST", "/platforms", { name: "bench", user: "bench", password: "bench-password" });
    const started = Date.now();
    const sent = await send(server);
    let stored = 0;
    await eventually("all frames are stored", 300_000, async () => {
      const situation = await server.api<{ frames: { total: number } }>("GET", "/situation");
      stored = situation.frames.total;
      return stored >= frames;
    });
    const storedSeconds = (Date.now() - started) / 1000;
    const tree = processTree(server.child.pid ?? 0);
    const main = tree.find((info) => info.command.includes("server/src/main.ts"));
    const history = tree.find((info) => info.command.includes("history"));
    return {
      answeredPerSecond: Math.round(sent.answered / sent.seconds),
      storedPerSecond: Math.round(frames / storedSeconds),
      stored,
      serverPeakMb: main === undefined ? 0 : peakMb(main.pid),
      historyPeakMb: history === undefined ? 0 : peakMb(history.pid),
      serverCpuSeconds: main === undefined ? 0 : cpuSeconds(main.pid),
      historyCpuSeconds: history === undefined ? 0 : cpuSeconds(history.pid),
      senderCpuSeconds: sent.cpuSeconds,
      bytesPerObservation: Math.round(folderBytes(join(data, "history")) / frames),
    };
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
