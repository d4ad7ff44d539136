/** Signatures, activation, key exchange and encryption over real sockets, with real keys. */
import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { test, type TestContext } from "node:test";
import { encryptFrame, signFrame, type Cipher, type Signer } from "@sandglass/gbt32960";
import { Assurance, getScalar } from "@sandglass/signals";
import { sm2 } from "sm-crypto-v2";
import {
  createBlockCipher,
  createEccSigner,
  createRsaCipher,
  createRsaSigner,
  createSm2Cipher,
  createSm2Signer,
  DEFAULT_SECURITY,
  VehicleKeyRing,
  type VehicleKey,
} from "../security/mod.ts";
import {
  frame,
  login,
  NOON_BYTES,
  OTHER_VIN,
  platformLogin,
  replyTo,
  startGateway,
  testKey,
  until,
  VIN,
  type FrameParts,
} from "./gateway.fixture.ts";
import type { GatewayOptions } from "./options.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const p256 = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const sm = sm2.generateKeyPairHex();
const spki = (key: typeof rsa.publicKey) => key.export({ format: "der", type: "spki" });
const SPEED = getScalar("speed").column;

const SIGNERS: readonly (readonly [name: string, signer: Signer, publicKey: Uint8Array])[] = [
  ["RSA", createRsaSigner(rsa.privateKey, DEFAULT_SECURITY), spki(rsa.publicKey)],
  ["ECC", createEccSigner(p256.privateKey, DEFAULT_SECURITY), spki(p256.publicKey).subarray(-65)],
  ["SM2", createSm2Signer(sm.privateKey, DEFAULT_SECURITY), Buffer.from(sm.publicKey, "hex")],
];

/** A report of edition 2025 with that speed in 0.1 km/h. */
const report = (speed: number, parts: Partial<FrameParts> = {}): Buffer =>
  frame({
    command: 2,
    edition: 2025,
    unit: [...NOON_BYTES, 1, 1, 3, 1, speed >> 8, speed & 255, 0, 0, 39, 16, 14, 216, 117, 48, 80, 1, 14, 19, 136],
    ...parts,
  });

function activation(signer: Signer, publicKey: Uint8Array, vin = VIN, chip = "CHIP0001"): Buffer {
  const unit = [
    ...NOON_BYTES,
    ...Buffer.from(chip.padEnd(16)),
    publicKey.length >> 8,
    publicKey.length & 255,
    ...publicKey,
    ...Buffer.from(vin),
  ];
  return Buffer.from(signFrame(frame({ command: 9, edition: 2025, vin, unit }), signer));
}

function keyExchange(type: number, key: Uint8Array, parts: Partial<FrameParts> = {}, year = 99): Buffer {
  const period = [20, 1, 1, 0, 0, 0, year, 12, 31, 23, 59, 59];
  return frame({
    command: 11,
    edition: 2025,
    unit: [type, key.length >> 8, key.length & 255, ...key, ...period],
    ...parts,
  });
}

const encrypted = (bytes: Uint8Array, cipher: Cipher) => Buffer.from(encryptFrame(bytes, cipher));

async function start(context: TestContext, options: Partial<GatewayOptions> & { journal?: never } = {}) {
  const saved: VehicleKey[] = [];
  const ring = new VehicleKeyRing({
    keys: [],
    save: async (key) => {
      saved.push(key);
    },
  });
  const bench = await startGateway(context, {
    security: { vehicleKeys: ring, privateKeys: { rsa: rsa.privateKey, sm2: sm.privateKey } },
    ...options,
  });
  const stored = async (count: number) => {
    await until(() => bench.journal.status().durableRows === count, `${count} rows`);
    return bench.rows();
  };
  return { bench, ring, saved, stored };
}

