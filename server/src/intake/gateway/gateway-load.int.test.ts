/**
 * Load that must not disturb others: many connections, noise, slow loris. Short by default; SANDGLASS_GATEWAY_LOAD=full
 * runs the sizes of docs/reliability.md (10,000 connections, 1 GB of noise, 5,000 slow peers) and prints what it saw.
 */
import assert from "node:assert/strict";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { frame, login, replyTo, serialOf, startGateway, until, type Bench, type Client } from "./gateway.fixture.ts";

const FULL = process.env["SANDGLASS_GATEWAY_LOAD"] === "full";

function hostile(context: TestContext, port: number, kind: "noise" | "loris", count: number): ChildProcess {
  const child = fork(join(import.meta.dirname, "noise.fixture.ts"), [String(port), kind, String(count)], {
    silent: true,
  });
  context.after(() => child.kill());
  return child;
}

/** A neighbour waits for less work than this, on however busy a machine: all of the noise is some 0.3 s of it. */
const MUCH_WORK_MS = 250;

/** How long heartbeats waited for their answers: ms in ascending order. */
interface Waits {
  readonly clock: readonly number[];
  /** CPU time of the thread of the gateway meanwhile: what it did first, whatever else the machine was doing. */
  readonly work: readonly number[];
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Heartbeats of an honest neighbour until told to stop. */
async function neighbour(client: Client, stop: () => boolean): Promise<Waits> {
  const clock: number[] = [];
  const work: number[] = [];
  let answers = client.replies.length;
  while (!stop()) {
    const started = performance.now();
    const worked = threadMs();
    client.send(frame({ command: 7 }));
    await client.receive(++answers);
    clock.push(performance.now() - started);
    work.push(threadMs() - worked);
    await sleep(10);
  }
  return { clock: clock.toSorted((a, b) => a - b), work: work.toSorted((a, b) => a - b) };
}

function at(share: number, times: readonly number[]): number {
  return times[Math.min(times.length - 1, Math.floor(times.length * share))];
}

function report(context: TestContext, what: string, { clock, work }: Waits): void {
  const named = (times: readonly number[]) =>
    `${at(0.5, times).toFixed(1)} ms (median), ${at(0.99, times).toFixed(1)} ms (p99), ${at(1, times).toFixed(1)} ms (worst)`;
  context.diagnostic(`${what}: ${clock.length} heartbeats answered in ${named(clock)}`);
  context.diagnostic(`meanwhile the gateway worked for ${named(work)}`);
}

async function loggedIn(bench: Bench): Promise<Client> {
  const client = await bench.connect();
  client.send(login());
  await client.receive(1);
  return client;
}

test("noise on one socket: it is read to its end, and its neighbour is answered all the time", async (context) => {
  const bytes = FULL ? 1 << 30 : 24 << 20;
  const bench = await startGateway(context, { limits: { maxDamagedInRow: Number.POSITIVE_INFINITY } });
  const client = await loggedIn(bench);
  const noise = hostile(context, bench.port, "noise", bytes);
  let over = false;
  noise.once("exit", () => {
    over = true;
  });
  const waits = await neighbour(client, () => over);
  report(context, `${bytes >> 20} MB of noise`, waits);
  assert.ok(at(0.99, waits.work) < MUCH_WORK_MS);
  const { codes, bytes: received } = bench.gateway.metrics();
  assert.ok(received >= bytes);
  assert.ok(
    (codes.get("SG_FRAME_START") ?? 0) + (codes.get("SG_FRAME_BCC") ?? 0) + (codes.get("SG_FRAME_LENGTH") ?? 0) > 0,
  );
  assert.equal(client.closed, false);
  // Noise that looks like a frame by chance (its one check byte fits) is stored as what it is, never as an observation.
  const rows = await bench.rows();
  assert.ok(rows.every((row) => row.disposition !== "accepted" || row.vehicle !== 0n || row.command > 8));
});

test("with the limit on damage the noisy link is closed early", async (context) => {
  const bench = await startGateway(context);
  const client = await loggedIn(bench);
  const noise = hostile(context, bench.port, "noise", 8 << 20);
  await once(noise, "exit");
  assert.equal(bench.gateway.metrics().codes.get("SG_LINK_DAMAGED"), 1);
  client.send(frame({ command: 7 }));
  assert.deepEqual((await client.receive(2))[1], replyTo(frame({ command: 7 })));
});

test("slow peers are closed after their time, and a neighbour is answered all the time", async (context) => {
  const peers = FULL ? 5000 : 300;
  const bench = await startGateway(context, { limits: { partialFrameMs: 1500, firstFrameMs: 60_000 } });
  const clock = setInterval(() => {
    bench.time.now += 50;
  }, 50);
  context.after(() => clearInterval(clock));
  const client = await loggedIn(bench);
  const loris = hostile(context, bench.port, "loris", peers);
  await until(() => bench.gateway.metrics().linksOpened === peers + 1, "all are connected", 60_000);
  const closed = () => (bench.gateway.metrics().codes.get("SG_LINK_SLOW") ?? 0) >= peers;
  const deadline = performance.now() + 30_000;
  const waits = await neighbour(client, () => closed() || performance.now() > deadline);
  loris.kill();
  report(context, `${peers} slow peers`, waits);
  assert.equal(bench.gateway.metrics().codes.get("SG_LINK_SLOW"), peers);
  assert.ok(at(0.99, waits.work) < MUCH_WORK_MS);
  assert.equal((await bench.rows()).filter((row) => row.command === 1).length, 1);
});

test("every frame of many connections is stored once and answered, and a neighbour does not wait", async (context) => {
  const connections = FULL ? 10_000 : 800;
  const rounds = 3;
  const bench = await startGateway(context, { answerRealtime: "both" });
  const client = await loggedIn(bench);
  const crowd = fork(join(import.meta.dirname, "crowd.fixture.ts"), [bench.port, connections, rounds].map(String));
  context.after(() => crowd.kill());
  const roundMs: number[] = [];
  crowd.on("message", (message: { roundMs?: number }) => {
    if (message.roundMs !== undefined) roundMs.push(message.roundMs);
  });
  await once(crowd, "message");
  assert.equal(bench.gateway.metrics().openLinks, connections + 1);
  let over = false;
  crowd.once("exit", () => {
    over = true;
  });
  crowd.send("go");
  const waits = await neighbour(client, () => over);
  report(context, `${connections} connections`, waits);
  context.diagnostic(`rounds of one frame each, answers included: ${roundMs.map((ms) => ms.toFixed(0)).join(", ")} ms`);
  assert.equal(roundMs.length, rounds);
  const rows = (await bench.rows()).filter((row) => row.command === 2);
  assert.deepEqual(
    rows.map((row) => serialOf(row.raw)).sort((a, b) => a - b),
    Array.from({ length: rounds * connections }, (_, serial) => serial),
  );
  await until(() => bench.gateway.metrics().openLinks === 1, "all others are gone", 30_000);
});
