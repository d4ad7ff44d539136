import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Cipher, SignatureAlgorithm, Signer } from "@sandglass/gbt32960";
import { sm2 } from "sm-crypto-v2";
import { temporaryFolder } from "../../journal/temporary.fixture.ts";
import { createBlockCipher, createRsaCipher, createSm2Cipher } from "./ciphers.ts";
import { createEccSigner, createRsaSigner, createSm2Signer, createVerifier } from "./signatures.ts";
import { BLOCK_MODES, DEFAULT_SECURITY, type SecuritySettings } from "./settings.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const p256 = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const sm = sm2.generateKeyPairHex();
const verifier = createVerifier(DEFAULT_SECURITY);

const spki = (key: typeof rsa.publicKey) => key.export({ format: "der", type: "spki" });
const point = spki(p256.publicKey).subarray(-65);

function check(signer: Signer, publicKeys: readonly Uint8Array[], otherKey: Uint8Array, using = verifier): void {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(), (data, at) => {
      const { r, s } = signer.sign(data);
      const { algorithm } = signer;
      for (const publicKey of publicKeys) assert.ok(using.verify({ algorithm, data, r, s, publicKey }));
      assert.equal(using.verify({ algorithm, data, r, s, publicKey: otherKey }), false);
      const changed = data.slice();
      changed[at % data.length] ^= 1 << (at % 8);
      assert.equal(using.verify({ algorithm, data: changed, r, s, publicKey: publicKeys[0] }), false);
      const wrong = r.slice();
      wrong[at % wrong.length] ^= 1;
      assert.equal(using.verify({ algorithm, data, r: wrong, s, publicKey: publicKeys[0] }), false);
    }),
    { numRuns: 15 },
  );
}

test("RSA signatures verify with every key format, and fail for other data, keys and signatures", () => {
  const keys = [
    spki(rsa.publicKey),
    rsa.publicKey.export({ format: "der", type: "pkcs1" }),
    Buffer.from(rsa.publicKey.export({ format: "pem", type: "spki" })),
  ];
  check(
    createRsaSigner(rsa.privateKey, DEFAULT_SECURITY),
    keys,
    spki(generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey),
  );
  const pss: SecuritySettings = { ...DEFAULT_SECURITY, rsaSignature: { hash: "sha256", padding: "pss" } };
  check(createRsaSigner(rsa.privateKey, pss), keys, point, createVerifier(pss));
});

test("ECC signatures verify with points and with SubjectPublicKeyInfo", () => {
  const compressed = Buffer.concat([Uint8Array.of(2 + (point[64] & 1)), point.subarray(1, 33)]);
  check(
    createEccSigner(p256.privateKey, DEFAULT_SECURITY),
    [point, point.subarray(1), compressed, spki(p256.publicKey)],
    spki(rsa.publicKey),
  );
});

test("SM2 signatures verify with points, under code 1 and, where it is set so, under code 3", () => {
  const key = Buffer.from(sm.publicKey, "hex");
  const other = Buffer.from(sm2.generateKeyPairHex().publicKey, "hex");
  const compressed = Buffer.from(sm2.compressPublicKeyHex(sm.publicKey), "hex");
  check(createSm2Signer(sm.privateKey, DEFAULT_SECURITY), [key, key.subarray(1), compressed], other);
  const ecc: SecuritySettings = { ...DEFAULT_SECURITY, ecc: { curve: "sm2p256v1", hash: "sm3" } };
  check(createSm2Signer(sm.privateKey, ecc, "ecc"), [key], other, createVerifier(ecc));
});

test("an SM2 signature of another user id does not verify", () => {
  const data = Buffer.from("data");
  const { r, s } = createSm2Signer(sm.privateKey, { ...DEFAULT_SECURITY, sm2UserId: "another" }).sign(data);
  assert.equal(verifier.verify({ algorithm: "sm2", data, r, s, publicKey: Buffer.from(sm.publicKey, "hex") }), false);
});

test("numbers with leading zeros left out or put in are the same numbers", () => {
  const signer = createEccSigner(p256.privateKey, DEFAULT_SECURITY);
  const data = Buffer.from("data");
  for (;;) {
    const { r, s } = signer.sign(data);
    if (r[0] !== 0) continue;
    const long = Buffer.concat([Uint8Array.of(0), s]);
    assert.ok(verifier.verify({ algorithm: "ecc", data, r: r.subarray(1), s: long, publicKey: point }));
    break;
  }
});

test("bytes that are no key and no signature are refused, never thrown at the caller", () => {
  fc.assert(
    fc.property(
      fc.constantFrom<SignatureAlgorithm>("rsa", "ecc", "sm2"),
      fc.uint8Array({ maxLength: 100 }),
      fc.uint8Array({ maxLength: 70 }),
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.constant(new Uint8Array(point)),
        fc.constant(new Uint8Array(spki(rsa.publicKey))),
      ),
      (algorithm, data, r, publicKey) => {
        assert.equal(verifier.verify({ algorithm, data, r, s: r, publicKey }), false);
      },
    ),
  );
});

/** OpenSSL as the second opinion on SM2: another implementation of curve, hash and id. */
function openssl(...args: string[]): Buffer | undefined {
  try {
    return execFileSync("openssl", args, { stdio: "pipe" });
  } catch {
    return undefined;
  }
}