test("a key exchange in edition 2016, which has none, is not answered: a success would promise a key that nobody took", async (context) => {
  const { bench, stored } = await start(context);
  const car = await bench.connect();
  const exchange = keyExchange(3, randomBytes(16));
  exchange.set([0x23, 0x23]);
  car.send(exchange, frame({ command: 7 }));
  assert.deepEqual(await car.receive(1), [frame({ command: 7, flag: 1 })]);
  const [row] = await stored(2);
  assert.equal(row.disposition, "accepted");
});

for (const [name, signer, publicKey] of SIGNERS) {
  test(`${name}: a vehicle brings its key with its activation; its signed reports are assured, forged ones are not observations`, async (context) => {
    const { bench, saved, stored } = await start(context);
    const car = await bench.connect();
    car.send(activation(signer, publicKey));
    assert.deepEqual(await car.receive(1), [frame({ command: 10, edition: 2025, unit: [1, 0] })]);
    assert.deepEqual(
      saved.map((key) => [key.vehicle, key.chipId, Buffer.from(key.publicKey)]),
      [[testKey(VIN), "CHIP0001", Buffer.from(publicKey)]],
    );

    const good = Buffer.from(signFrame(report(100), signer));
    const forged = Buffer.from(good);
    forged[35] ^= 1; // a byte of the speed's neighbour: the signature no longer fits, the BCC is put right
    forged[forged.length - 1] ^= 1;
    car.send(good, forged, report(300));
    assert.deepEqual((await car.receive(2))[1], replyTo(forged, 5));
    const rows = (await stored(4)).slice(1);
    assert.deepEqual(
      rows.map((row) => [row.disposition, row.assurance, row.scalars.get(SPEED)]),
      [
        ["accepted", Assurance.signed, 100],
        ["bad_signature", Assurance.none, undefined],
        ["accepted", Assurance.none, 300],
      ],
    );
    assert.deepEqual(
      rows.map((row) => row.raw),
      [good, forged, report(300)],
    );
    assert.equal(rows[1].scalars.size, 0);
  });
}

for (const [name, signer, publicKey] of SIGNERS)
  for (const [boundary, other] of [
    ["beforeMarker", "withMarker"],
    ["withMarker", "beforeMarker"],
  ] as const) {
    test(`${name}: where signatures end ${boundary}, others are answered 05 and kept, but are no observations`, async (context) => {
      const { bench, stored } = await start(context, { rules: { terminal: { signatureBoundary: boundary } } });
      const car = await bench.connect();
      car.send(activation(signer, publicKey));
      await car.receive(1);
      const right = Buffer.from(signFrame(report(100), signer, boundary));
      const wrong = Buffer.from(signFrame(report(200), signer, other));
      car.send(right, wrong);
      assert.deepEqual((await car.receive(2)).slice(1), [replyTo(wrong, 5)]);
      const rows = (await stored(3)).slice(1);
      assert.deepEqual(
        rows.map((row) => [row.disposition, row.assurance, row.scalars.get(SPEED), row.raw]),
        [
          ["accepted", Assurance.signed, 100, right],
          ["bad_signature", Assurance.none, undefined, wrong],
        ],
      );
    });
  }

test("the boundary of signatures is that of the link: a platform's own, whatever terminals sign", async (context) => {
  const [, signer, publicKey] = SIGNERS[2];
  const { bench, ring, stored } = await start(context, {
    authenticatePlatform: async () => ({ id: "plt_1", name: "P", rules: { signatureBoundary: "withMarker" } }),
  });
  ring.put({ vehicle: testKey(VIN), publicKey, chipId: undefined });
  const withMarker = Buffer.from(signFrame(report(100), signer, "withMarker"));
  const beforeMarker = Buffer.from(signFrame(report(200), signer));
  const [centre, car] = [await bench.connect(), await bench.connect()];
  centre.send(platformLogin("platform", "right", 2025), withMarker, beforeMarker);
  assert.deepEqual(
    (await centre.receive(3)).map((reply) => reply[3]),
    [1, 1, 5],
  );
  car.send(beforeMarker, withMarker);
  assert.deepEqual(await car.receive(1), [replyTo(withMarker, 5)]);
  assert.deepEqual(
    (await stored(5)).slice(1).map((row) => [row.disposition, row.scalars.get(SPEED)]),
    [
      ["accepted", 100],
      ["bad_signature", undefined],
      ["accepted", 200],
      ["bad_signature", undefined],
    ],
  );
});

