import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Assurance, getScalar } from "@sandglass/signals";
import {
  frame,
  login,
  NOON,
  NOON_BYTES,
  OTHER_VIN,
  platformLogin,
  realtime,
  replyTo,
  startGateway,
  testKey,
  until,
  VIN,
} from "./gateway.fixture.ts";

const SPEED = getScalar("speed").column;
const INSULATION = getScalar("insulation").column;

test("a terminal logs in, reports and logs out: login and logout are answered, correct realtime is not", async (context) => {
  const bench = await startGateway(context);
  const client = await bench.connect();
  const logout = frame({ command: 4, unit: [...NOON_BYTES, 0, 1] });
  const heartbeat = frame({ command: 7 });
  const timeSync = frame({ command: 8 });
  client.send(login(), realtime(523), heartbeat, timeSync, logout);
  const replies = await client.receive(4);
  assert.deepEqual(replies, [replyTo(login()), replyTo(heartbeat), replyTo(timeSync), replyTo(logout)]);
  assert.deepEqual(
    replies.map((reply) => reply.length),
    [31, 25, 25, 31],
  );
  const rows = await bench.rows();
  assert.deepEqual(
    rows.map(({ command, disposition }) => [command, disposition]),
    [1, 2, 7, 8, 4].map((command) => [command, "accepted"]),
  );
  assert.ok(rows.every(({ vehicle, assurance }) => vehicle === testKey(VIN) && assurance === Assurance.none));
  assert.deepEqual(rows[1].raw, realtime(523));
  assert.equal(rows[1].eventTime, NOON);
  assert.equal(rows[1].receiveTime, NOON + 1000);
  assert.equal(rows[1].scalars.get(SPEED), 523);
  assert.ok(rows[1].scalars.has(INSULATION), "derived signals are there");
  assert.equal(client.replies.length, 4);
});

test("a reply leaves only when its row is on the disk", async (context) => {
  const bench = await startGateway(context, { journalOptions: { blockAgeMs: 120 } });
  const client = await bench.connect();
  client.send(login());
  await until(() => bench.gateway.metrics().frames === 1, "received");
  assert.equal(bench.journal.status().durableRows, 0);
  assert.equal(client.replies.length, 0);
  await client.receive(1);
  assert.equal(bench.journal.status().durableRows, 1);
});

for (const [answerRealtime, terminal, platform] of [
  ["none", 1, 1],
  ["platform", 1, 3],
  ["terminal", 3, 1],
  ["both", 3, 3],
] as const) {
  test(`answerRealtime ${answerRealtime}: ${terminal - 1} realtime answers on a terminal link, ${platform - 1} on a platform link`, async (context) => {
    const bench = await startGateway(context, { answerRealtime });
    const car = await bench.connect();
    car.send(login(), realtime(1), realtime(2, { command: 3 }));
    const centre = await bench.connect();
    centre.send(platformLogin("platform", "right"), realtime(1), realtime(2, { command: 3, vin: OTHER_VIN }));
    await until(() => bench.journal.status().durableRows === 6, "all rows");
    await car.receive(terminal);
    await centre.receive(platform);
    await sleep(30);
    assert.equal(car.replies.length, terminal);
    assert.equal(centre.replies.length, platform);
  });
}

test("a vehicle of which a platform link sends only heartbeats is filed under its own key and noted", async (context) => {
  const bench = await startGateway(context);
  const client = await bench.connect();
  client.send(platformLogin("platform", "right"), frame({ command: 7, vin: OTHER_VIN }));
  await client.receive(2);
  assert.deepEqual(
    (await bench.rows()).map(({ vehicle }) => vehicle),
    [0n, testKey(OTHER_VIN)],
  );
  await until(() => bench.seen.length === 1, "the vehicle is noted");
  assert.equal(bench.seen[0].vin, OTHER_VIN);
});

test("a platform link carries many vehicles and every frame is answered", async (context) => {
  const bench = await startGateway(context);
  const client = await bench.connect();
  const sent = [
    platformLogin("platform", "right"),
    login({ vin: VIN }),
    login({ vin: OTHER_VIN }),
    realtime(1, { vin: VIN }),
    realtime(2, { vin: OTHER_VIN }),
    realtime(3, { vin: OTHER_VIN, command: 3 }),
    frame({ command: 0xc5, unit: [1, 2] }),
    frame({ command: 7, vin: "PLATFORM000000001" }),
    frame({ command: 6, unit: [...NOON_BYTES, 0, 1], vin: "PLATFORM000000001" }),
  ];
  client.send(...sent);
  const replies = await client.receive(sent.length);
  for (const [index, reply] of replies.entries())
    assert.equal(reply.toString("hex", 0, 4), `2323${sent[index].toString("hex", 2, 3)}01`);
  const rows = await bench.rows();
  assert.deepEqual(
    rows.map(({ vehicle }) => vehicle),
    [0n, testKey(VIN), testKey(OTHER_VIN), testKey(VIN), testKey(OTHER_VIN), testKey(OTHER_VIN), testKey(VIN), 0n, 0n],
  );
  assert.ok(rows.every(({ assurance }) => assurance === Assurance.platform));
  await until(() => bench.seen.length === 2, "vehicles noted");
  assert.deepEqual(
    bench.seen.map(({ vin, linkKind, edition }) => [vin, linkKind, edition]),
    [
      [VIN, "platform", 2016],
      [OTHER_VIN, "platform", 2016],
    ],
  );
});

