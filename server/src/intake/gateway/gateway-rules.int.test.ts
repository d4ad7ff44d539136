/** The options of links: lock after wrong logins, idle times, registry check, allow-list, reply styles, rates. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { AddressList } from "../../access/address-list.ts";
import {
  Client,
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

test("after three wrong logins a platform is refused unchecked for 30 minutes, others are not", async (context) => {
  const checked: string[] = [];
  const bench = await startGateway(context, {
    authenticatePlatform: (user, password) => {
      checked.push(user);
      return Promise.resolve(password === "right" ? { id: user, name: user } : undefined);
    },
  });
  const attempt = async (user: string, password: string) => {
    const client = await bench.connect();
    client.send(platformLogin(user, password));
    return (await client.receive(1))[0][3];
  };
  for (let i = 0; i < 3; i++) assert.equal(await attempt("centre", "wrong"), 2);
  assert.equal(await attempt("centre", "right"), 2);
  assert.deepEqual(checked, ["centre", "centre", "centre"]);
  assert.equal(bench.gateway.metrics().codes.get("SG_LINK_LOCKED"), 1);
  assert.equal(await attempt("north", "right"), 1);
  bench.time.now += 29 * 60_000;
  assert.equal(await attempt("centre", "right"), 2);
  bench.time.now += 2 * 60_000;
  assert.equal(await attempt("centre", "right"), 1);
});

test("a right login in between starts the count anew, and the numbers are options", async (context) => {
  const bench = await startGateway(context, { logins: { attempts: 2, lockoutMs: 60_000 } });
  const flags: number[] = [];
  for (const password of ["wrong", "right", "wrong", "right", "wrong", "wrong", "right"]) {
    const client = await bench.connect();
    client.send(platformLogin("platform", password));
    flags.push((await client.receive(1))[0][3]);
    client.socket.destroy();
  }
  assert.deepEqual(flags, [2, 1, 2, 1, 2, 2, 2]);
});

test("a check of credentials that never ends is given up and the link closed without an answer", async (context) => {
  const bench = await startGateway(context, {
    logins: { checkMs: 50 },
    authenticatePlatform: () => new Promise(() => {}),
  });
  const client = await bench.connect();
  client.send(platformLogin("platform", "right"));
  await client.gone();
  assert.equal(client.replies.length, 0);
  assert.equal(bench.gateway.metrics().codes.get("SG_LINK_AUTHENTICATION"), 1);
});

test("idle times differ by kind of link and by platform", async (context) => {
  const bench = await startGateway(context, {
    rules: { terminal: { idleMs: 60_000 }, platform: { idleMs: 600_000 } },
    authenticatePlatform: (user) =>
      Promise.resolve({ id: user, name: user, ...(user === "short" ? { rules: { idleMs: 20_000 } } : {}) }),
  });
  const [car, long, short] = [await bench.connect(), await bench.connect(), await bench.connect()];
  car.send(login());
  long.send(platformLogin("long", "right"));
  short.send(platformLogin("short", "right"));
  for (const client of [car, long, short]) await client.receive(1);
  bench.time.now += 21_000;
  await short.gone();
  assert.equal(car.closed, false);
  bench.time.now += 40_000;
  await car.gone();
  bench.time.now += 500_000;
  await sleep(600);
  assert.equal(long.closed, false);
});

test("a vehicle that is not registered is answered 04 or 02, kept, and does not count; off for the other kind of link", async (context) => {
  const registered = new Set([testKey(OTHER_VIN)]);
  const bench = await startGateway(context, {
    rules: { terminal: { checkRegistry: true } },
    isRegistered: (key) => registered.has(key),
  });
  const [unknown, known, platform] = [await bench.connect(), await bench.connect(), await bench.connect()];
  const hello = login({ edition: 2025, unit: [...NOON_BYTES, 0, 1, ...Buffer.from("89860000000000000001"), 0] });
  unknown.send(hello, realtime(100), frame({ command: 7 }));
  known.send(login({ vin: OTHER_VIN }), realtime(200, { vin: OTHER_VIN }));
  platform.send(platformLogin("platform", "right"), realtime(300));
  assert.deepEqual(await unknown.receive(3), [
    replyTo(hello, 4),
    replyTo(realtime(100), 2),
    replyTo(frame({ command: 7 }), 2),
  ]);
  assert.deepEqual(await known.receive(1), [replyTo(login({ vin: OTHER_VIN }))]);
  await platform.receive(2);
  await until(() => bench.journal.status().durableRows === 7, "all rows");
  const rows = await bench.rows();
  const dispositions = (link: number) => rows.filter((row) => row.link === link).map((row) => row.disposition);
  const [first, second, third] = [...new Set(rows.map((row) => row.link))].sort((a, b) => a - b);
  assert.deepEqual(dispositions(first), ["unknown_vin", "unknown_vin", "unknown_vin"]);
  assert.deepEqual(dispositions(second), ["accepted", "accepted"]);
  assert.deepEqual(dispositions(third), ["accepted", "accepted"]);
  assert.ok(
    rows
      .filter((row) => row.disposition === "unknown_vin")
      .every((row) => row.scalars.size === 0 && row.vehicle === testKey(VIN)),
  );
  await until(() => bench.seen.some((vehicle) => vehicle.vin === VIN), "the registry hears of it");

  registered.add(testKey(VIN));
  unknown.send(frame({ command: 7 }));
  assert.deepEqual((await unknown.receive(4))[3], replyTo(frame({ command: 7 })));
});

test("a vehicle that is taken out of the registry counts no longer after ten seconds", async (context) => {
  const registered = new Set([testKey(VIN)]);
  const bench = await startGateway(context, {
    rules: { terminal: { checkRegistry: true } },
    isRegistered: (key) => registered.has(key),
  });
  const car = await bench.connect();
  car.send(login());
  assert.equal((await car.receive(1))[0][3], 1);
  registered.clear();
  bench.time.now += 11_000;
  await sleep(600);
  car.send(frame({ command: 7 }));
  assert.equal((await car.receive(2))[1][3], 2);
});

test("a platform that may not log in is told no more than one with a wrong password, and never locked out", async (context) => {
  let refused: string | undefined = "SG_LINK_ADDRESS";
  const bench = await startGateway(context, {
    authenticatePlatform: (user) => Promise.resolve(refused === undefined ? { id: "plt_1", name: user } : { refused }),
  });
  for (const code of ["SG_LINK_ADDRESS", "SG_LINK_ADDRESS", "SG_LINK_DISABLED", "SG_LINK_DISABLED"]) {
    refused = code;
    const client = await bench.connect();
    client.send(platformLogin("platform", "right"));
    await client.gone();
    assert.deepEqual(client.replies, [replyTo(platformLogin("platform", "right"), 2)]);
    const [link] = bench.gateway.links();
    assert.deepEqual([link.closedCode, link.repliesByFlag], [code, { 2: 1 }], "what was answered is counted");
  }
  refused = undefined;
  const client = await bench.connect();
  client.send(platformLogin("platform", "right"));
  assert.equal((await client.receive(1))[0][3], 1);
});

test("a changed platform: its open links go by its new rules, or are closed with the reason; others go on", async (context) => {
  const bench = await startGateway(context, {
    authenticatePlatform: (user) => Promise.resolve({ id: user, name: user }),
  });
  const [changed, other] = [await bench.connect(), await bench.connect()];
  changed.send(platformLogin("changed", "x"), realtime(1));
  other.send(platformLogin("other", "x"), realtime(2, { vin: OTHER_VIN }));
  await changed.receive(2);
  await other.receive(2);
  bench.gateway.platformChanged("changed", { answerReports: false }, () => undefined);
  changed.send(realtime(3), frame({ command: 7 }));
  assert.equal((await changed.receive(3))[2][2], 7, "its report is answered no longer");
  bench.gateway.platformChanged("changed", {}, (address) => (address === "127.0.0.1" ? "SG_LINK_DISABLED" : undefined));
  await changed.gone();
  assert.equal(
    bench.gateway.links().find(({ platform }) => platform?.id === "changed")?.closedCode,
    "SG_LINK_DISABLED",
  );
  other.send(realtime(4, { vin: OTHER_VIN }));
  await other.receive(3);
});

test("only listed addresses may connect", async (context) => {
  const bench = await startGateway(context, { addresses: AddressList.parse("127.0.0.8/30") });
  const stranger = await bench.connect();
  await stranger.gone();
  assert.equal(bench.gateway.metrics().codes.get("SG_LINK_ADDRESS"), 1);
  const socket = connect({ port: bench.port, host: "127.0.0.1", localAddress: "127.0.0.9" });
  await once(socket, "connect");
  context.after(() => socket.destroy());
  const friend = Client.over(socket);
  friend.send(login());
  assert.deepEqual(await friend.receive(1), [replyTo(login())]);
});

test("every reply style is a whole frame with the body that its source describes", async (context) => {
  const rest = [0, 1, ...Buffer.from("89860000000000000001"), 0, 0];
  const now = [26, 7, 1, 12, 0, 1];
  const expected = {
    "main-body": [[...NOON_BYTES], []],
    "platform-time": [now, []],
    "annex-b": [[...now, ...rest], []],
    empty: [[], []],
  } as const;
  for (const [style, [body, heartbeat]] of Object.entries(expected)) {
    const reply = { style: style as keyof typeof expected, timeInHeartbeat: false };
    const bench = await startGateway(context, { rules: { terminal: { reply } } });
    const car = await bench.connect();
    car.send(login(), frame({ command: 7 }));
    assert.deepEqual(
      await car.receive(2),
      [frame({ command: 1, flag: 1, unit: body }), frame({ command: 7, flag: 1, unit: heartbeat })],
      style,
    );
  }
  const bench = await startGateway(context, {
    rules: { terminal: { reply: { style: "main-body", timeInHeartbeat: true } } },
  });
  const car = await bench.connect();
  car.send(frame({ command: 8 }));
  assert.deepEqual(await car.receive(1), [frame({ command: 8, flag: 1, unit: now })]);
});

test("a link above its rate waits for the next second and loses nothing; its neighbour goes on", async (context) => {
  const bench = await startGateway(context, { rules: { terminal: { maxFramesPerSecond: 100 } } });
  const [fast, slow] = [await bench.connect(), await bench.connect()];
  fast.send(login());
  slow.send(login({ vin: OTHER_VIN }));
  await fast.receive(1);
  await slow.receive(1);
  fast.send(...Array.from({ length: 150 }, () => frame({ command: 7 })));
  // Not just held: that may be for another reason, and its second must have begun before the clock is moved.
  await until(() => bench.gateway.metrics().codes.get("SG_LINK_RATE") === 1, "held for its rate");
  fast.send(frame({ command: 7 }));
  slow.send(frame({ command: 7, vin: OTHER_VIN }));
  await slow.receive(2);
  await sleep(300);
  assert.ok(fast.replies.length <= 151);
  bench.time.now += 1001;
  await fast.receive(152);
  assert.equal(bench.gateway.metrics().codes.get("SG_LINK_RATE"), 1);
});

test("a terminal link names its vehicle; a platform link stays one after its logout", async (context) => {
  const bench = await startGateway(context);
  const [car, platform] = [await bench.connect(), await bench.connect()];
  car.send(login());
  platform.send(platformLogin("platform", "right"), frame({ command: 6, unit: [...NOON_BYTES, 0, 1] }));
  await car.receive(1);
  await platform.receive(2);
  const [first, second] = bench.gateway.links().sort((a, b) => a.id - b.id);
  assert.deepEqual([first.kind, first.vehicle, first.vin], ["terminal", testKey(VIN), "LTE**********0001"]);
  assert.deepEqual(
    [second.kind, second.loggedOut, second.platform?.id, second.vehicle],
    ["platform", true, "plt_1", undefined],
  );
  assert.deepEqual(second.repliesByFlag, { 1: 2 });
  // Until it logs in again nothing is taken from it, not as a terminal's either, and the car keeps its link.
  platform.send(realtime(500), realtime(600, { vin: OTHER_VIN }));
  assert.deepEqual((await platform.receive(4)).slice(2), [
    replyTo(realtime(500), 2),
    replyTo(realtime(600, { vin: OTHER_VIN }), 2),
  ]);
  assert.deepEqual(
    (await bench.rows()).slice(-2).map((row) => [row.disposition, row.scalars.size]),
    [
      ["foreign_vin", 0],
      ["foreign_vin", 0],
    ],
  );
  assert.equal(car.closed, false);
  bench.time.now = NOON + 2000;
  platform.send(platformLogin("platform", "right"), realtime(700, { vin: OTHER_VIN }));
  assert.equal((await platform.receive(6))[5][3], 1);
  assert.equal(bench.gateway.links().find((link) => link.id === second.id)?.loggedOut, false);
});

test("of two connections of a vehicle the one that was opened last stays, in whatever order they are heard", async (context) => {
  const bench = await startGateway(context);
  const [earlier, later] = [await bench.connect(), await bench.connect()];
  await until(() => bench.gateway.metrics().openLinks === 2, "both are open");
  later.send(login());
  await later.receive(1);
  earlier.send(login(), realtime(100));
  assert.deepEqual(await earlier.receive(1), [replyTo(login())]);
  await earlier.gone();
  later.send(frame({ command: 7 }));
  await later.receive(2);
  assert.equal(bench.gateway.metrics().codes.get("SG_LINK_REPLACED"), 1);
  const newest = await bench.connect();
  newest.send(login());
  await newest.receive(1);
  await later.gone();
  const rows = await bench.rows();
  assert.deepEqual(
    rows.map((row) => row.disposition),
    Array.from({ length: 5 }, () => "accepted"),
  );
});

test("messages of GB/T 45688 are kept as they are, answered, and are no reports", async (context) => {
  const bench = await startGateway(context);
  const car = await bench.connect();
  const messages = [0x10, 0x11, 0x12, 0x13].map((command) =>
    frame({ command, edition: 2025, unit: [...NOON_BYTES, 1, 2, 3] }),
  );
  car.send(...messages, frame({ command: 0x90, edition: 2025, unit: [...NOON_BYTES, 4] }));
  assert.deepEqual(
    await car.receive(4),
    messages.map((message) => replyTo(message)),
  );
  await until(() => bench.journal.status().durableRows === 5, "all rows");
  const rows = await bench.rows();
  assert.deepEqual(
    rows.map((row) => [row.command, row.disposition, row.scalars.size, row.vehicle]),
    [0x10, 0x11, 0x12, 0x13, 0x90].map((command) => [command, "accepted", 0, testKey(VIN)]),
  );
  assert.deepEqual(
    rows.slice(0, 4).map((row) => row.raw),
    messages,
  );
});