test("where signatures are demanded, unsigned reports and vehicles without a key are answered 05 and kept", async (context) => {
  const { bench, stored } = await start(context, { rules: { terminal: { signatures: "require" } } });
  const [, signer, publicKey] = SIGNERS[1];
  const [car, stranger] = [await bench.connect(), await bench.connect()];
  car.send(activation(signer, publicKey));
  await car.receive(1);
  car.send(report(100), signFrame(report(200), signer));
  assert.deepEqual((await car.receive(2))[1], replyTo(report(100), 5));
  const unknown = report(1, { vin: OTHER_VIN });
  stranger.send(unknown);
  assert.deepEqual(await stranger.receive(1), [replyTo(unknown, 5)]);
  const rows = await stored(4);
  assert.deepEqual(
    rows.map((row) => row.disposition),
    ["accepted", "bad_signature", "accepted", "bad_signature"],
  );
});

test("an activation with a wrong signature, another VIN, another key or a chip that is taken is refused", async (context) => {
  const { bench, saved } = await start(context);
  const [, ecc, eccKey] = SIGNERS[1];
  const [, sm2Signer, sm2Key] = SIGNERS[2];
  const car = await bench.connect();
  const forged = activation(ecc, eccKey);
  forged[40] ^= 1;
  forged[forged.length - 1] ^= 1;
  car.send(forged);
  assert.equal((await car.receive(1))[0][3], 5);
  const good = activation(ecc, eccKey);
  const otherBody = Buffer.from(
    signFrame(frame({ command: 9, edition: 2025, vin: OTHER_VIN, unit: good.subarray(24, 24 + 24 + 65 + 17) }), ecc),
  );
  const other = await bench.connect();
  other.send(otherBody);
  assert.equal((await other.receive(1))[0][3], 6);
  assert.equal(saved.length, 0);

  const answers = async (client: typeof car, request: Buffer, count: number) => [
    ...(await (client.send(request), client.receive(count)))[count - 1].subarray(24, 26),
  ];
  assert.deepEqual(await answers(car, good, 2), [1, 0]);
  assert.deepEqual(await answers(car, good, 3), [1, 1]);
  assert.deepEqual(await answers(car, activation(sm2Signer, sm2Key), 4), [2, 2]);
  assert.deepEqual(await answers(other, activation(sm2Signer, sm2Key, OTHER_VIN), 2), [2, 1]);
  assert.deepEqual(await answers(other, activation(sm2Signer, sm2Key, OTHER_VIN, "CHIP0002"), 3), [1, 0]);
  assert.equal(saved.length, 2);
});

test("a key that cannot be kept is not confirmed: the vehicle tries again", async (context) => {
  let broken = true;
  const ring = new VehicleKeyRing({
    keys: [],
    save: () => (broken ? Promise.reject(new Error("the database is away")) : Promise.resolve()),
  });
  const { bench } = await start(context, { security: { vehicleKeys: ring } });
  const [, signer, publicKey] = SIGNERS[1];
  const car = await bench.connect();
  car.send(activation(signer, publicKey), frame({ command: 7, edition: 2025 }));
  assert.deepEqual(await car.receive(1), [frame({ command: 7, edition: 2025, flag: 1 })]);
  broken = false;
  car.send(activation(signer, publicKey));
  assert.deepEqual((await car.receive(2))[1], frame({ command: 10, edition: 2025, unit: [1, 0] }));
});

