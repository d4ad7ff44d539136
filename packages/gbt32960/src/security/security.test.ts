/** Signed bytes, keys in frames and encrypted units, with the platform's own RSA, ECDSA and AES behind the ports. */
import assert from "node:assert/strict";
import { createCipheriv, createDecipheriv, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { decodeFrame, encodeFrame } from "../mod.ts";
import { CodecError } from "../errors.ts";
import { checkFrame, type Edition } from "../frame.ts";
import { toHex } from "../text.ts";
import {
  bytesOf,
  findSampleKey,
  findVectors,
  frameOf,
  NO_DATA,
  randomReport,
  report,
  seeded,
  TIME_BYTES,
} from "../../testing/fixtures.ts";
import {
  decryptFrame,
  encryptFrame,
  findActivation,
  findKeyExchange,
  findSignature,
  putSignature,
  SIGNATURE_BOUNDARIES,
  signedBytes,
  signFrame,
  verifySignature,
  type Cipher,
  type Signer,
  type SignatureVerifier,
} from "./mod.ts";

const RSA = generateKeyPairSync("rsa", { modulusLength: 1024 });
const EC = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const der = (key: typeof RSA.publicKey) => new Uint8Array(key.export({ type: "spki", format: "der" }));
const readKey = (bytes: Uint8Array) => createPublicKey({ key: Buffer.from(bytes), type: "spki", format: "der" });

const rsaSigner: Signer = {
  algorithm: "rsa",
  sign: (data) => ({ r: new Uint8Array(sign("sha256", data, RSA.privateKey)), s: new Uint8Array(0) }),
};
const eccSigner: Signer = {
  algorithm: "ecc",
  sign: (data) => {
    const both = sign("sha256", data, { key: EC.privateKey, dsaEncoding: "ieee-p1363" });
    return { r: new Uint8Array(both.subarray(0, 32)), s: new Uint8Array(both.subarray(32)) };
  },
};
const verifier: SignatureVerifier = {
  supports: (algorithm) => algorithm !== "sm2",
  verify: ({ algorithm, data, r, s, publicKey }) =>
    algorithm === "rsa"
      ? verify("sha256", data, readKey(publicKey), r)
      : verify("sha256", data, { key: readKey(publicKey), dsaEncoding: "ieee-p1363" }, Buffer.concat([r, s])),
};

const AES_KEY = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");
const aes: Cipher = {
  encryption: 3,
  encrypt: (plain) => {
    const cipher = createCipheriv("aes-128-ecb", AES_KEY, null);
    return new Uint8Array(Buffer.concat([cipher.update(plain), cipher.final()]));
  },
  decrypt: (bytes) => {
    const cipher = createDecipheriv("aes-128-ecb", AES_KEY, null);
    return new Uint8Array(Buffer.concat([cipher.update(bytes), cipher.final()]));
  },
};

const coded = (code: string) => (error: unknown) => error instanceof CodecError && error.code === code;

test("a signed report verifies with its own boundary and key only, whatever its bodies are", () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom(...SIGNATURE_BOUNDARIES), fc.boolean(), (seed, boundary, elliptic) => {
      const random = seeded(seed);
      const frame = randomReport(random, 2025);
      const signed = signFrame(frame, elliptic ? eccSigner : rsaSigner, boundary);
      checkFrame(signed);
      const key = der(elliptic ? EC.publicKey : RSA.publicKey);
      assert.equal(verifySignature(signed, key, verifier, boundary), "valid");
      const other = boundary === "withMarker" ? "beforeMarker" : "withMarker";
      assert.equal(verifySignature(signed, key, verifier, other), "invalid");
      const changed = signed.slice();
      changed[24 + (random() % 6)] ^= 1;
      assert.equal(verifySignature(changed, key, verifier, boundary), "invalid");
      assert.equal(toHex(encodeFrame(decodeFrame(signed))), toHex(signed));
      // In the middle of a chunk it is the same.
      const chunk = new Uint8Array(signed.length + 20).fill(0x24);
      chunk.set(signed, 7);
      assert.equal(verifySignature(chunk, key, verifier, boundary, 7, 7 + signed.length), "valid");
    }),
    { numRuns: 60 },
  );
});

