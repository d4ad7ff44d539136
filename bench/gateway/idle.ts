/**
 * Memory of idle connections: terminal links that log in once and then say nothing, opened by several processes from
 * several loopback addresses. Prints resident memory, JavaScript heap and what the kernel needs, per connection.
 *
 *   node bench/gateway/idle.ts [--connections 50000] [--servers 1]
 *
 * A server needs as many open files as it has connections, each peer as many as its share (10,000 at most). Where the
 * hard limit of open files (ulimit -Hn) is lower than the connections, several servers share them: the memory of each
 * is measured, and all connections are open at once.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { ServerStatus } from "./server.ts";

const PER_PEER = 10_000;
const WARM = 1000;
const { values } = parseArgs({
  options: { connections: { type: "string", default: "50000" }, servers: { type: "string", default: "1" } },
});
const servers = Number(values.servers);
const each = Math.floor(Number(values.connections) / servers);
const folder = mkdtempSync(join(tmpdir(), "sandglass-bench-"));
const peers: ChildProcess[] = [];

interface Server {
  readonly child: ChildProcess;
  readonly port: number;
}

async function startServer(number: number): Promise<Server> {
  const child = fork(
    join(import.meta.dirname, "server.ts"),
    [JSON.stringify({ kind: "journal", folder: join(folder, String(number)), answer: false })],
    { execArgv: ["--expose-gc"] },
  );
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return { child, port };
}

/** Resident memory of a server after a collection and its heap, in kB. */
async function measure({ child }: Server) {
  child.send("gc");
  await sleep(1500);
  const answer = once(child, "message");
  child.send("status");
  const [{ heapMb }] = (await answer) as [ServerStatus];
  const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(child.pid)}/status`, "utf8"))?.[1]);
  return { resident, heap: heapMb * 1024 };
}

/** The kernel's memory for sockets, both ends, kB. */
function kernelMemory(): number {
  return Number(/TCP: .*mem (\d+)/.exec(readFileSync("/proc/net/sockstat", "utf8"))?.[1]) * 4;
}

async function open({ port }: Server, first: number, count: number): Promise<void> {
  const peer = fork(join(import.meta.dirname, "idle-peer.ts"), [
    JSON.stringify({ port, first, count, address: `127.0.0.${2 + peers.length}` }),
  ]);
  peers.push(peer);
  await once(peer, "message");
}

const kB = (amount: number) => `${amount.toFixed(2)} kB`;
const started: Server[] = [];
const tcpBefore = kernelMemory();
for (let number = 0; number < servers; number++) {
  const server = await startServer(number);
  started.push(server);
  await open(server, 0, WARM);
  const before = await measure(server);
  for (let first = 0; first < each; first += PER_PEER)
    await open(server, WARM + first, Math.min(PER_PEER, each - first));
  const after = await measure(server);
  process.stdout.write(
    `${each} idle terminal links beside ${WARM} others, each: ${kB((after.resident - before.resident) / each)} of ` +
      `resident memory, ${kB((after.heap - before.heap) / each)} of it JavaScript heap; ` +
      `${Math.round(after.resident / 1024)} MB resident in all\n`,
  );
}
const all = servers * (each + WARM);
process.stdout.write(
  `${all} links open at once; TCP buffers of both ends ${kB((kernelMemory() - tcpBefore) / all)} each\n`,
);
for (const peer of peers) peer.disconnect();
for (const { child } of started) {
  child.disconnect();
  await once(child, "exit");
}
rmSync(folder, { recursive: true });
