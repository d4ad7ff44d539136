/**
 * Memory of idle connections: terminal links that log in once and then say nothing, opened by several processes from
 * several loopback addresses. Prints resident memory, JavaScript heap and what the kernel needs, per connection.
 *
 *   node bench/gateway/idle.ts [--connections 50000]
 *
 * The server needs as many open files as connections, each peer as many as its share (10,000 at most).
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
const { values } = parseArgs({ options: { connections: { type: "string", default: "50000" } } });
const connections = Number(values.connections);
const folder = mkdtempSync(join(tmpdir(), "sandglass-bench-"));
const server = fork(
  join(import.meta.dirname, "server.ts"),
  [JSON.stringify({ kind: "journal", folder, answer: false })],
  {
    execArgv: ["--expose-gc"],
  },
);
const [{ port }] = (await once(server, "message")) as [{ port: number }];
const peers: ChildProcess[] = [];

/** Resident memory of the server after a collection, its heap, and the kernel's memory for sockets, in kB. */
async function measure() {
  server.send("gc");
  await sleep(1500);
  const answer = once(server, "message");
  server.send("status");
  const [{ heapMb }] = (await answer) as [ServerStatus];
  const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(server.pid)}/status`, "utf8"))?.[1]);
  const pages = Number(/TCP: .*mem (\d+)/.exec(readFileSync("/proc/net/sockstat", "utf8"))?.[1]);
  return { resident, heap: heapMb * 1024, tcp: pages * 4 };
}

async function open(first: number, count: number): Promise<void> {
  const peer = fork(join(import.meta.dirname, "idle-peer.ts"), [
    JSON.stringify({ port, first, count, address: `127.0.0.${2 + peers.length}` }),
  ]);
  peers.push(peer);
  await once(peer, "message");
}

await open(0, WARM);
const before = await measure();
for (let first = 0; first < connections; first += PER_PEER)
  await open(WARM + first, Math.min(PER_PEER, connections - first));
const after = await measure();
const each = (kb: number) => `${(kb / connections).toFixed(2)} kB`;
process.stdout.write(
  `${connections} idle terminal links, each: ${each(after.resident - before.resident)} of resident memory, ` +
    `${each(after.heap - before.heap)} of it JavaScript heap; TCP buffers of both ends ${each(after.tcp - before.tcp)}\n`,
);
for (const peer of peers) peer.disconnect();
server.disconnect();
await once(server, "exit");
rmSync(folder, { recursive: true });