test("the typed decode finds the same block", () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const frame = randomReport(seeded(seed), 2025);
      const message = decodeFrame(frame);
      const last =
        message.kind === "realtimeReport" || message.kind === "reissuedReport" ? message.items.at(-1) : undefined;
      const block = findSignature(frame);
      if (last?.kind !== "signature") return assert.equal(block, undefined);
      assert.equal(toHex(block!.r), last.r);
      assert.equal(toHex(block!.s), last.s);
      assert.equal(block!.algorithmCode, last.algorithm);
      assert.equal(block!.end, frame.length - 1);
    }),
    { numRuns: 500 },
  );
});

test("the block is found behind a body of unknown length, and bytes after it stay", () => {
  const unknown = report(2025, "0104", "79", "0102030405", "ff02", "0003", "aabbcc", "0000");
  assert.equal(findSignature(unknown), undefined, "a vehicle body that is too short hides it");
  const hidden = report(2025, "79", "0102ff030405", "ff02", "0003", "aabbcc", "0000");
  const block = findSignature(hidden);
  assert.equal(block?.start, 24 + 6 + 7);
  assert.equal(toHex(block.r), "aabbcc");
  assert.equal(block.s.length, 0);
  assert.equal(toHex(signedBytes(hidden, block)), "1a031f173b3a790102ff030405");
  assert.equal(toHex(signedBytes(hidden, block, "withMarker")), "1a031f173b3a790102ff030405ff");
  const trailing = report(2025, "ff02", "0001", "aa", "0000", "0102");
  assert.equal(findSignature(trailing)?.end, trailing.length - 3);
  const replaced = putSignature(trailing, 1, { r: Uint8Array.of(7), s: Uint8Array.of(8, 9) });
  assert.equal(toHex(replaced, 30, replaced.length - 1), "ff01000107000208090102");
});

test("edition 2016, replies, other commands and broken units have no signature", () => {
  assert.equal(findSignature(report(2016, "ff0200010a0000")), undefined);
  assert.equal(findSignature(frameOf(2025, 2, [...TIME_BYTES, 0xff, 2, 0, 1, 7, 0, 0], { flag: 1 })), undefined);
  assert.equal(findSignature(frameOf(2025, 4, [...TIME_BYTES, 0, 1])), undefined);
  assert.equal(findSignature(report(2025, "ff02ffff0a0000")), undefined);
  assert.equal(verifySignature(report(2025), der(RSA.publicKey), verifier), "unsigned");
  assert.equal(verifySignature(report(2025, "ff0900010a0000"), der(RSA.publicKey), verifier), "unsupported");
  assert.equal(verifySignature(report(2025, "ff0100010a0000"), der(RSA.publicKey), verifier), "unsupported");
});

test("only what can carry a signature is signed", () => {
  const value = { r: Uint8Array.of(1), s: Uint8Array.of(2) };
  assert.throws(() => putSignature(report(2016), 2, value), coded("SG_MESSAGE_INVALID"));
  assert.throws(() => putSignature(frameOf(2025, 4, [...TIME_BYTES, 0, 1]), 2, value), coded("SG_MESSAGE_INVALID"));
  assert.throws(() => putSignature(frameOf(2025, 2, [1], { encryption: 3 }), 2, value), coded("SG_MESSAGE_INVALID"));
  assert.throws(() => putSignature(report(2025).subarray(1), 2, value), coded("SG_FRAME_START"));
});

test("an activation is signed with the key that it brings", () => {
  const key = der(RSA.publicKey);
  const chip = Buffer.from("CHIP-1".padEnd(16));
  const vin = Buffer.from("LTESTVIN000000001");
  const plain = frameOf(2025, 9, [...TIME_BYTES, ...chip, key.length >> 8, key.length & 255, ...key, ...vin]);
  const signed = signFrame(plain, rsaSigner);
  const activation = findActivation(signed);
  assert.equal(activation?.chipId, "CHIP-1");
  assert.equal(activation.vin, "LTESTVIN000000001");
  assert.equal(activation.time, Date.UTC(2026, 2, 31, 15, 59, 58));
  assert.deepEqual(activation.publicKey, key);
  assert.equal(activation.signature?.hasMarker, false);
  for (const boundary of SIGNATURE_BOUNDARIES)
    assert.equal(verifySignature(signed, activation.publicKey, verifier, boundary), "valid");
  assert.equal(decodeFrame(signed).kind, "activation");
  assert.equal(decodeFrame(signFrame(signed, eccSigner)).kind, "activation");
  assert.equal(findActivation(frameOf(2025, 9, [...TIME_BYTES, 0])), undefined);
  assert.equal(findActivation(frameOf(2016, 9, [...signed.subarray(24, -1)])), undefined);
});

