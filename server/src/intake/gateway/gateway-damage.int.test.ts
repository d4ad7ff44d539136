import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as fc from "fast-check";
import {
  frame,
  login,
  OTHER_VIN,
  platformLogin,
  realtime,
  replyTo,
  startGateway,
  until,
  VIN,
} from "./gateway.fixture.ts";

/** A copy with one byte changed. */
function damaged(bytes: Buffer, at: number, xor = 0x40): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] ^= xor;
  return copy;
}

test("a wrong BCC is counted and unanswered, and the frames around it are unharmed", async (context) => {
  const bench = await startGateway(context);
  const client = await bench.connect();
  client.send(login(), damaged(realtime(1), 30), realtime(2), damaged(login(), 40), frame({ command: 7 }));
  const replies = await client.receive(2);
  assert.deepEqual(replies, [replyTo(login()), frame({ command: 7, flag: 1 })]);
  assert.deepEqual(
    (await bench.rows()).map(({ raw }) => raw),
    [login(), realtime(2), frame({ command: 7 })],
  );
  const [link] = bench.gateway.links();
  assert.equal(link.codes.SG_FRAME_BCC, 2);
  assert.equal(link.frames, 3);
});

test("garbage before, between and after frames costs no frame", async (context) => {
  const bench = await startGateway(context);
  const client = await bench.connect();
  const noise = Buffer.from("#$ # ## $$ #### garbage \0\xff", "latin1");
  const clock = setInterval(() => {
    bench.time.now += 100;
  }, 20);
  context.after(() => clearInterval(clock));
  client.send(
    Buffer.from("###"),
    login(),
    noise,
    realtime(1),
    Buffer.from("$#"),
    realtime(2),
    noise.subarray(0, 9),
    frame({ command: 7 }),
  );
  await client.receive(2);
  assert.deepEqual(
    (await bench.rows()).map(({ raw }) => raw),
    [login(), realtime(1), realtime(2), frame({ command: 7 })],
  );
  assert.ok(Object.keys(bench.gateway.links()[0].codes).some((code) => code.startsWith("SG_FRAME_")));
});

test("a header that lies about its length hides no frame behind it", async (context) => {
  const bench = await startGateway(context);
  const client = await bench.connect();
  client.send(login());
  await client.receive(1);
  const liar = Buffer.from(realtime(1));
  liar.writeUInt16BE(60_000, 22);
  const held = [liar, realtime(2), realtime(3), frame({ command: 7 })];
  client.send(...held);
  const received = Buffer.concat([login(), ...held]).length;
  // The time for an incomplete frame must have begun before the clock is moved.
  await until(() => bench.gateway.metrics().bytes === received, "all is received");
  await sleep(30);
  assert.equal(client.replies.length, 1, "held back: it could still be one frame of 60 kB");
  bench.time.now += 1000;
  await client.receive(2);
  assert.deepEqual(
    (await bench.rows()).map(({ raw }) => raw),
    [login(), realtime(2), realtime(3), frame({ command: 7 })],
  );
  assert.equal(client.closed, false);
  const tooLong = Buffer.from(realtime(1));
  tooLong.writeUInt16BE(65_532, 22);
  client.send(tooLong, frame({ command: 7 }));
  await client.receive(3);
  assert.ok((bench.gateway.links()[0].codes.SG_FRAME_LENGTH ?? 0) >= 1);
});

test("a frame that ends with the connection is counted as truncated and stores nothing", async (context) => {
  const bench = await startGateway(context);
  const client = await bench.connect();
  client.send(login(), realtime(1).subarray(0, 40));
  client.socket.end();
  await client.gone();
  assert.equal(client.replies.length, 1);
  assert.equal((await bench.rows()).length, 1);
  assert.equal(bench.gateway.metrics().codes.get("SG_FRAME_TRUNCATED"), 1);
});

test("a link is closed after too many damaged frames in a row, and good frames in between reset the count", async (context) => {
  const bench = await startGateway(context, { limits: { maxDamagedInRow: 5 } });
  const client = await bench.connect();
  const bad = damaged(realtime(1), 30);
  client.send(login(), bad, bad, bad, bad, realtime(1), bad, bad, bad, bad, frame({ command: 7 }));
  await client.receive(2);
  assert.equal(client.closed, false);
  client.send(bad, bad, bad, bad, bad, frame({ command: 7 }));
  await client.gone();
  assert.equal(client.replies.length, 2);
  assert.equal(bench.gateway.links()[0].closedCode, "SG_LINK_DAMAGED");
});

