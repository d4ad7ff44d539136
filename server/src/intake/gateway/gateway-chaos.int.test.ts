import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { randomFrom } from "../../journal/random-rows.fixture.ts";
import { frame, login, numbered, serialOf, startGateway, until, type Bench } from "./gateway.fixture.ts";

/** 5,000 vehicles at once in the full run, see docs/reliability.md. */
const VEHICLES = process.env["SANDGLASS_GATEWAY_LOAD"] === "full" ? 5000 : 150;
const WAIT_MS = VEHICLES > 1000 ? 180_000 : 15_000;

interface Tally {
  /** Vehicles that have torn down a connection. */
  readonly torn: Set<number>;
  readonly sent: Set<number>;
  readonly answered: number[];
  /**
   * Frames of sessions that both sides ended politely: the gateway has all of them. A connection that the kernel resets
   * because too many come at once was never ours. A vehicle whose last connection was torn down may see its next one
   * replaced by what arrives late of the old one.
   */
  readonly complete: number[];
}

/** One life of a vehicle: connects, logs in or forgets to, sends, and ends well or badly. */
async function session(bench: Bench, vehicle: number, random: () => number, serials: () => number, tally: Tally) {
  const vin = `LCHAOSAN0${String(vehicle).padStart(8, "0")}`;
  const client = await bench.connect();
  const sent: number[] = [];
  const send = () => {
    const serial = serials();
    sent.push(serial);
    tally.sent.add(serial);
    return numbered(serial, vin);
  };
  const withLogin = random() < 0.8;
  if (withLogin) client.send(login({ vin }));
  for (let burst = 0; burst < 1 + random() * 4; burst++) {
    client.send(...Array.from({ length: Math.ceil(random() * 8) }, send));
    if (random() < 0.15) client.send(Buffer.from("## line noise $$"));
    if (random() < 0.1) client.send(login({ vin: "LCHAOSAN0FOREIGN1" }));
    await sleep(random() * 3);
  }
  const ending = random();
  if (ending < 0.2) {
    // Nothing follows half a frame: with an XOR for a check code, one of 256 continuations would make it whole.
    client.send(numbered(0, vin).subarray(0, Math.ceil(random() * 237)));
    client.socket.end();
    await client.gone(WAIT_MS);
    if (!client.reset && !tally.torn.has(vehicle)) tally.complete.push(...sent);
  } else if (ending < 0.35) {
    tally.torn.add(vehicle);
    client.socket.destroy();
  } else if (ending < 0.5) {
    tally.torn.add(vehicle);
    client.socket.resetAndDestroy();
  } else {
    client.send(frame({ command: 4, unit: [26, 7, 1, 12, 0, 0, 0, 1], vin }));
    client.socket.end();
    await client.gone(WAIT_MS);
    if (!client.reset && !tally.torn.has(vehicle)) tally.complete.push(...sent);
  }
  await sleep(5);
  // Replies to numbered frames are 31 bytes of command 2 and come in the order of the frames.
  const answers = client.replies.filter((reply) => reply[2] === 2 && reply[3] === 1).length;
  tally.answered.push(...sent.slice(0, answers));
}

test("reconnect storms, half frames, resets and noise: every answered frame is stored once", async (context) => {
  const bench = await startGateway(context, {
    answerRealtime: "both",
    journalOptions: { blockRows: 128, segmentRows: 1024 },
  });
  const clock = setInterval(() => {
    bench.time.now += 50;
  }, 50);
  context.after(() => clearInterval(clock));
  const random = randomFrom(4096);
  const tally: Tally = { torn: new Set(), sent: new Set(), answered: [], complete: [] };
  let serial = 1;
  for (let storm = 0; storm < (VEHICLES > 1000 ? 1 : 3); storm++) {
    await Promise.all(
      Array.from({ length: VEHICLES }, async (_, vehicle) => {
        for (let life = 0; life < 2; life++) await session(bench, vehicle, random, () => serial++, tally);
      }),
    );
  }
  await until(() => bench.gateway.metrics().openLinks === 0, "all links closed", WAIT_MS);
  await bench.journal.closeSegment();
  const rows = await bench.rows();
  const serials = rows
    .filter(({ command, disposition }) => command === 2 && disposition === "accepted")
    .map(({ raw }) => serialOf(raw));
  const stored = new Set(serials);
  assert.ok(tally.answered.length > 1000 && tally.complete.length > 1000);
  assert.equal(stored.size, serials.length, "nothing is stored twice");
  assert.deepEqual(
    tally.answered.filter((number) => !stored.has(number)),
    [],
    "what was answered is stored",
  );
  assert.deepEqual(
    tally.complete.filter((number) => !stored.has(number)),
    [],
    "what was sent before a polite end is stored",
  );
  assert.deepEqual(
    serials.filter((number) => !tally.sent.has(number)),
    [],
    "nothing is invented",
  );
  const foreign = rows.filter(({ raw }) => raw.toString("latin1", 4, 21) === "LCHAOSAN0FOREIGN1");
  assert.ok(foreign.length > 0);
});