for (const [name, code] of [
  ["aes", 3],
  ["sm4", 5],
] as const) {
  test(`${name}: a key exchange opens the reports that follow, and its key is in no journal`, async (context) => {
    const { bench, stored } = await start(context);
    const key = randomBytes(16);
    const cipher = createBlockCipher(name, key, DEFAULT_SECURITY[name]);
    const car = await bench.connect();
    const early = encrypted(report(100), cipher);
    const exchange = keyExchange(code, key);
    car.send(login({ edition: 2025, unit: [...NOON_BYTES, 0, 1, ...Buffer.from("89860000000000000001"), 0] }), early);
    assert.deepEqual((await car.receive(2))[1], Buffer.from(frame({ command: 2, edition: 2025, flag: 7 })));
    car.send(exchange, encrypted(report(200), cipher));
    assert.deepEqual((await car.receive(3))[2], frame({ command: 11, edition: 2025, flag: 1 }));
    const other = createBlockCipher(name, randomBytes(16), DEFAULT_SECURITY[name]);
    const undecryptable = encrypted(report(300), other);
    car.send(undecryptable);
    assert.equal((await car.receive(4))[3][3], 7);
    const rows = await stored(5);
    assert.deepEqual(
      rows.map((row) => [row.disposition, row.scalars.get(SPEED)]),
      [
        ["accepted", undefined],
        ["opaque", undefined],
        ["accepted", undefined],
        ["accepted", 200],
        ["opaque", undefined],
      ],
    );
    assert.deepEqual(rows[1].raw, early);
    assert.deepEqual(rows[4].raw, undecryptable);
    assert.ok(
      rows.every((row) => !row.raw.includes(key)),
      "the key",
    );
    assert.equal(rows[2].raw.length, exchange.length);
  });
}

test("data units may be encrypted for the platform with RSA and SM2, also the exchange of a faster key", async (context) => {
  const { bench, stored } = await start(context);
  const toPlatform = createRsaCipher({ publicKey: rsa.publicKey }, DEFAULT_SECURITY.rsaCipher);
  const sm2Cipher = createSm2Cipher({ publicKey: sm.publicKey }, DEFAULT_SECURITY.sm2Cipher);
  const key = randomBytes(16);
  const sm4 = createBlockCipher("sm4", key, DEFAULT_SECURITY.sm4);
  const car = await bench.connect();
  const exchange = encrypted(keyExchange(5, key), toPlatform);
  car.send(encrypted(report(1), toPlatform), encrypted(report(2), sm2Cipher), exchange, encrypted(report(3), sm4));
  assert.equal((await car.receive(1))[0][3], 1);
  const rows = await stored(4);
  assert.deepEqual(
    rows.map((row) => [row.disposition, row.scalars.get(SPEED)]),
    [
      ["accepted", 1],
      ["accepted", 2],
      ["accepted", undefined],
      ["accepted", 3],
    ],
  );
  assert.deepEqual(rows[2].raw, exchange);
});

test("noise is answered 07 by ciphers without a check sum too; what a terminal got wrong itself 06", async (context) => {
  const settings = { ...DEFAULT_SECURITY.aes, mode: "ctr" as const };
  const { bench, stored } = await start(context, {
    security: { settings: { aes: settings }, privateKeys: { rsa: rsa.privateKey } },
  });
  const key = randomBytes(16);
  const toPlatform = createRsaCipher({ publicKey: rsa.publicKey }, DEFAULT_SECURITY.rsaCipher);
  const car = await bench.connect();
  const noise = (encryption: number) => frame({ command: 2, edition: 2025, encryption, unit: randomBytes(256) });
  const cutShort = frame({ command: 2, edition: 2025, unit: [...NOON_BYTES, 1, 1, 3] });
  car.send(noise(2), encrypted(cutShort, toPlatform), keyExchange(3, key));
  car.send(encrypted(report(1), createBlockCipher("aes", randomBytes(16), settings)));
  car.send(encrypted(cutShort, createBlockCipher("aes", key, settings)));
  assert.deepEqual(
    (await car.receive(5)).map((reply) => reply[3]),
    [7, 6, 1, 7, 6],
  );
  assert.deepEqual(
    (await stored(5)).map((row) => row.disposition),
    ["opaque", "malformed", "accepted", "opaque", "malformed"],
  );
});