test("a link that sends nothing but damaged frames is closed at the limit, though no frame ends the damage", async (context) => {
  const bench = await startGateway(context, { limits: { maxDamagedInRow: 5 } });
  const client = await bench.connect();
  client.send(login(), damaged(realtime(1), 30), damaged(realtime(2), 30));
  await client.receive(1);
  await sleep(30);
  assert.equal(client.closed, false);
  for (let i = 0; i < 3; i++) client.send(damaged(realtime(3), 30));
  await client.gone();
  const [link] = bench.gateway.links();
  assert.deepEqual([link.closedCode, link.codes.SG_FRAME_BCC], ["SG_LINK_DAMAGED", 5]);
});

test("noise without end closes its own link and no other notices", async (context) => {
  const bench = await startGateway(context);
  const good = await bench.connect();
  good.send(login());
  const noisy = await bench.connect();
  const noise = Buffer.alloc(1 << 20);
  for (let i = 0; i < noise.length; i++) noise[i] = 0x23 + ((i * 2_654_435_761) >>> 30);
  for (let sent = 0; sent < 64 && !noisy.closed; sent++) {
    noisy.socket.write(noise);
    good.send(realtime(sent), frame({ command: 7 }));
    await good.receive(sent + 2);
  }
  await noisy.gone();
  assert.equal(bench.gateway.metrics().codes.get("SG_LINK_DAMAGED"), 1);
});

test("every split of a stream into chunks gives the same rows and answers", async (context) => {
  const bench = await startGateway(context);
  const clock = setInterval(() => {
    bench.time.now += 100;
  }, 20);
  context.after(() => clearInterval(clock));
  const stream = Buffer.concat([
    login(),
    realtime(1),
    Buffer.from("##noise"),
    frame({ command: 7 }),
    damaged(realtime(7), 33),
    realtime(2, { edition: 2016 }),
    frame({ command: 8 }),
  ]);
  const expected = [login(), realtime(1), frame({ command: 7 }), realtime(2), frame({ command: 8 })];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 30 }), async (cuts) => {
      const before = bench.journal.status().durableRows;
      const client = await bench.connect();
      let at = 0;
      for (const cut of cuts) {
        client.send(stream.subarray(at, at + cut));
        at = Math.min(stream.length, at + cut);
        await new Promise((resolve) => setImmediate(resolve));
      }
      client.send(stream.subarray(at));
      await client.receive(3);
      await until(() => bench.journal.status().durableRows === before + 5, "five rows");
      const rows = await bench.rows();
      assert.deepEqual(
        rows.slice(-5).map(({ raw }) => raw),
        expected,
      );
      client.socket.destroy();
    }),
    { numRuns: 15 },
  );
});

test("random bytes inside frames with a correct BCC are stored, and the link goes on", async (context) => {
  const bench = await startGateway(context);
  const client = await bench.connect();
  client.send(platformLogin("platform", "right"));
  await client.receive(1);
  let answered = 1;
  let stored = 1;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: 0, max: 255 }),
      fc.uint8Array({ maxLength: 400 }),
      fc.boolean(),
      fc.constantFrom(VIN, OTHER_VIN, "\0\0", "中"),
      fc.constantFrom(1, 1, 1, 3, 0xfe),
      async (command, flag, unit, is2025, vin, encryption) => {
        // A platform login inside is judged by its credentials, a logout ends the session: both have tests of their own.
        const isSession = flag === 0xfe && (command === 5 || command === 6);
        const sent = frame({
          command: isSession ? 2 : command,
          flag,
          unit,
          edition: is2025 ? 2025 : 2016,
          vin,
          encryption,
        });
        client.send(sent, frame({ command: 7 }));
        answered += sent[3] === 0xfe ? 2 : 1;
        stored += 2;
        await client.receive(answered);
        assert.equal(bench.journal.status().durableRows, stored);
      },
    ),
    { numRuns: 60 },
  );
});
