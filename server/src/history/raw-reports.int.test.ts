import assert from "node:assert/strict";
import { test } from "node:test";
import { refuteInclusion } from "@sandglass/ledger";
import { ALL, fixture, SALT } from "./segments.fixture.ts";
import { frameLeaf, HASHER } from "./segment-tree.ts";

const NOON = Date.UTC(2026, 6, 1, 4);
const raw = (text: string) => Buffer.from(text);

test(
  "without raw reports the values, repeats, hashes and everything that is no report stay",
  { timeout: 60_000 },
  async () => {
    const files = fixture();
    const history = await files.open({ rawReports: false });
    try {
      const segment = files.segment([
        { vehicle: 5n, time: NOON, raw: "report 1", values: { speed: 1 } },
        { vehicle: 5n, time: NOON, raw: "report 2", values: { speed: 2 } },
        { vehicle: 5n, time: NOON, raw: "report 1", values: { speed: 1 } },
        { vehicle: 5n, time: NOON + 1000, command: 3, raw: "re-issued", values: { speed: 3 } },
        { vehicle: 5n, time: NOON + 2000, command: 1, raw: "login" },
        { vehicle: 5n, time: NOON + 3000, disposition: 1, raw: "malformed" },
      ]);
      await history.insertSegment(segment, SALT);
      const frame = (row: number) => history.frame(ALL, { vehicle: 5n, seq: segment.firstSeq + row });
      for (const row of [0, 1, 2, 3]) {
        const found = await frame(row);
        assert.deepEqual([found?.missing, found?.bytes, found?.length], ["not-kept", undefined, 0], `row ${row}`);
      }
      assert.deepEqual(Buffer.from((await frame(4))?.bytes ?? []), raw("login"));
      assert.deepEqual(Buffer.from((await frame(5))?.bytes ?? []), raw("malformed"));
      const { items } = await history.samples(ALL, { vehicle: 5n, signals: ["speed"], from: NOON, to: NOON + 9000 });
      assert.deepEqual(
        items.map(({ values }) => values["speed"]),
        [1, 2, 3],
        "a repeated frame counts once, another of the same instant is another",
      );
      assert.equal((await history.counts(ALL, { vehicle: 5n })).duplicates, 1);

      await history.copyEvidence("fnd_1", 5n, NOON, NOON + 1001);
      const kept = await history.frameProof(ALL, { vehicle: 5n, seq: segment.firstSeq });
      assert.ok(kept !== undefined);
      assert.equal(kept.bytes.length, 0);
      const claim = (bytes: Uint8Array) => ({
        index: BigInt(kept.leafIndex),
        size: BigInt(kept.segmentRows),
        leafHash: frameLeaf(kept.salt, bytes),
        proof: kept.proof,
        root: kept.root,
      });
      assert.equal(refuteInclusion(claim(raw("report 1")), HASHER), undefined, "who has the frame can prove it");
      assert.notEqual(refuteInclusion(claim(raw("report 2")), HASHER), undefined);
    } finally {
      await history.close();
      files.remove();
    }
  },
);
