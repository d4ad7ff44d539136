/** Commands over links that encrypt them: real sockets, real ciphers, a real database. */
import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { decodeFrame, decryptFrame, encryptFrame, type Cipher } from "@sandglass/gbt32960";
import { sm2 } from "sm-crypto-v2";
import { frame, platformLogin, type Client } from "../intake/gateway/gateway.fixture.ts";
import type { CommandEncryption } from "../intake/gateway/rules.ts";
import { createBlockCipher, createRsaCipher, createSm2Cipher, DEFAULT_SECURITY } from "../intake/security/mod.ts";
import { KEY_A, KEY_B, MAKER, MONITOR, openWorld, PATIENT, reply, VIN_A, VIN_B, type World } from "./world.fixture.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const sm = sm2.generateKeyPairHex();
const shared = randomBytes(16);
const rsaKeys = { publicKey: rsa.publicKey, privateKey: rsa.privateKey };

/** Code in a key exchange, the key that the vehicle sends, and the vehicle's own side of the cipher. */
const CIPHERS: readonly (readonly [CommandEncryption, number, Uint8Array, Cipher])[] = [
  [
    "rsa",
    2,
    rsa.publicKey.export({ format: "der", type: "spki" }),
    createRsaCipher(rsaKeys, DEFAULT_SECURITY.rsaCipher),
  ],
  ["aes", 3, shared, createBlockCipher("aes", shared, DEFAULT_SECURITY.aes)],
  ["sm2", 4, Buffer.from(sm.publicKey, "hex"), createSm2Cipher(sm, DEFAULT_SECURITY.sm2Cipher)],
  ["sm4", 5, shared, createBlockCipher("sm4", shared, DEFAULT_SECURITY.sm4)],
];

const QUERY = { vehicle: KEY_B, request: { kind: "query", parameters: [2, 9] }, reason: "spot check" } as const;

const open = (context: TestContext, commandEncryption: CommandEncryption, security = {}): Promise<World> =>
  openWorld(context, PATIENT, {
    rules: { terminal: { commandEncryption }, platform: { commandEncryption } },
    security,
  });

const keyExchange = (type: number, key: Uint8Array, vin: string): Buffer =>
  frame({
    command: 11,
    edition: 2025,
    vin,
    unit: [type, key.length >> 8, key.length & 255, ...key, 20, 1, 1, 0, 0, 0, 99, 12, 31, 23, 59, 59],
  });

const logout = (vin: string, edition: 2016 | 2025): Buffer =>
  frame({ command: 4, vin, edition, unit: [26, 7, 1, 12, 0, 0, 0, 1] });

/** The query among the first frames: it may overtake the answer to the key, which waits for the disk. */
async function queryIn(client: Client, count: number): Promise<Buffer> {
  const found = (await client.receive(count)).find((received) => received[2] === 0x80);
  assert.ok(found !== undefined);
  return found;
}

for (const [name, type, key, cipher] of CIPHERS) {
  test(`${name}: a command waits for the key, leaves encrypted, and its encrypted answer is read`, async (context) => {
    const world = await open(context, name);
    const car = await world.bench.connect();
    car.send(logout(VIN_B, 2025));
    await car.receive(1);
    const { id } = await world.downlink.request(MONITOR, QUERY);
    await sleep(60);
    assert.deepEqual([car.replies.length, await world.state(id)], [1, "queued"], "never in the clear");

    car.send(keyExchange(type, key, VIN_B));
    const sealed = await queryIn(car, 3);
    assert.deepEqual([sealed[2], sealed[3], sealed[21]], [0x80, 0xfe, type]);
    const command = Buffer.from(decryptFrame(sealed, cipher));
    const message = decodeFrame(command);
    assert.ok(message.kind === "parameterQuery");
    assert.deepEqual([message.vin, message.ids], [VIN_B, [2, 9]]);

    // The answer is sealed by the vehicle: with the shared key, or for us, who have no private key here.
    const plain = reply(command, [
      { id: 2, value: 10 },
      { id: 9, value: 60 },
    ]);
    car.send(name === "aes" || name === "sm4" ? Buffer.from(encryptFrame(plain, cipher)) : plain);
    await world.reaches(id, "answered");
    const { command: done, events } = await world.downlink.get(MONITOR, id);
    assert.deepEqual(
      done.answer?.parameters?.map(({ value }) => value),
      [10, 60],
    );
    assert.equal(events.find(({ kind }) => kind === "sent")?.detail["encryption"], name);
  });
}

test("behind a platform every vehicle has its own key", async (context) => {
  const world = await open(context, "aes");
  const client = await world.bench.connect();
  client.send(platformLogin("platform", "right"));
  await client.receive(1);
  const other = randomBytes(16);
  client.send(logout(VIN_B, 2025), keyExchange(3, shared, VIN_B), keyExchange(3, other, VIN_A));
  await client.receive(4);
  const { id } = await world.downlink.request(MONITOR, QUERY);
  const sealed = await queryIn(client, 5);
  const open_ = (with_: Uint8Array) => decryptFrame(sealed, createBlockCipher("aes", with_, DEFAULT_SECURITY.aes));
  const command = Buffer.from(open_(shared));
  assert.equal(decodeFrame(command).kind, "parameterQuery");
  assert.throws(() => assert.equal(decodeFrame(open_(other)).kind, "parameterQuery"));
  client.send(reply(command));
  await world.reaches(id, "answered");
});

test("edition 2016 knows AES but not SM4: a command to such a vehicle is not sent with SM4", async (context) => {
  for (const [name, sent] of [
    ["aes", true],
    ["sm4", false],
  ] as const) {
    const dataKeys = [{ encryption: name, key: shared }] as const;
    const world = await openWorld(context, PATIENT, {
      rules: { terminal: { commandEncryption: name, dataKeys } },
      security: {},
    });
    const car = await world.bench.connect();
    car.send(logout(VIN_A, 2016));
    await car.receive(1);
    const { id } = await world.downlink.request(MAKER, { ...QUERY, vehicle: KEY_A });
    if (sent) {
      const sealed = await queryIn(car, 2);
      assert.deepEqual([sealed.subarray(0, 2).toString(), sealed[21]], ["##", 3]);
    } else {
      await sleep(60);
      assert.deepEqual([car.replies.length, await world.state(id)], [1, "queued"]);
    }
  }
});

test("a command that the link's cipher cannot take is not sent at all", async (context) => {
  const world = await open(context, "aes", { settings: { aes: { mode: "cbc", padding: "none", iv: "prefix" } } });
  const car = await world.bench.connect();
  car.send(logout(VIN_B, 2025), keyExchange(3, shared, VIN_B));
  await car.receive(2);
  const { id } = await world.downlink.request(MONITOR, QUERY);
  await world.reaches(id, "sent");
  await sleep(60);
  assert.equal(car.replies.length, 2, "9 bytes are no whole block");
  const { events } = await world.downlink.get(MONITOR, id);
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ["requested", "sent", "unreachable"],
  );
  assert.equal(world.bench.gateway.metrics().codes.get("SG_LINK_ENCRYPTION"), 1);
});
