/**
 * Memory of idle connections: opens terminal links that log in once and then say nothing.
 *
 *   node bench/gateway/idle.ts [--connections 5000]      (the open-file limit must allow twice as many)
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { vehicleLogin } from "@sandglass/simulator";

const { values } = parseArgs({ options: { connections: { type: "string", default: "5000" } } });
const connections = Number(values.connections);
const folder = mkdtempSync(join(tmpdir(), "sandglass-bench-"));
const server = fork(join(import.meta.dirname, "server.ts"), [JSON.stringify({ folder, keep: false })], {
  execArgv: ["--expose-gc"],
});
const residentKb = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(server.pid)}/status`, "utf8"))?.[1] ?? 0);

const [{ port }] = (await once(server, "message")) as [{ port: number }];
const sockets: Socket[] = [];
async function openOne(number: number): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1" });
  await once(socket, "connect");
  const vin = `LBENCH${String(number).padStart(11, "0")}`;
  socket.write(vehicleLogin(2016, vin, Date.now(), 1, "89860000000000000001"));
  await once(socket, "data");
  sockets.push(socket);
}
async function open(count: number): Promise<void> {
  const end = sockets.length + count;
  while (sockets.length < end) {
    const first = sockets.length;
    await Promise.all(Array.from({ length: Math.min(250, end - first) }, (_, i) => openOne(first + i)));
  }
}
await open(500);
await new Promise((resolve) => setTimeout(resolve, 1000));
const before = residentKb();
await open(connections);
await new Promise((resolve) => setTimeout(resolve, 2000));
const perLink = (residentKb() - before) / connections;
process.stdout.write(`${connections} idle terminal links: ${perLink.toFixed(1)} kB of resident memory each\n`);
for (const socket of sockets) socket.destroy();
server.disconnect();
await once(server, "exit");
rmSync(folder, { recursive: true });