test("a chip whose id is no text is activated like any other", async (context) => {
  const { bench, saved } = await start(context);
  const [, signer, publicKey] = SIGNERS[1];
  const text = activation(signer, publicKey);
  const unit = text.subarray(24, 24 + 24 + publicKey.length + 17);
  unit.fill(0xfe, 6, 22);
  const car = await bench.connect();
  car.send(Buffer.from(signFrame(frame({ command: 9, edition: 2025, unit }), signer)));
  assert.deepEqual(await car.receive(1), [frame({ command: 10, edition: 2025, unit: [1, 0] })]);
  assert.equal(saved[0].chipId, "fe".repeat(16));
});

test("a key counts only in its period", async (context) => {
  const { bench, stored } = await start(context);
  const key = randomBytes(16);
  const car = await bench.connect();
  // Valid until the end of 2025; the gateway's clock is in 2026.
  car.send(keyExchange(3, key, {}, 25), encrypted(report(1), createBlockCipher("aes", key, DEFAULT_SECURITY.aes)));
  assert.deepEqual(
    (await car.receive(2)).map((reply) => reply[3]),
    [1, 7],
  );
  const rows = await stored(2);
  assert.equal(rows[1].disposition, "opaque");
});

test("on a platform link a vehicle's key opens its own frames, the platform's key those of the others", async (context) => {
  const { bench, stored } = await start(context);
  const [own, shared] = [randomBytes(16), randomBytes(16)];
  const cipher = (key: Uint8Array) => createBlockCipher("aes", key, DEFAULT_SECURITY.aes);
  const centre = await bench.connect();
  centre.send(
    platformLogin("platform", "right", 2025),
    keyExchange(3, own),
    keyExchange(3, shared, { vin: "PLATFORM000000001" }),
    encrypted(report(1), cipher(own)),
    encrypted(report(2, { vin: OTHER_VIN }), cipher(shared)),
    encrypted(report(3), cipher(shared)),
  );
  assert.deepEqual(
    (await centre.receive(6)).map((reply) => reply[3]),
    [1, 1, 1, 1, 1, 7],
  );
  const rows = await stored(6);
  assert.deepEqual(
    rows.slice(3).map((row) => row.scalars.get(SPEED)),
    [1, 2, undefined],
  );
});

test("keys that both ends know open a platform login, and its password is in no journal", async (context) => {
  const key = randomBytes(16);
  const cipher = createBlockCipher("sm4", key, DEFAULT_SECURITY.sm4);
  const { bench, stored } = await start(context, {
    rules: {
      terminal: { dataKeys: [{ encryption: "sm4", key }] },
      platform: { dataKeys: [{ encryption: "sm4", key }] },
    },
  });
  const centre = await bench.connect();
  centre.send(encrypted(platformLogin("platform", "right", 2025), cipher), encrypted(report(7), cipher));
  assert.deepEqual(
    (await centre.receive(2)).map((reply) => reply[3]),
    [1, 1],
  );
  const rows = await stored(2);
  assert.equal(rows[1].scalars.get(SPEED), 7);
  assert.ok(!rows[0].raw.includes("right"));
});

test("a key exchange with a key that cannot be used is answered as an error", async (context) => {
  const { bench } = await start(context);
  const car = await bench.connect();
  for (const bad of [
    keyExchange(3, randomBytes(15)),
    keyExchange(9, randomBytes(16)),
    keyExchange(2, randomBytes(30)),
    keyExchange(3, randomBytes(16), {}, 19),
  ])
    car.send(bad);
  assert.deepEqual(
    (await car.receive(4)).map((reply) => reply[3]),
    [6, 6, 6, 6],
  );
});
