import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { frame, login, platformLogin, realtime, startGateway, until, type Client } from "./gateway.fixture.ts";

test("1,000 idle connections are harmless and time out", async (context) => {
  const bench = await startGateway(context);
  const busy = await bench.connect();
  busy.send(login());
  const idle: Client[] = [];
  for (let i = 0; i < 20; i++) idle.push(...(await Promise.all(Array.from({ length: 50 }, () => bench.connect()))));
  await until(() => bench.gateway.metrics().openLinks === 1001, "all connected");
  busy.send(...Array.from({ length: 50 }, (_, i) => realtime(i)), frame({ command: 7 }));
  await busy.receive(2);
  bench.time.now += 31_000;
  busy.send(frame({ command: 7 }));
  await busy.receive(3);
  await until(() => bench.gateway.metrics().openLinks === 1, "the idle ones are closed");
  assert.equal(bench.gateway.metrics().codes.get("SG_LINK_IDLE"), 1000);
  await until(() => idle.every((client) => client.closed), "the peers see it");
  assert.equal(busy.closed, false);
});

test("a link that was heard is closed only after the longer idle time", async (context) => {
  const bench = await startGateway(context, { limits: { idleMs: 60_000, firstFrameMs: 10_000 } });
  const client = await bench.connect();
  client.send(login());
  await client.receive(1);
  bench.time.now += 59_000;
  await sleep(1100);
  assert.equal(client.closed, false);
  bench.time.now += 2000;
  await client.gone();
});

test("a frame that trickles in byte by byte ends its link, however busy it looks", async (context) => {
  const bench = await startGateway(context, { limits: { partialFrameMs: 5000 } });
  const client = await bench.connect();
  const bytes = realtime(1);
  for (let i = 0; i < 40 && !client.closed; i++) {
    client.send(bytes.subarray(i, i + 1));
    bench.time.now += 1000;
    await sleep(60);
  }
  await client.gone();
  assert.equal(bench.gateway.links()[0].closedCode, "SG_LINK_SLOW");
  assert.equal((await bench.rows()).length, 0);
});

test("connections above the limits are refused and counted", async (context) => {
  const bench = await startGateway(context, { limits: { maxConnections: 3, maxConnectionsPerAddress: 2 } });
  await bench.connect();
  const second = await bench.connect();
  const third = await bench.connect();
  await third.gone();
  assert.equal(bench.gateway.metrics().codes.get("SG_LINK_ADDRESS_LIMIT"), 1);
  second.socket.destroy();
  await until(() => bench.gateway.metrics().openLinks === 1, "room again");
  const fourth = await bench.connect();
  fourth.send(login());
  await fourth.receive(1);
});

test("a peer that never reads its replies is held, and closed when it stays so", async (context) => {
  const bench = await startGateway(context, { limits: { maxUnreadReplyBytes: 256 << 10, idleMs: 10_000 } });
  const client = await bench.connect();
  client.socket.pause();
  client.send(platformLogin("platform", "right"));
  const batch = Buffer.concat(Array.from({ length: 2000 }, (_, i) => realtime(i)));
  let written = 0;
  const keepWriting = setInterval(() => {
    if (client.socket.writableLength < 4 << 20) client.socket.write(batch);
    written += 2000;
  }, 2);
  try {
    await until(
      () => bench.gateway.links()[0]?.held === true || client.closed || bench.gateway.metrics().openLinks === 0,
      "held",
    );
    // Time goes on while it is held: the first hold may be the journal's, and the one for unread replies begin later.
    await until(() => {
      bench.time.now += 100;
      return bench.gateway.metrics().openLinks === 0;
    }, "closed");
  } finally {
    clearInterval(keepWriting);
  }
  assert.ok(written > 0);
  assert.equal(bench.gateway.metrics().codes.get("SG_LINK_BUFFER"), 1);
});

test("a slow consumer of the journal holds the links, and no frame is lost or answered twice", async (context) => {
  const bench = await startGateway(context, { journalOptions: { blockRows: 16, poolBlocks: 4 } });
  const delivered: number[] = [];
  let open = () => {};
  let gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  bench.journal.subscribe(async ({ columns }) => {
    for (let row = 0; row < columns.rows; row++) delivered.push(columns.firstSeq + row);
    await gate;
  });
  const clients = await Promise.all(Array.from({ length: 5 }, () => bench.connect()));
  const count = 400;
  for (const [index, client] of clients.entries()) {
    client.send(
      platformLogin("platform", "right"),
      ...Array.from({ length: count }, (_, i) => realtime(i, { vin: `LTESTVAN00000010${index}` })),
    );
  }
  await until(() => bench.gateway.metrics().heldLinks === 5, "all links wait");
  const answeredEarly = clients.reduce((sum, client) => sum + client.replies.length, 0);
  assert.ok(answeredEarly <= 64, "no more answers than blocks in flight");
  open();
  gate = Promise.resolve();
  for (const client of clients) await client.receive(count + 1);
  await until(() => delivered.length === 5 * (count + 1), "delivered");
  assert.deepEqual(
    delivered,
    Array.from({ length: 5 * (count + 1) }, (_, i) => i + 1),
  );
  const rows = await bench.rows();
  for (let link = 0; link < 5; link++) {
    const speeds = rows
      .filter(({ command, raw }) => command === 2 && raw.toString("latin1", 4, 21) === `LTESTVAN00000010${link}`)
      .map(({ raw }) => raw.readUInt16BE(34));
    assert.deepEqual(
      speeds,
      Array.from({ length: count }, (_, i) => i),
      "in the order of the link",
    );
  }
});

test("frames of a peer that disconnects while the journal is behind are still stored", async (context) => {
  const bench = await startGateway(context, { journalOptions: { blockRows: 8, poolBlocks: 4 } });
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  bench.journal.subscribe(() => gate);
  const client = await bench.connect();
  client.send(login(), ...Array.from({ length: 99 }, (_, i) => realtime(i)));
  await until(() => bench.gateway.metrics().heldLinks === 1, "held");
  client.socket.end();
  await sleep(20);
  open();
  await until(() => bench.journal.status().durableRows === 100, "all stored");
  await until(() => bench.gateway.metrics().openLinks === 0, "link closed");
});

test("a flood of platform logins is checked two at a time, and other links go on", async (context) => {
  let running = 0;
  let most = 0;
  const bench = await startGateway(context, {
    logins: { attempts: 0 },
    authenticatePlatform: async (_user, password) => {
      most = Math.max(most, ++running);
      await sleep(5);
      running--;
      return password === "right" ? { id: "plt_1", name: "Platform" } : undefined;
    },
  });
  const car = await bench.connect();
  car.send(login());
  await car.receive(1);
  const flood = await Promise.all(Array.from({ length: 60 }, () => bench.connect()));
  for (const client of flood) client.send(platformLogin("platform", "wrong"));
  const centre = await bench.connect();
  centre.send(platformLogin("platform", "right"), realtime(1));
  car.send(frame({ command: 7 }));
  await car.receive(2);
  await centre.receive(2);
  for (const client of flood) await client.gone();
  assert.equal(most, 2);
  assert.equal(bench.gateway.metrics().codes.get("SG_LINK_CREDENTIALS"), 60);
});