test("what OpenSSL signs with SM2 verifies here, and the other way round", (context) => {
  const folder = temporaryFolder("sm2");
  context.after(() => folder.remove());
  const file = (name: string) => join(folder.path, name);
  if (openssl("genpkey", "-algorithm", "SM2", "-out", file("key.pem")) === undefined) {
    context.skip("this openssl has no SM2");
    return;
  }
  openssl("pkey", "-in", file("key.pem"), "-pubout", "-outform", "DER", "-out", file("key.der"));
  openssl("pkey", "-in", file("key.pem"), "-pubout", "-out", file("public.pem"));
  const publicKey = readFileSync(file("key.der"));
  const data = Buffer.from("the vehicle reports");
  writeFileSync(file("data"), data);
  const id = ["-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678"];
  openssl("pkeyutl", "-sign", "-inkey", file("key.pem"), "-in", file("data"), "-out", file("signature"), ...id);
  const [r, s] = numbersOfDer(readFileSync(file("signature")));
  assert.ok(verifier.verify({ algorithm: "sm2", data, r, s, publicKey }));

  const key = createPrivateKey(readFileSync(file("key.pem")));
  const pkcs8 = key.export({ format: "der", type: "pkcs8" });
  const at = pkcs8.indexOf(Buffer.from("0201010420", "hex")) + 5;
  const own = createSm2Signer(pkcs8.subarray(at, at + 32).toString("hex"), DEFAULT_SECURITY).sign(data);
  writeFileSync(file("own"), derOfNumbers(own.r, own.s));
  const verdict = openssl(
    "pkeyutl",
    "-verify",
    "-pubin",
    "-inkey",
    file("public.pem"),
    "-in",
    file("data"),
    "-sigfile",
    file("own"),
    ...id,
  );
  assert.match(String(verdict), /Verified Successfully/);
});

function numbersOfDer(der: Buffer): [Uint8Array, Uint8Array] {
  const first = der.subarray(4, 4 + der[3]);
  return [first, der.subarray(4 + der[3] + 2)];
}

function derOfNumbers(...numbers: Uint8Array[]): Buffer {
  const encoded = numbers.map((number) => {
    const padded = (number[0] & 0x80) === 0 ? Buffer.from(number) : Buffer.concat([Uint8Array.of(0), number]);
    return Buffer.concat([Uint8Array.of(2, padded.length), padded]);
  });
  const body = Buffer.concat(encoded);
  return Buffer.concat([Uint8Array.of(0x30, body.length), body]);
}

function roundTrip(cipher: Cipher, runs = 30): void {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 700 }), (plain) => {
      assert.deepEqual(new Uint8Array(cipher.decrypt(new Uint8Array(cipher.encrypt(plain)))), plain);
    }),
    { numRuns: runs },
  );
}

test("AES-128 and SM4 give back what they encrypted in every mode and padding", () => {
  const key = Buffer.alloc(16, 7);
  for (const name of ["aes", "sm4"] as const) {
    for (const mode of BLOCK_MODES) {
      const iv = Buffer.alloc(mode === "gcm" ? 12 : 16, 9);
      roundTrip(createBlockCipher(name, key, { mode, padding: "pkcs7", iv: "prefix" }));
      roundTrip(createBlockCipher(name, key, { mode, padding: "pkcs7", iv }));
    }
    const cipher = createBlockCipher(name, key, { mode: "cbc", padding: "zero", iv: "prefix" });
    assert.deepEqual([...cipher.decrypt(cipher.encrypt(Buffer.from([1, 2, 3])))], [1, 2, 3]);
    assert.throws(() => createBlockCipher(name, key.subarray(1), DEFAULT_SECURITY.aes), RangeError);
  }
});

test("the ciphers agree with the published example of their standard", () => {
  // FIPS 197 appendix C.1 and GB/T 32907 appendix A.1, one block.
  const ecb = { mode: "ecb", padding: "none", iv: "prefix" } as const;
  const aes = createBlockCipher("aes", Buffer.from("000102030405060708090a0b0c0d0e0f", "hex"), ecb);
  const block = Buffer.from("00112233445566778899aabbccddeeff", "hex");
  assert.equal(Buffer.from(aes.encrypt(block)).toString("hex"), "69c4e0d86a7b0430d8cdb78070b4c55a");
  const sm4Key = Buffer.from("0123456789abcdeffedcba9876543210", "hex");
  const sm4 = createBlockCipher("sm4", sm4Key, ecb);
  assert.equal(Buffer.from(sm4.encrypt(sm4Key)).toString("hex"), "681edf34d206965e86b3e94f536e4246");
});

test("RSA and SM2 give back what they encrypted, longer than one block too, and refuse damage", () => {
  roundTrip(createRsaCipher(rsa, DEFAULT_SECURITY.rsaCipher), 10);
  roundTrip(createRsaCipher(rsa, { padding: "oaep", hash: "sha256" }), 10);
  for (const order of ["C1C3C2", "C1C2C3"] as const) {
    for (const point of ["prefixed", "bare"] as const) {
      const cipher = createSm2Cipher(sm, { order, point });
      roundTrip(cipher, 5);
      const damaged = Buffer.from(cipher.encrypt(Buffer.from("data unit")));
      damaged[damaged.length - 1] ^= 1;
      assert.throws(() => cipher.decrypt(damaged));
    }
  }
  assert.throws(() =>
    createRsaCipher({ publicKey: rsa.publicKey }, DEFAULT_SECURITY.rsaCipher).decrypt(Buffer.alloc(256)),
  );
});

test("a damaged GCM tag is refused", () => {
  const cipher = createBlockCipher("sm4", Buffer.alloc(16, 1), { mode: "gcm", padding: "none", iv: "prefix" });
  const bytes = Buffer.from(cipher.encrypt(Buffer.from("data unit")));
  bytes[bytes.length - 1] ^= 1;
  assert.throws(() => cipher.decrypt(bytes));
});
