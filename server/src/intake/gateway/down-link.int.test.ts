import assert from "node:assert/strict";
import { test } from "node:test";
import {
  frame,
  login,
  NOON_BYTES,
  OTHER_VIN,
  platformLogin,
  realtime,
  startGateway,
  testKey,
  until,
  VIN,
} from "./gateway.fixture.ts";
import type { DownReply } from "./down-link.ts";

const query = (vin: string, edition: 2016 | 2025 = 2016): Buffer =>
  frame({ command: 0x80, unit: [...NOON_BYTES, 1, 2], vin, edition });
const answer = (vin: string, edition: 2016 | 2025 = 2016): Buffer =>
  frame({ command: 0x80, flag: 1, unit: [...NOON_BYTES, 1, 2, 0, 30], vin, edition });

test("a command reaches a terminal over its own link, and its reply comes back with the vehicle's key", async (context) => {
  const bench = await startGateway(context);
  const replies: DownReply[] = [];
  bench.gateway.downLink.onReply((reply) => replies.push(reply));
  assert.equal(bench.gateway.downLink.findRoute(testKey(VIN), VIN), undefined);
  const client = await bench.connect();
  client.send(login());
  await client.receive(1);
  const route = bench.gateway.downLink.send(testKey(VIN), VIN, query(VIN));
  assert.deepEqual(route, { link: 1, kind: "terminal", edition: 2016, assurance: "none", encryption: "none" });
  assert.deepEqual((await client.receive(2))[1], query(VIN));
  client.send(answer(VIN));
  await until(() => replies.length === 1, "the reply");
  assert.deepEqual(
    { ...replies[0], frame: Buffer.from(replies[0].frame) },
    { vehicle: testKey(VIN), link: 1, receivedAt: bench.time.now, frame: answer(VIN) },
  );
  await until(() => bench.gateway.metrics().rows[0] === 2, "both frames are rows");
  assert.equal(client.replies.length, 2, "a reply is never answered");
});

test("a vehicle behind a platform is reached over the platform link that it was heard on last", async (context) => {
  const bench = await startGateway(context);
  const { downLink } = bench.gateway;
  const replies: DownReply[] = [];
  downLink.onReply((reply) => replies.push(reply));
  const [first, second] = [await bench.connect(), await bench.connect()];
  for (const client of [first, second]) client.send(platformLogin("platform", "right"));
  await first.receive(1);
  await second.receive(1);
  first.send(realtime(1), realtime(1, { vin: OTHER_VIN }));
  await first.receive(3);
  assert.equal(downLink.findRoute(testKey(VIN), VIN)?.kind, "platform");
  assert.equal(downLink.findRoute(testKey(VIN), VIN)?.assurance, "platform");
  second.send(realtime(2));
  await second.receive(2);
  downLink.send(testKey(VIN), VIN, query(VIN));
  downLink.send(testKey(OTHER_VIN), OTHER_VIN, query(OTHER_VIN));
  assert.deepEqual((await second.receive(3))[2], query(VIN));
  assert.deepEqual((await first.receive(4))[3], query(OTHER_VIN));
  second.send(answer(VIN));
  await until(() => replies.length === 1, "the reply");
  assert.equal(replies[0].vehicle, testKey(VIN));

  second.socket.destroy();
  await until(() => downLink.findRoute(testKey(VIN), VIN) === undefined, "no link leads there any more");
  assert.equal(downLink.send(testKey(VIN), VIN, query(VIN)), undefined);
  assert.equal(downLink.findRoute(testKey(OTHER_VIN), OTHER_VIN)?.kind, "platform");
});

test("the edition of a vehicle counts, not that of another vehicle on the same platform link", async (context) => {
  const bench = await startGateway(context);
  const client = await bench.connect();
  client.send(platformLogin("platform", "right"));
  await client.receive(1);
  client.send(frame({ command: 4, unit: [...NOON_BYTES, 0, 1], edition: 2025 }), realtime(1, { vin: OTHER_VIN }));
  await client.receive(3);
  assert.equal(bench.gateway.downLink.findRoute(testKey(VIN), VIN)?.edition, 2025);
  assert.equal(bench.gateway.downLink.findRoute(testKey(OTHER_VIN), OTHER_VIN)?.edition, 2016);
});

test("an unauthenticated terminal does not draw the commands of a vehicle behind an authenticated platform", async (context) => {
  const bench = await startGateway(context);
  const platform = await bench.connect();
  platform.send(platformLogin("platform", "right"));
  await platform.receive(1);
  platform.send(realtime(1));
  await platform.receive(2);
  const impostor = await bench.connect();
  impostor.send(login());
  await impostor.receive(1);
  bench.gateway.downLink.send(testKey(VIN), VIN, query(VIN));
  assert.deepEqual((await platform.receive(3))[2], query(VIN));
  assert.equal(impostor.replies.length, 1);
});

test("text that is no unique id, an unknown vehicle and the id of another one lead nowhere", async (context) => {
  const bench = await startGateway(context);
  const client = await bench.connect();
  client.send(platformLogin("platform", "right"));
  await client.receive(1);
  client.send(realtime(1));
  await client.receive(2);
  for (const vin of ["", "中文", OTHER_VIN, `${VIN}X`, "\\x00"])
    assert.equal(bench.gateway.downLink.findRoute(testKey(VIN), vin), undefined, vin);
  assert.equal(bench.gateway.downLink.findRoute(testKey(OTHER_VIN), VIN), undefined);
});