test("a platform's password is not stored", async (context) => {
  const bench = await startGateway(context);
  const client = await bench.connect();
  client.send(platformLogin("platform", "right"));
  await client.receive(1);
  const [row] = await bench.rows();
  assert.equal(row.command, 5);
  assert.deepEqual(row.raw, platformLogin("platform", ""));
});

test("wrong platform credentials get an error reply, the link is closed and what follows is not taken", async (context) => {
  const bench = await startGateway(context);
  for (const edition of [2016, 2025] as const) {
    const client = await bench.connect();
    const request = platformLogin("platform", "wrong", edition);
    client.send(request, realtime(1));
    await client.gone();
    assert.deepEqual(client.replies, [replyTo(request, 2)]);
  }
  assert.equal((await bench.rows()).length, 0);
  assert.equal(bench.gateway.metrics().codes.get("SG_LINK_CREDENTIALS"), 2);
  assert.deepEqual(
    bench.gateway.links().map(({ closedCode }) => closedCode),
    ["SG_LINK_CREDENTIALS", "SG_LINK_CREDENTIALS"],
  );
});

test("a platform whose credentials cannot be checked gets no answer and its link is closed", async (context) => {
  const bench = await startGateway(context, {
    authenticatePlatform: () => Promise.reject(new Error("database is away")),
  });
  const client = await bench.connect();
  client.send(platformLogin("platform", "right"));
  await client.gone();
  assert.equal(client.replies.length, 0);
  assert.equal(bench.gateway.metrics().codes.get("SG_LINK_AUTHENTICATION"), 1);
});

test("data before a login is accepted, pins the link and is noted", async (context) => {
  const bench = await startGateway(context);
  const client = await bench.connect();
  client.send(realtime(100), realtime(5, { vin: OTHER_VIN }));
  const [reply] = await client.receive(1);
  assert.deepEqual(reply, replyTo(realtime(5, { vin: OTHER_VIN }), 2));
  const rows = await bench.rows();
  assert.deepEqual(
    rows.map(({ disposition }) => disposition),
    ["accepted", "foreign_vin"],
  );
  assert.equal(bench.gateway.links()[0].codes.SG_LINK_NO_LOGIN, 1);
});

test("a foreign VIN on a terminal link is refused, counted, kept, and touches no other vehicle", async (context) => {
  const bench = await startGateway(context);
  const client = await bench.connect();
  client.send(login(), login({ vin: OTHER_VIN }), realtime(777, { vin: OTHER_VIN }), realtime(100));
  const replies = await client.receive(3);
  assert.deepEqual(replies, [
    replyTo(login()),
    replyTo(login({ vin: OTHER_VIN }), 2),
    replyTo(realtime(0, { vin: OTHER_VIN }), 2),
  ]);
  const rows = await bench.rows();
  assert.deepEqual(
    rows.map(({ disposition }) => disposition),
    ["accepted", "foreign_vin", "foreign_vin", "accepted"],
  );
  assert.ok(
    rows.every(({ vehicle }) => vehicle === testKey(VIN)),
    "nothing is filed under the foreign vehicle",
  );
  assert.equal(rows[2].scalars.size, 0, "no value of a foreign frame is an observation");
  assert.equal(bench.gateway.links()[0].rows.foreign_vin, 2);
  await until(() => bench.seen.length > 0, "noted");
  assert.deepEqual(
    bench.seen.map(({ vin }) => vin),
    [VIN],
  );
});

