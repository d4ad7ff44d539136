import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  CompactRange,
  consistencyRanges,
  inclusionRanges,
  leafHash,
  LedgerError,
  nodeHash,
  PLAIN_HASHER,
  proofOf,
  refuteConsistency,
  subtreesOf,
  toHex,
  treeRoot,
  utf8,
  verifyConsistency,
  verifyInclusion,
  type SubtreeId,
} from "./mod.ts";
import { NODE_HASHER } from "./sample-log.fixture.ts";

const MAX = 64;
const hashes = Array.from({ length: MAX }, (_, i) => leafHash(utf8(`leaf ${i}`), NODE_HASHER));

/** RFC 6962 §2.1 word by word, as the reference for everything else. */
function mth(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return NODE_HASHER.empty();
  if (leaves.length === 1) return leaves[0];
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(mth(leaves.slice(0, k)), mth(leaves.slice(k)), NODE_HASHER);
}

const nodes = (size: number) => (id: SubtreeId) => {
  const begin = id.index * 2 ** id.level;
  const end = begin + 2 ** id.level;
  assert.ok(end <= size, "a proof names no subtree beyond the tree");
  return mth(hashes.slice(begin, end));
};

test("the roots of RFC 6962's published test tree are the published ones", () => {
  const data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
  const leaves = data.map((hex) => leafHash(Uint8Array.from(Buffer.from(hex, "hex"))));
  assert.equal(toHex(treeRoot([])), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assert.equal(toHex(treeRoot(leaves.slice(0, 1))), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  assert.equal(toHex(treeRoot(leaves)), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
});

test("the compact range has the RFC 6962 root at every size and reports every subtree it completes", () => {
  const range = new CompactRange(NODE_HASHER);
  for (let size = 0; size <= MAX; size++) {
    assert.deepEqual(range.root(), mth(hashes.slice(0, size)), `size ${size}`);
    const again = new CompactRange(NODE_HASHER, size, subtreesOf(0, size).map(nodes(size)));
    assert.deepEqual(again.root(), range.root());
    if (size < MAX) range.append(hashes[size], (id, hash) => assert.deepEqual(hash, nodes(size + 1)(id)));
  }
});

test("every leaf of every tree up to 64 leaves has an inclusion proof that holds, and only for it", () => {
  for (let size = 1; size <= MAX; size++) {
    const root = mth(hashes.slice(0, size));
    for (let index = 0; index < size; index++) {
      const proof = proofOf(inclusionRanges(index, size), nodes(size), NODE_HASHER);
      const claim = { index: BigInt(index), size: BigInt(size), leafHash: hashes[index], proof, root };
      assert.equal(verifyInclusion(claim, NODE_HASHER), true, `${index} of ${size}`);
      assert.equal(verifyInclusion({ ...claim, index: BigInt((index + 1) % (size + 1)) }, NODE_HASHER), false);
      assert.equal(verifyInclusion({ ...claim, leafHash: leafHash(utf8("other")) }, NODE_HASHER), false);
      assert.equal(verifyInclusion({ ...claim, proof: [...proof, root] }, NODE_HASHER), false);
      assert.equal(verifyInclusion({ ...claim, proof: proof.slice(1) }, NODE_HASHER), proof.length === 0);
    }
  }
});

test("every pair of sizes up to 64 has a consistency proof that holds, and only between these roots", () => {
  const roots = Array.from({ length: MAX + 1 }, (_, size) => mth(hashes.slice(0, size)));
  for (let size2 = 1; size2 <= MAX; size2++) {
    for (let size1 = 1; size1 <= size2; size1++) {
      const proof = proofOf(consistencyRanges(size1, size2), nodes(size2), NODE_HASHER);
      const claim = { size1: BigInt(size1), size2: BigInt(size2), root1: roots[size1], root2: roots[size2], proof };
      assert.equal(refuteConsistency(claim, NODE_HASHER), undefined, `${size1} to ${size2}`);
      assert.equal(verifyConsistency({ ...claim, proof: [...proof, roots[size1]] }, NODE_HASHER), false);
      if (size1 < size2) {
        assert.equal(verifyConsistency({ ...claim, root1: roots[size2] }, NODE_HASHER), false);
        assert.equal(verifyConsistency({ ...claim, root2: roots[size1] }, NODE_HASHER), false);
        assert.equal(verifyConsistency({ ...claim, proof: proof.slice(1) }, NODE_HASHER), false);
      }
    }
  }
});

test("a flipped bit anywhere in a proof refutes it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: MAX }), fc.nat(), fc.nat(), fc.nat(), (size, a, b, c) => {
      const index = a % size;
      const proof = proofOf(inclusionRanges(index, size), nodes(size), NODE_HASHER).map((hash) => hash.slice());
      proof[b % proof.length][c % 32] ^= 1 << (c % 8);
      const claim = {
        index: BigInt(index),
        size: BigInt(size),
        leafHash: hashes[index],
        proof,
        root: mth(hashes.slice(0, size)),
      };
      assert.equal(verifyInclusion(claim, NODE_HASHER), false);
    }),
    { numRuns: 300 },
  );
});

test("verification answers for any claim, however absurd, without throwing", () => {
  const anyHash = fc.uint8Array({ maxLength: 40 });
  const anySize = fc.oneof(fc.bigInt({ min: -2n, max: 10n }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
  fc.assert(
    fc.property(anySize, anySize, anyHash, anyHash, fc.array(anyHash, { maxLength: 5 }), (a, b, x, y, proof) => {
      assert.equal(typeof verifyInclusion({ index: a, size: b, leafHash: x, proof, root: y }), "boolean");
      assert.equal(typeof verifyConsistency({ size1: a, size2: b, root1: x, root2: y, proof }), "boolean");
    }),
    { numRuns: 500 },
  );
});

test("components that are no hashes are refused although their concatenation would hash to the root", () => {
  // 31 + 33 bytes give the same node as 32 + 32: only the length check tells them apart.
  const joined = new Uint8Array(64);
  joined.set(hashes[0]);
  joined.set(hashes[1], 32);
  const claim = {
    index: 0n,
    size: 2n,
    leafHash: joined.slice(0, 31),
    proof: [joined.slice(31)],
    root: nodeHash(hashes[0], hashes[1]),
  };
  assert.equal(verifyInclusion(claim), false);
});

test("a proof outside the tree cannot be asked for", () => {
  const outside = (error: unknown) => error instanceof LedgerError && error.code === "SG_LEDGER_RANGE";
  assert.throws(() => inclusionRanges(3, 3), outside);
  assert.throws(() => inclusionRanges(Number.NaN, 3), outside);
  assert.throws(() => consistencyRanges(0, 3), outside);
  assert.throws(() => consistencyRanges(4, 3), outside);
  assert.throws(() => new CompactRange(PLAIN_HASHER, 3, []), outside);
});
