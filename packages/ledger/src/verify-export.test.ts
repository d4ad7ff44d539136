import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  COSIGNATURE_KEY,
  formatVerifierKey,
  toBase64,
  utf8,
  verifierKey,
  verifyExport,
  type ExportReport,
  type VerifierKey,
} from "./mod.ts";
import { exportLog, NODE_HASHER, TEST_WITNESS, testKey, verifySignature } from "./sample-log.fixture.ts";

const check = (bytes: Uint8Array, key = testKey(1), chunk = bytes.length || 1): Promise<ExportReport> => {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += chunk) chunks.push(bytes.subarray(at, at + chunk));
  return verifyExport(chunks, { publicKey: key.publicKey, verifySignature, hasher: NODE_HASHER });
};

test("an untouched export is valid, however it is cut into chunks", async () => {
  const bytes = utf8(exportLog({ size: 10 }).join(""));
  for (const chunk of [1, 7, 1000, bytes.length]) {
    const report = await check(bytes, testKey(1), chunk);
    assert.deepEqual(report.problems, []);
    assert.equal(report.leaves, 10);
    assert.equal(report.checkpoints, 4);
  }
});

test("an erased leaf keeps the export valid", async () => {
  const report = await check(utf8(exportLog({ size: 7, erased: 4 }).join("")));
  assert.deepEqual(report.problems, []);
});

test("the first and the rotated key each vouch for the whole log", async () => {
  const bytes = utf8(exportLog({ size: 11, rotateAt: 5 }).join(""));
  for (const key of [testKey(1), testKey(2)]) {
    const report = await check(bytes, key);
    assert.deepEqual(report.problems, []);
    assert.equal(report.keys.length, 2);
  }
});

test("an export says which key signed which checkpoints", async () => {
  const report = await check(utf8(exportLog({ size: 11, rotateAt: 5 }).join("")));
  const [first, second] = [testKey(1), testKey(2)];
  assert.deepEqual(
    report.keyHistory.map(({ keyId, leaf, from, to, checkpoints }) => [keyId, leaf, from, to, checkpoints]),
    [
      [first.keyId, 0, 3, 6, 2],
      [second.keyId, 5, 9, 11, 2],
    ],
  );
  assert.equal(report.keyHistory[1].publicKey, toBase64(second.publicKey));
});

test("a retired key cannot sign later checkpoints, though its signature fits", async () => {
  for (const seq of [8, 10]) {
    const report = await check(utf8(exportLog({ size: 11, rotateAt: 5, retiredSigns: seq }).join("")));
    assert.equal(report.valid, false);
    assert.deepEqual(
      report.problems.map(({ what, detail }) => [what, detail]),
      [["keyId", `signed with a key that is retired; ${testKey(2).keyId} signs here`]],
    );
  }
});

test("a key leaf that does not take over from the key in force is refused", async () => {
  const report = await check(utf8(exportLog({ size: 8, rotateAt: 4, previous: "0011223344556677" }).join("")));
  assert.equal(report.valid, false);
  assert.deepEqual([report.problems[0].line, report.problems[0].what], [7, "content"]);
});

test("a key that never signed is reported as the fault, not the file", async () => {
  const report = await check(utf8(exportLog({ size: 4 }).join("")), testKey(9));
  assert.equal(report.valid, false);
  assert.deepEqual(
    report.problems.map((problem) => [problem.line, problem.what]),
    [[undefined, "key"]],
  );
});

/** Line of a byte; the newline belongs to the line that it ends. */
function lineOf(bytes: Uint8Array, at: number): number {
  let line = 1;
  for (let i = 0; i < at; i++) if (bytes[i] === 0x0a) line++;
  return line;
}

test("cosignatures are checked and reported; those of a named witness must be there", async () => {
  const bytes = utf8(exportLog({ size: 9, cosigned: [2, 8] }).join(""));
  const verifyWith = (witnesses: readonly VerifierKey[]) =>
    verifyExport([bytes], { publicKey: testKey(1).publicKey, verifySignature, hasher: NODE_HASHER, witnesses });
  const report = await verifyWith([TEST_WITNESS]);
  assert.deepEqual(report.problems, []);
  const { key, ...witness } = report.witnesses[0];
  assert.equal(key, formatVerifierKey(TEST_WITNESS));
  assert.deepEqual(witness, {
    name: "witness.test/w1",
    trusted: true,
    cosignatures: 2,
    size: 9,
    at: "2026-01-01T00:00:08.000Z",
  });
  assert.equal((await verifyWith([])).witnesses[0].trusted, false);
  const other = verifierKey("witness.test/w1", COSIGNATURE_KEY, testKey(8).publicKey);
  const missing = await verifyWith([TEST_WITNESS, other]);
  assert.deepEqual(
    missing.problems.map(({ line, what }) => [line, what]),
    [[undefined, "witness"]],
  );
});