test("a key exchange gives the key and its days", () => {
  const frame = frameOf(2025, 0x0b, [3, 0, 16, ...AES_KEY, ...TIME_BYTES, 27, 3, 31, 23, 59, 58]);
  const exchange = findKeyExchange(frame);
  assert.equal(exchange?.encryption, "aes");
  assert.deepEqual(Buffer.from(exchange.key), AES_KEY);
  assert.equal(exchange.validFrom, Date.UTC(2026, 2, 31, 15, 59, 58));
  assert.equal(exchange.validTo, Date.UTC(2027, 2, 31, 15, 59, 58));
  assert.equal(findKeyExchange(frameOf(2025, 0x0b, [3, 0, 16, 1])), undefined);
  assert.equal(findKeyExchange(frameOf(2025, 0x0b, [], { flag: 1 })), undefined);
});

test("decrypting undoes encrypting, for every frame", () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom<Edition>(2016, 2025), (seed, edition) => {
      const frame = randomReport(seeded(seed), edition);
      const encrypted = encryptFrame(frame, aes);
      checkFrame(encrypted);
      assert.equal(encrypted[21], 3);
      assert.equal(decodeFrame(encrypted).kind, "encrypted");
      assert.deepEqual(decryptFrame(encrypted, aes), frame);
      assert.deepEqual(decryptFrame(frame, aes), frame);
    }),
    { numRuns: 200 },
  );
  const heartbeat = frameOf(2016, 7, []);
  assert.deepEqual(decryptFrame(encryptFrame(heartbeat, aes), aes), heartbeat);
});

test("what cannot be decrypted says so", () => {
  assert.throws(() => decryptFrame(frameOf(2016, 2, [1, 2, 3], { encryption: 3 }), aes), coded("SG_BODY_CIPHER"));
  assert.throws(() => decryptFrame(frameOf(2016, 2, [1, 2, 3], { encryption: 5 }), aes), coded("SG_BODY_CIPHER"));
  assert.throws(() => encryptFrame(frameOf(2016, 2, [1], { encryption: 3 }), aes), coded("SG_MESSAGE_INVALID"));
  const huge = frameOf(
    2016,
    0xc0,
    Array.from({ length: 65_530 }, () => 1),
  );
  assert.throws(() => encryptFrame(huge, aes), coded("SG_MESSAGE_INVALID"));
});

const vectors = findVectors();
test(
  "real signed frames: the block of SM2 has two numbers of 32 bytes, the one of RSA only R",
  { skip: vectors ? false : NO_DATA },
  () => {
    let found = 0;
    for (const { id, hex, wellformed } of vectors ?? []) {
      if (!wellformed) continue;
      const frame = bytesOf(hex);
      const message = decodeFrame(frame);
      const item = "items" in message ? message.items.find((item) => item.kind === "signature") : undefined;
      const block = findSignature(frame);
      if (item?.kind !== "signature") continue;
      found++;
      assert.equal(toHex(block!.r), item.r, id);
      assert.equal(toHex(block!.s), item.s, id);
      assert.deepEqual(putSignature(frame, block!.algorithmCode, block!), frame, id);
      if (block!.algorithm === "rsa") assert.equal(block!.s.length, 0, id);
    }
    assert.ok(found > 0);
  },
);

test(
  "the RSA samples of a public implementation verify with its key, FF not signed",
  { skip: vectors ? false : NO_DATA },
  () => {
    const pem = findSampleKey();
    assert.ok(pem);
    const key = der(createPublicKey(pem));
    const valid: string[] = [];
    for (const { id, hex } of vectors ?? []) {
      const frame = bytesOf(hex);
      if (findSignature(frame)?.algorithm !== "rsa") continue;
      if (verifySignature(frame, key, verifier) !== "valid") continue;
      valid.push(id);
      // A report has the marker FF before its signature, an activation has none.
      const other = verifySignature(frame, key, verifier, "withMarker");
      assert.equal(other, findSignature(frame)?.hasMarker === true ? "invalid" : "valid", id);
      const changed = frame.slice();
      changed[29] ^= 1;
      assert.equal(verifySignature(changed, key, verifier), "invalid", id);
    }
    assert.ok(valid.length >= 5, valid.join(" "));
  },
);
