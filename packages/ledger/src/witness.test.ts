import assert from "node:assert/strict";
import { sign } from "node:crypto";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  addCheckpointBody,
  consistencyRanges,
  cosign,
  COSIGNATURE_KEY,
  findAddCheckpoint,
  findCosignature,
  findNote,
  findSignatures,
  findVerifierKey,
  formatVerifierKey,
  judgeCheckpoint,
  leafHash,
  NOTE_KEY,
  proofOf,
  signNote,
  subtreesOf,
  treeRoot,
  utf8,
  verifierKey,
  type TreeHead,
  type WitnessedHead,
} from "./mod.ts";
import { NODE_HASHER, testKey, verifySignature } from "./sample-log.fixture.ts";

const ORIGIN = "sandglass/test";
const LOG = verifierKey(ORIGIN, NOTE_KEY, testKey(1).publicKey);
const WITNESS = verifierKey("witness.test/w1", COSIGNATURE_KEY, testKey(7).publicKey);
const signWith = (seed: number) => (message: Uint8Array) => sign(null, message, testKey(seed).privateKey);

const leaves = (prefix: string, size: number): Uint8Array[] =>
  Array.from({ length: size }, (_, i) => leafHash(utf8(`${prefix}${i}`), NODE_HASHER));
const honest = leaves("leaf ", 40);
const headOf = (hashes: readonly Uint8Array[], size: number): TreeHead => ({
  origin: ORIGIN,
  size,
  root: treeRoot(hashes.slice(0, size), NODE_HASHER),
});

function proofBetween(hashes: readonly Uint8Array[], from: number, to: number): Uint8Array[] {
  if (from === 0 || from === to) return [];
  return proofOf(
    consistencyRanges(from, to),
    ({ level, index }) => {
      const [begin, end] = [index << level, (index + 1) << level];
      assert.deepEqual(subtreesOf(begin, end), [{ level, index }]);
      return treeRoot(hashes.slice(begin, end), NODE_HASHER);
    },
    NODE_HASHER,
  );
}

async function ask(
  hashes: readonly Uint8Array[],
  from: number,
  to: number,
  seen: WitnessedHead | undefined,
  change: { proof?: Uint8Array[]; signer?: number; log?: typeof LOG } = {},
) {
  const log = change.log ?? LOG;
  const note = await signNote({ ...headOf(hashes, to), origin: log.name }, log, signWith(change.signer ?? 1));
  const request = findAddCheckpoint(addCheckpointBody(from, change.proof ?? proofBetween(hashes, from, to), note));
  assert.ok(request);
  return judgeCheckpoint(request, [LOG], seen, verifySignature, NODE_HASHER);
}

test("a witness cosigns every extension of what it saw, from any size to any larger one", async () => {
  for (let from = 0; from <= 20; from++) {
    const seen = from === 0 ? undefined : headOf(honest, from);
    for (let to = from; to <= 20; to++)
      assert.equal((await ask(honest, from, to, seen)).kind, "cosign", `${from} to ${to}`);
  }
});

test("a witness refuses another history at any size, and says why with the status of the protocol", async () => {
  const forked = [...honest.slice(0, 10), ...leaves("forged ", 30)];
  for (let from = 11; from <= 20; from++)
    for (let to = from; to <= 24; to++) {
      const verdict = await ask(forked, from, to, headOf(honest, from));
      assert.deepEqual(
        [verdict.kind, verdict.kind === "refuse" && verdict.status],
        ["refuse", from === to ? 409 : 422],
      );
    }
  const status = async (...args: Parameters<typeof ask>) => {
    const verdict = await ask(...args);
    return verdict.kind === "refuse" ? [verdict.status, verdict.size] : verdict.kind;
  };
  const seen = headOf(honest, 12);
  assert.deepEqual(await status(honest, 8, 20, seen), [409, 12], "it names what it saw");
  assert.deepEqual(await status(honest, 0, 20, seen), [409, 12]);
  assert.deepEqual(await status(honest, 12, 20, undefined), [409, 0]);
  assert.deepEqual(await status(honest, 12, 11, seen, { proof: [] }), [400, undefined]);
  assert.deepEqual(await status(honest, 12, 20, seen, { proof: [] }), [422, undefined]);
  assert.deepEqual(await status(honest, 0, 5, undefined, { proof: [honest[0]] }), [422, undefined]);
  assert.deepEqual(await status(honest, 12, 20, seen, { signer: 2 }), [403, undefined]);
  const stranger = verifierKey("sandglass/other", NOTE_KEY, testKey(1).publicKey);
  assert.deepEqual(await status(honest, 12, 20, seen, { log: stranger }), [404, undefined]);
});

test("a cosignature holds for the text, time and key that it was made with, and for nothing else", async () => {
  const note = findNote(await signNote(headOf(honest, 7), LOG, signWith(1)));
  assert.ok(note);
  const lines = await cosign(note.text, 1_767_225_600, WITNESS, signWith(7));
  const signatures = findSignatures(lines) ?? [];
  const found = await findCosignature(signatures, note.text, WITNESS, verifySignature);
  assert.equal(found?.time, 1_767_225_600);
  assert.equal(
    await findCosignature(signatures, note.text.replace("\n7\n", "\n8\n"), WITNESS, verifySignature),
    undefined,
  );
  const renamed = verifierKey("witness.test/w2", COSIGNATURE_KEY, testKey(7).publicKey);
  assert.equal(await findCosignature(signatures, note.text, renamed, verifySignature), undefined);
  for (let i = 4; i < 12; i++) {
    const later = signatures.map((each) => ({
      ...each,
      signature: each.signature.with(i - 4, each.signature[i - 4] ^ 1),
    }));
    assert.equal(await findCosignature(later, note.text, WITNESS, verifySignature), undefined, "the time is signed");
  }
});

test("a verifier key has one spelling; a flipped character is refused or names somebody else", () => {
  const text = formatVerifierKey(WITNESS);
  assert.equal(formatVerifierKey(findVerifierKey(text) ?? LOG), text);
  // The key of Go's checksum database, as its clients have it.
  const published = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
  assert.equal(findVerifierKey(published)?.type, NOTE_KEY);
  assert.equal(formatVerifierKey(findVerifierKey(published) ?? LOG), published);
  for (let at = 0; at < text.length; at++) {
    const flipped = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
    assert.equal(findVerifierKey(flipped), undefined, flipped);
  }
  for (const bad of ["", "a", "a+b", "a+00000000+", "+530b903a+AQ==", "a b+00000000+AAAA"])
    assert.equal(findVerifierKey(bad), undefined, bad);
});

test("whatever arrives is a request or is none; reading it never fails", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      for (const text of [a, `old 0\n\n${a}`, `old ${a}\n\n${b}\n`, `old 0\n\nx\n1\n${a}\n\n${b}\n`]) {
        const request = findAddCheckpoint(text);
        assert.ok(request === undefined || request.note.signatures.length > 0);
      }
    }),
    { numRuns: 2_000 },
  );
  assert.equal(findNote(`x\n01\n${"A".repeat(43)}=\n\n— x AAAAAAA=\n`), undefined, "leading zero");
  assert.equal(findNote(`x\n99999999999999999999\n${"A".repeat(43)}=\n\n— x AAAAAAA=\n`), undefined);
});