test("every single byte of an export, altered, is detected and located in its line", async () => {
  const bytes = utf8(exportLog({ size: 5, rotateAt: 3, erased: 2, every: 2, cosigned: [1, 4] }).join(""));
  for (let at = 0; at < bytes.length; at++) {
    const altered = bytes.slice();
    // The low bit turns digits, letters and base64 characters into valid neighbours: the hardest change to see.
    altered[at] ^= 1;
    const report = await check(altered);
    assert.equal(
      report.problems[0]?.line,
      lineOf(bytes, at),
      `byte ${at} (${JSON.stringify(String.fromCharCode(bytes[at]))}): ${JSON.stringify(report.problems)}`,
    );
  }
});

test("any byte altered to any other value is detected and located in its line", async () => {
  const bytes = utf8(exportLog({ size: 12, rotateAt: 6, erased: 9, cosigned: [2, 8] }).join(""));
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
      const altered = bytes.slice();
      altered[at] ^= mask;
      const report = await check(altered);
      assert.equal(report.valid, false);
      assert.equal(report.problems[0].line, lineOf(bytes, at), JSON.stringify(report.problems));
    }),
    { numRuns: 600 },
  );
});

test("a flipped byte in a leaf is reported once and does not taint the rest", async () => {
  const lines = exportLog({ size: 12 });
  const text = lines.join("");
  const at = text.indexOf("故障 7");
  const report = await check(utf8(`${text.slice(0, at)}故事${text.slice(at + 2)}`));
  assert.equal(report.problems.length, 1);
  assert.equal(report.problems[0].what, "content");
  assert.equal(report.checkpoints, 4);
});

test("what was altered is named", async () => {
  const lines = exportLog({ size: 6 });
  const altered = async (line: number, from: RegExp, to: string) => {
    const changed = lines.with(line - 1, lines[line - 1].replace(from, to));
    assert.notEqual(changed[line - 1], lines[line - 1]);
    const report = await check(utf8(changed.join("")));
    assert.equal(report.problems[0].line, line);
    return report.problems[0].what;
  };
  assert.equal(await altered(1, /"origin":"sandglass/, '"origin":"sandglasS'), "origin");
  assert.equal(await altered(1, /"leaves":6/, '"leaves":7'), "leaves");
  assert.equal(await altered(1, /"leaves":6/, '"leaves":5'), "leaves");
  assert.equal(await altered(1, /"checkpoints":2/, '"checkpoints":3'), "checkpoints");
  assert.equal(await altered(1, /"checkpoints":2/, '"checkpoints":1'), "checkpoints");
  assert.equal(await altered(3, /"salt":"./, '"salt":"_'), "salt");
  assert.equal(await altered(3, /"subject":"fnd_1"/, '"subject":"fnd_2"'), "content");
  assert.equal(await altered(3, /"seq":1/, '"seq":2'), "seq");
  assert.equal(await altered(3, /"kind":"finding"/, '"kind":"findinG"'), "hash");
  assert.equal(await altered(3, /,"type"/, ' ,"type"'), "spelling");
  assert.equal(await altered(5, /"size":3/, '"size":4'), "signature");
  assert.equal(await altered(5, /"keyId":"./, '"keyId":"x'), "keyId");
  assert.equal(await altered(5, /"ed25519"/, '"sm2"'), "algorithm");
  assert.equal(await altered(9, /\n/, " "), "newline");
});

test("lost, doubled, swapped and cut-off lines are detected", async () => {
  const lines = exportLog({ size: 9, cosigned: [5, 8] });
  const invalid = async (changed: readonly string[]) => {
    const report = await check(utf8(changed.join("")));
    assert.equal(report.valid, false);
    return report.problems[0];
  };
  for (let i = 0; i < lines.length; i++) {
    await invalid(lines.toSpliced(i, 1));
    await invalid(lines.toSpliced(i, 0, lines[i]));
    if (i > 0) await invalid(lines.with(i, lines[i - 1]).with(i - 1, lines[i]));
    const cut = await invalid(lines.slice(0, i));
    if (i > 0) assert.equal(cut.what, i === lines.length - 1 ? "attestations" : "end");
  }
});

test("a leaf that was rewritten with a fitting commitment and hash is caught by the signed root", async () => {
  const honest = exportLog({ size: 6 });
  const forged = exportLog({ size: 6, erased: undefined });
  // Leaf 4 takes the place of leaf 1, renumbered: consistent in itself, but not what was signed.
  const line = forged.findIndex((text) => text.includes('"seq":4'));
  const report = await check(utf8(honest.with(2, forged[line].replace('"seq":4', '"seq":1')).join("")));
  assert.deepEqual(
    report.problems.map((problem) => [problem.line, problem.what]),
    [[5, "root"]],
  );
  assert.match(report.problems[0].detail, /lines 2 to 4/);
});

test("an export without any signed checkpoint is not valid", async () => {
  const lines = exportLog({ size: 1 });
  const report = await check(
    utf8(lines[0].replace('"leaves":1', '"leaves":0').replace('"checkpoints":1', '"checkpoints":0')),
  );
  assert.equal(report.problems[0].what, "end");
  assert.equal((await check(new Uint8Array(0))).problems[0].what, "end");
});
