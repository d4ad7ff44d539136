/** A small deterministic log for tests: leaves, checkpoints at given sizes, optional key rotation, as export lines. */
// oxlint-disable-next-line no-restricted-imports -- only tests import this file; the package itself stays free of node:
import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import {
  checkpointLine,
  checkpointMessage,
  commit,
  CompactRange,
  COSIGNATURE_KEY,
  cosignatureLine,
  cosignatureMessage,
  createHasher,
  entryHash,
  HASH_ALGORITHM,
  headerLine,
  KEY_LEAF_KIND,
  keyIdOf,
  leafLine,
  noteText,
  SIGNATURE_ALGORITHM,
  toBase64,
  verifierKey,
  type Hasher,
  type JsonValue,
  type Leaf,
  type VerifySignature,
} from "./mod.ts";

export const NODE_HASHER: Hasher = createHasher(
  (message) => new Uint8Array(createHash("sha256").update(message).digest()),
);

/** DER prefixes of an Ed25519 private and public key (RFC 8410). */
const PKCS8_ED25519 = Uint8Array.fromHex("302e020100300506032b657004220420");
const SPKI_ED25519 = Uint8Array.fromHex("302a300506032b6570032100");

/** As plain ArrayBuffer-backed bytes, which node:crypto's types ask for. */
function derOf(prefix: Uint8Array, key: Uint8Array): Buffer {
  const der = new Uint8Array(prefix.length + key.length);
  der.set(prefix);
  der.set(key, prefix.length);
  return der as Buffer;
}

export interface TestKey {
  readonly privateKey: KeyObject;
  readonly publicKey: Uint8Array;
  readonly keyId: string;
}

/** Ed25519 key whose private seed is 32 times `seed`. */
export function testKey(seed: number): TestKey {
  const privateKey = createPrivateKey({
    key: derOf(PKCS8_ED25519, new Uint8Array(32).fill(seed)),
    format: "der",
    type: "pkcs8",
  });
  const publicKey = createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-32);
  return { privateKey, publicKey, keyId: keyIdOf(publicKey) };
}

export const verifySignature: VerifySignature = (publicKey, message, signature) =>
  verify(
    null,
    message,
    createPublicKey({ key: derOf(SPKI_ED25519, publicKey), format: "der", type: "spki" }),
    signature,
  );

export const ORIGIN = "sandglass/test";

export const TEST_WITNESS = verifierKey("witness.test/w1", COSIGNATURE_KEY, testKey(7).publicKey);

function leafOf(seq: number, kind: string, subject: string, content: JsonValue, erased: boolean): Leaf {
  const salt = createHash("sha256").update(`salt ${seq}`).digest().subarray(0, 16);
  const opening = { subject, content, salt };
  const at = new Date(Date.UTC(2026, 0, 1, 0, 0, seq)).toISOString();
  return { seq, id: `leaf_${seq}`, kind, at, commitment: commit(opening), opening: erased ? undefined : opening };
}

/**
 * `rotateAt`: sequence number of the leaf that hands over from the first to the second key; `previous`: the key that this
 * leaf names as the one before; `retiredSigns`: sequence number of a leaf whose checkpoint the first key signs anyhow.
 */
export function exportLog(options: {
  size: number;
  every?: number;
  rotateAt?: number;
  previous?: string;
  retiredSigns?: number;
  erased?: number;
  /** Sequence numbers of leaves whose checkpoints the witness cosigns. */
  cosigned?: readonly number[];
}): string[] {
  const keys = [testKey(1), testKey(2)];
  let key = keys[0];
  const range = new CompactRange();
  const lines: string[] = [];
  let checkpoints = 0;
  let attestations = 0;
  for (let seq = 0; seq < options.size; seq++) {
    const next = seq === options.rotateAt ? keys[1] : keys[0];
    const introduces = seq === 0 || seq === options.rotateAt;
    const content: JsonValue = introduces
      ? {
          algorithm: "ed25519",
          keyId: next.keyId,
          origin: ORIGIN,
          previous: seq === 0 ? null : (options.previous ?? key.keyId),
          publicKey: toBase64(next.publicKey),
        }
      : { level: seq % 5, ratio: seq / 3, text: `故障 ${seq} "é"`, nested: [null, true, { b: 1, a: "x\ny" }] };
    const leaf = leafOf(
      seq,
      introduces ? KEY_LEAF_KIND : "finding",
      introduces ? next.keyId : `fnd_${seq}`,
      content,
      seq === options.erased,
    );
    lines.push(leafLine(leaf));
    range.append(entryHash(leaf));
    if ((seq + 1) % (options.every ?? 3) === 0 || seq + 1 === options.size || seq === options.rotateAt) {
      const at = new Date(Date.UTC(2026, 0, 1, 1, 0, seq)).toISOString();
      // A thief of the first key goes on signing behind the rotation.
      const { privateKey, keyId } = options.retiredSigns === seq ? keys[0] : key;
      const statement = {
        origin: ORIGIN,
        size: range.size,
        root: range.root(),
        at,
        keyId,
        hashAlgorithm: HASH_ALGORITHM,
        signatureAlgorithm: SIGNATURE_ALGORITHM,
      };
      const signature = sign(null, checkpointMessage(statement), privateKey);
      lines.push(checkpointLine({ ...statement, signature }));
      checkpoints++;
      if (options.cosigned?.includes(seq)) {
        const time = 1_767_225_600 + seq;
        const signature = sign(null, cosignatureMessage(time, noteText(statement)), testKey(7).privateKey);
        lines.push(cosignatureLine({ size: range.size, witness: TEST_WITNESS, cosignature: { time, signature } }));
        attestations++;
      }
    }
    if (seq === options.rotateAt) key = keys[1];
  }
  return [headerLine({ origin: ORIGIN, leaves: options.size, checkpoints, attestations }), ...lines];
}