test("a data unit without the structure of its command is answered 02 or 06, kept, and has no values", async (context) => {
  const bench = await startGateway(context);
  const client = await bench.connect();
  const cut2016 = frame({ command: 2, unit: [...NOON_BYTES, 1, 1, 3] });
  const cut2025 = frame({ command: 2, unit: [...NOON_BYTES, 1, 1, 3], edition: 2025 });
  const noTime = frame({ command: 2, unit: [26, 13, 1, 0, 0, 0] });
  const empty = frame({ command: 2 });
  client.send(login(), cut2016, cut2025, noTime, empty, realtime(9));
  const replies = await client.receive(5);
  assert.deepEqual(replies.slice(1), [
    replyTo(cut2016, 2),
    replyTo(cut2025, 6),
    replyTo(noTime, 2),
    frame({ command: 2, flag: 2 }),
  ]);
  const rows = await bench.rows();
  assert.deepEqual(
    rows.map(({ disposition }) => disposition),
    ["accepted", "malformed", "malformed", "malformed", "malformed", "accepted"],
  );
  assert.equal(rows[1].scalars.size, 0);
  assert.deepEqual(rows[1].raw, cut2016);
  assert.equal(rows[5].scalars.get(SPEED), 9);
});

test("an encrypted data unit is kept as opaque evidence", async (context) => {
  const bench = await startGateway(context);
  const client = await bench.connect();
  const secret = realtime(1, { encryption: 5, edition: 2025 });
  client.send(login(), secret);
  const replies = await client.receive(2);
  assert.equal(replies[1][3], 7);
  const rows = await bench.rows();
  assert.equal(rows[1].disposition, "opaque");
  assert.equal(rows[1].eventTime, rows[1].receiveTime);
  assert.equal(rows[1].scalars.size, 0);
  assert.deepEqual(rows[1].raw, secret);
});

test("an event time more than 5 minutes ahead is set apart, at 5 minutes it is not", async (context) => {
  const bench = await startGateway(context);
  const client = await bench.connect();
  bench.time.now = NOON - 5 * 60_000;
  client.send(login(), realtime(1));
  await client.receive(1);
  await until(() => bench.journal.status().durableRows === 2, "durable");
  bench.time.now = NOON - 5 * 60_000 - 1;
  client.send(realtime(2), login());
  await client.receive(2);
  const rows = await bench.rows();
  assert.deepEqual(
    rows.map(({ disposition }) => disposition),
    ["accepted", "accepted", "clock_ahead", "clock_ahead"],
  );
  assert.deepEqual(rows[2].raw, realtime(2), "it stays visible");
  assert.equal(rows[2].scalars.size, 0, "but none of its values acts as data");
  assert.equal(bench.gateway.metrics().rows[2], 2);
});

test("a frame that is itself a reply is never answered", async (context) => {
  const bench = await startGateway(context, { answerRealtime: "both" });
  const client = await bench.connect();
  client.send(
    login(),
    ...[1, 2, 3, 4, 0].map((flag) => realtime(1, { flag })),
    frame({ command: 0x80, flag: 1, unit: [...NOON_BYTES, 0] }),
  );
  await until(() => bench.journal.status().durableRows === 7, "durable");
  await sleep(20);
  assert.equal(client.replies.length, 1);
});

test("a new connection of the same vehicle closes the old one", async (context) => {
  const bench = await startGateway(context);
  const first = await bench.connect();
  first.send(login());
  await first.receive(1);
  const second = await bench.connect();
  second.send(login());
  await first.gone();
  await second.receive(1);
  assert.equal(bench.gateway.metrics().openLinks, 1);
  assert.equal(bench.gateway.metrics().codes.get("SG_LINK_REPLACED"), 1);
});

test("a peer that ends its side after sending still gets every answer", async (context) => {
  const bench = await startGateway(context);
  const client = await bench.connect();
  client.send(platformLogin("platform", "right"), ...Array.from({ length: 500 }, (_, i) => realtime(i)));
  client.socket.end();
  await client.gone();
  assert.equal(client.replies.length, 501);
});

test("both editions on one link are decoded by their own layout", async (context) => {
  const bench = await startGateway(context);
  const client = await bench.connect();
  const body2025 = [1, 1, 3, 4, 0, 0, 0, 39, 16, 14, 216, 117, 48, 80, 1, 14, 19, 136];
  client.send(login(), realtime(100), frame({ command: 2, edition: 2025, unit: [...NOON_BYTES, 1, ...body2025] }));
  await until(() => bench.journal.status().durableRows === 3, "durable");
  const rows = await bench.rows();
  assert.deepEqual(
    rows.map(({ edition, disposition }) => [edition, disposition]),
    [
      [16, "accepted"],
      [16, "accepted"],
      [25, "accepted"],
    ],
  );
  assert.equal(rows[2].scalars.get(SPEED), 1024);
  assert.equal(
    rows[2].scalars.get(getScalar("total_current").column),
    rows[1].scalars.get(getScalar("total_current").column),
    "offset -1000 A or -3000 A, same ticks",
  );
});
