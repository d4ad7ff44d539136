import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { join } from "node:path";
import { BIT_SIGNALS } from "@sandglass/signals";
import { createHasher, refuteInclusion, treeRoot } from "@sandglass/ledger";
import { ALL, DAY, fixture, SALT, scopeOf, type Fixture, type Row } from "./segments.fixture.ts";
import { physicalOf, readExportedRows } from "./exported-rows.ts";
import type { SegmentFile } from "./segment-sql.ts";
import type { StoredSegment } from "./segment-store.ts";
import type { History } from "./types.ts";

const A = 0xf000_0000_0000_0001n;
const B = 42n;
const HASHER = createHasher((message) => hash("sha256", message, "buffer"));

/** One frame per 10 s and vehicle; every seventh temperature is invalid. */
function drive(vehicle: bigint, count: number, from = DAY): Row[] {
  return Array.from({ length: count }, (_, i) => ({
    vehicle,
    time: from + i * 10_000,
    values: {
      speed: (i % 120) + 0.5,
      soc: 90 - Math.floor(i / 40),
      max_cell_temp: i % 7 === 0 ? ("invalid" as const) : 20 + (i % 15),
      "alarm.flags": i % 5 === 0 ? 0b100 : 0,
      "location.longitude": 114.05,
      "cell.voltage": [3.7, i % 3 === 0 ? ("invalid" as const) : 3.6, 3.65],
    },
  }));
}

describe("a history of two vehicles", () => {
  let files: Fixture;
  let history: History;
  let segment: SegmentFile;
  let stored: StoredSegment;
  const rows: Row[] = [
    ...drive(A, 700),
    ...drive(B, 300),
    // Sent again because the answer was lost; re-issued; quarantined.
    { ...drive(A, 1)[0], received: DAY + 60_000 },
    { vehicle: A, time: DAY + 5, command: 3, values: { speed: 1 } },
    { vehicle: A, time: DAY + 1000, disposition: 1, raw: "##broken" },
    { vehicle: B, time: DAY + 9e7, disposition: 2, raw: "##ahead" },
    { vehicle: A, time: DAY, command: 1, raw: "##login" },
  ];

  before(async () => {
    files = fixture();
    history = await files.open();
    segment = files.segment(rows, 333);
    stored = await history.insertSegment(segment, SALT);
    await history.settle();
  });
  after(async () => {
    await history.close();
    files.remove();
  });

  test("exports rows of several vehicles as columns that say what samples do", async () => {
    const { throughSeq, digest, segments } = await history.contentDigest();
    assert.equal(throughSeq, rows.length);
    assert.equal(segments, 1);
    assert.match(digest, /^[0-9a-f]{64}$/);
    const range = { from: DAY, to: DAY + 86_400_000, throughSeq };
    assert.deepEqual(await history.countRows(ALL, range), [
      { vehicle: B, rows: 300, first: DAY, last: DAY + 2_990_000, lastReceived: DAY + 2_990_500 },
      { vehicle: A, rows: 702, first: DAY, last: DAY + 6_990_000, lastReceived: DAY + 6_990_500 },
    ]);
    const path = join(files.folder, "export.native");
    const signals = ["max_cell_temp", "alarm.motor_controller_temperature", "speed", "soc"];
    const bit = BIT_SIGNALS.find((signal) => signal.bit === 2);
    assert.ok(bit !== undefined);
    signals[1] = bit.id;
    await history.exportRows(ALL, { ...range, vehicles: [A, B], signals, path });
    const blocks = [...readExportedRows(path, signals)];
    const read = blocks.flatMap((block) =>
      block.vehicles.flatMap(({ vehicle, start, end }) =>
        Array.from({ length: end - start }, (_, i) => ({
          vehicle,
          time: block.time[start + i],
          seq: block.seq[start + i],
          reissued: block.reissued[start + i],
          values: block.columns.map((column) => physicalOf(column, start, end)[i]),
          present: block.columns.map(({ present }) => present[start + i]),
        })),
      ),
    );
    assert.equal(read.length, 1001, "the repeated frame stands once");
    const ofA = read.filter(({ vehicle }) => vehicle === A);
    assert.deepEqual(ofA[0], {
      vehicle: A,
      time: DAY,
      seq: 1,
      reissued: 0,
      values: [0, 1, 0.5, 90],
      present: [2, 1, 1, 1],
    });
    assert.deepEqual(ofA[1], {
      vehicle: A,
      time: DAY + 5,
      seq: 1002,
      reissued: 1,
      values: [0, 0, 1, 0],
      present: [0, 0, 1, 0],
    });
    assert.deepEqual(ofA[2].values, [21, 0, 1.5, 90]);
    const hidden = join(files.folder, "hidden.native");
    await history.exportRows(scopeOf([B], { location: false }), {
      ...range,
      vehicles: [A, B],
      signals: ["location.longitude"],
      path: hidden,
    });
    const [first] = readExportedRows(hidden, ["location.longitude"]);
    assert.deepEqual([first.count, first.vehicles[0].vehicle, first.columns[0].present[0]], [300, B, 0]);
  });

  test("stores a segment once, however often it is given", async () => {
    const again = await history.insertSegment(segment, SALT);
    assert.deepEqual(again, stored);
    assert.equal(stored.rows, rows.length);
    assert.equal((await history.fleetTotals(ALL, { onlineSince: 0 })).received, rows.length);
    assert.deepEqual(await history.storedSegments(), [segment.id]);
  });

  test("gives the RFC 6962 root over the salted frame hashes", () => {
    const leaves = rows.map((row, i) => {
      const seq = Buffer.alloc(8);
      seq.writeBigUInt64BE(BigInt(segment.firstSeq + i));
      const salt = HASHER.digest(Buffer.concat([SALT, seq]));
      const raw = Buffer.from((row.raw as string) ?? `${row.vehicle} ${row.time} ${row.command ?? 2}`);
      return HASHER.leaf(HASHER.digest(Buffer.concat([salt, raw])));
    });
    assert.deepEqual(Buffer.from(stored.root), Buffer.from(treeRoot(leaves, HASHER)));
  });

  test("proves single frames against the root", async () => {
    for (const index of [0, 255, 256, 1000, rows.length - 1]) {
      const proof = await history.frameProof(ALL, { vehicle: rows[index].vehicle, seq: segment.firstSeq + index });
      assert.ok(proof !== undefined);
      const leafHash = HASHER.leaf(HASHER.digest(Buffer.concat([proof.salt, proof.bytes])));
      const claim = {
        index: BigInt(proof.leafIndex),
        size: BigInt(proof.segmentRows),
        leafHash,
        proof: proof.proof,
        root: stored.root,
      };
      assert.equal(refuteInclusion(claim, HASHER), undefined);
      assert.notEqual(refuteInclusion({ ...claim, leafHash: HASHER.leaf(Buffer.from("another")) }, HASHER), undefined);
    }
  });

  test("counts receptions by what they are", async () => {
    assert.deepEqual(await history.counts(ALL, { vehicle: A }), {
      received: 704,
      realtime: 701,
      reissued: 1,
      quarantined: { malformed: 1, clock_ahead: 0, foreign_vin: 0, opaque: 0, bad_signature: 0, unknown_vin: 0 },
      duplicates: 1,
      firstEvent: DAY,
      lastEvent: DAY + 6_990_000,
      lastReceived: DAY + 6_990_500,
      lastFrame: DAY,
    });
  });

  test("pages through samples, each frame once, values and reasons as sent", async () => {
    const seen: number[] = [];
    let position;
    let pages = 0;
    do {
      const page = await history.samples(ALL, {
        vehicle: A,
        signals: ["speed", "max_cell_temp", "cell.voltage", "alarm.storage_over_voltage"],
        from: DAY,
        to: DAY + 1e7,
        limit: 100,
        ...(position && { after: position }),
      });
      for (const { time, values, reasons } of page.items) {
        seen.push(time);
        if (time % 10_000 !== 0) continue;
        const i = (time - DAY) / 10_000;
        assert.equal(values["speed"], (i % 120) + 0.5);
        assert.equal(values["max_cell_temp"], i % 7 === 0 ? null : 20 + (i % 15));
        assert.deepEqual(reasons, i % 7 === 0 ? { max_cell_temp: "invalid" } : undefined);
        assert.deepEqual(values["cell.voltage"], [3.7, i % 3 === 0 ? null : 3.6, 3.65]);
        assert.equal(values["alarm.storage_over_voltage"], i % 5 === 0 ? 1 : 0);
      }
      position = page.next;
      pages++;
    } while (position !== undefined);
    assert.equal(pages, 8);
    assert.equal(seen.length, 701, "700 realtime and one re-issued; the repeated one once");
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
    );
  });

  test("pages newest first to the same samples", async () => {
    const seen: number[] = [];
    let position;
    do {
      const page = await history.samples(ALL, {
        vehicle: A,
        signals: [],
        from: DAY,
        to: DAY + 1e7,
        limit: 90,
        newestFirst: true,
        ...(position && { after: position }),
      });
      seen.push(...page.items.map(({ seq }) => seq));
      position = page.next;
    } while (position !== undefined);
    assert.equal(new Set(seen).size, 701);
    assert.equal(seen.length, 701);
    assert.ok(!seen.includes(segment.firstSeq + 1000), "the second reception is the hidden one");
  });

  test("hides a repeated frame on the page behind its first reception", async () => {
    const first = await history.samples(ALL, { vehicle: A, signals: [], from: DAY, to: DAY + 1e7, limit: 1 });
    assert.deepEqual(first.next, { time: DAY, seq: segment.firstSeq });
    const second = await history.samples(ALL, {
      vehicle: A,
      signals: [],
      from: DAY,
      to: DAY + 1e7,
      limit: 1,
      ...(first.next && { after: first.next }),
    });
    assert.equal(second.items[0].time, DAY + 5);
  });

  test("lists every reception with its raw bytes", async () => {
    const page = await history.frames(ALL, { vehicle: A, from: DAY, to: DAY + 5000 });
    assert.deepEqual(
      page.items.map(({ seq, command, disposition }) => [seq - segment.firstSeq, command, disposition]),
      [
        [0, 2, 0],
        [1000, 2, 0],
        [1004, 1, 0],
        [1001, 3, 0],
        [1002, 2, 1],
      ],
    );
    const broken = await history.frame(ALL, { vehicle: A, seq: segment.firstSeq + 1002 });
    assert.equal(Buffer.from(broken?.bytes ?? []).toString(), "##broken");
    assert.equal(await history.frame(ALL, { vehicle: B, seq: segment.firstSeq + 1002 }), undefined);
  });

  test("lists what was quarantined, newest first", async () => {
    const page = await history.quarantine(ALL, { from: 0, to: DAY + 1e9 });
    assert.deepEqual(
      page.items.map(({ vehicle, disposition, length }) => [vehicle, disposition, length]),
      [
        [B, 2, 7],
        [A, 1, 8],
      ],
    );
    const first = await history.quarantine(ALL, { from: 0, to: DAY + 1e9, limit: 1 });
    const rest = await history.quarantine(ALL, {
      from: 0,
      to: DAY + 1e9,
      limit: 1,
      ...(first.next && { after: first.next }),
    });
    assert.deepEqual([rest.items[0].vehicle, rest.next], [A, undefined]);
  });

  test("downsamples to extremes that no invalid cell enters", async () => {
    const series = await history.series(ALL, {
      vehicle: A,
      signals: ["max_cell_temp", "cell.voltage"],
      from: DAY,
      to: DAY + 7_000_000,
      points: 10,
    });
    assert.equal(series.buckets.length, 10);
    const first = series.buckets[0].values;
    assert.deepEqual([first["max_cell_temp"].min, first["max_cell_temp"].max], [20, 34]);
    assert.deepEqual([first["cell.voltage"].min, first["cell.voltage"].max], [3.6, 3.7]);
    assert.equal(first["max_cell_temp"].first, 21, "the first sample is invalid, the second counts");
  });

  test("knows the last valid state of each vehicle and the fleet's sums", async () => {
    const { items } = await history.fleetNow(ALL);
    assert.deepEqual(
      items.map(({ vehicle, received, lastEvent }) => [vehicle, received, lastEvent]),
      [
        [B, 301, DAY + 2_990_000],
        [A, 704, DAY + 6_990_000],
      ],
    );
    assert.equal(items[1].values["max_cell_temp"], 20 + (699 % 15), "frame 699 is valid");
    assert.deepEqual(await history.fleetTotals(ALL, { onlineSince: DAY + 5_000_000 }), {
      vehicles: 2,
      online: 2,
      received: 1005,
      observations: 1002,
      quarantined: 2,
      bytes: rows.reduce(
        (sum, row) => sum + ((row.raw as string) ?? `${row.vehicle} ${row.time} ${row.command ?? 2}`).length,
        0,
      ),
      lastReceived: DAY + 9e7 + 500,
    });
    const minutes = await history.framesPerMinute(ALL, { from: DAY, to: DAY + 60_000 });
    assert.deepEqual(minutes, [{ minute: DAY, received: 15, observations: 13 }]);
  });

  test("shows only what the scope allows", async () => {
    const onlyB = scopeOf([B]);
    const range = { from: 0, to: DAY + 1e9 };
    assert.equal((await history.samples(onlyB, { vehicle: A, signals: ["speed"], ...range })).items.length, 0);
    assert.equal((await history.frames(onlyB, { vehicle: A, ...range })).items.length, 0);
    assert.equal(await history.frame(onlyB, { vehicle: A, seq: segment.firstSeq }), undefined);
    assert.equal(await history.frameProof(onlyB, { vehicle: A, seq: segment.firstSeq }), undefined);
    assert.equal((await history.counts(onlyB, { vehicle: A })).received, 0);
    assert.equal(
      (await history.series(onlyB, { vehicle: A, signals: ["speed"], points: 10, from: DAY, to: DAY + 1e7 })).buckets
        .length,
      0,
    );
    assert.deepEqual(
      (await history.fleetNow(onlyB)).items.map(({ vehicle }) => vehicle),
      [B],
    );
    assert.deepEqual((await history.fleetNow(onlyB, { vehicles: [A] })).items, []);
    assert.equal((await history.fleetTotals(onlyB, { onlineSince: 0 })).received, 301);
    assert.deepEqual(
      (await history.quarantine(onlyB, range)).items.map(({ vehicle }) => vehicle),
      [B],
    );
    assert.equal(
      (await history.rollups(onlyB, { period: "hour", signals: [], ...range })).items.every(
        ({ vehicle }) => vehicle === B,
      ),
      true,
    );
    assert.equal((await history.framesPerMinute(onlyB, { from: DAY, to: DAY + 60_000 }))[0].received, 6);
    assert.equal((await history.framesPerMinute(onlyB, { vehicle: A, from: DAY, to: DAY + 60_000 })).length, 0);
    assert.equal((await history.fleetTotals(scopeOf([]), { onlineSince: 0 })).received, 0);
  });

  test("withholds positions and raw frames from a scope without location", async () => {
    const blind = scopeOf("all", { location: false });
    const query = { vehicle: A, signals: ["location.longitude", "speed"], from: DAY, to: DAY + 1 };
    assert.deepEqual((await history.samples(blind, query)).items[0].values, { "location.longitude": null, speed: 0.5 });
    assert.deepEqual((await history.samples(blind, query)).items[0].reasons, { "location.longitude": "withheld" });
    assert.equal((await history.samples(ALL, query)).items[0].values["location.longitude"], 114.05);
    assert.equal(
      (await history.series(blind, { ...query, points: 2 })).buckets[0].values["location.longitude"].max,
      null,
    );
    assert.equal((await history.frame(blind, { vehicle: A, seq: segment.firstSeq }))?.missing, "withheld");
    assert.equal(await history.frameProof(blind, { vehicle: A, seq: segment.firstSeq }), undefined);
    assert.equal("location.longitude" in (await history.fleetNow(blind)).items[0].values, false);
  });

  test("masks the VIN of raw frames for a scope without full VINs", async () => {
    const masked = scopeOf("all", { fullVin: false });
    const vinSegment = files.segment([
      { vehicle: 7n, time: DAY, raw: Buffer.from("##\x02\xfeLTESTVIN123456789rest", "latin1") },
    ]);
    await history.insertSegment(vinSegment, SALT);
    const query = { vehicle: 7n, seq: vinSegment.firstSeq };
    const frame = await history.frame(masked, query);
    assert.equal(
      Buffer.from(frame?.bytes ?? [])
        .subarray(4)
        .toString("latin1"),
      "LTE**********6789rest",
    );
    assert.equal(frame?.isVinMasked, true);
    assert.equal(
      Buffer.from((await history.frame(ALL, query))?.bytes ?? [])
        .subarray(4)
        .toString("latin1"),
      "LTESTVIN123456789rest",
    );
    assert.equal(await history.frameProof(masked, query), undefined);
    await history.copyEvidence("fnd_vin", 7n, DAY, DAY + 1);
    assert.equal((await history.evidence(ALL, { findingId: "fnd_vin" })).items.length, 1);
    assert.equal((await history.evidence(masked, { findingId: "fnd_vin" })).items.length, 0);
  });

  test("copies evidence once, with proofs that hold", async () => {
    assert.equal(await history.copyEvidence("fnd_1", A, DAY, DAY + 100_000), 12);
    assert.equal(await history.copyEvidence("fnd_1", A, DAY, DAY + 100_000), 12);
    const { items, next } = await history.evidence(ALL, { findingId: "fnd_1", limit: 5 });
    assert.equal(items.length, 5);
    assert.ok(next !== undefined);
    for (const { salt, bytes, leafIndex, segmentRows, proof, root } of items) {
      const leafHash = HASHER.leaf(HASHER.digest(Buffer.concat([salt, bytes])));
      assert.equal(
        refuteInclusion({ index: BigInt(leafIndex), size: BigInt(segmentRows), leafHash, proof, root }, HASHER),
        undefined,
      );
    }
    assert.equal((await history.evidence(scopeOf([B]), { findingId: "fnd_1" })).items.length, 0);
    assert.equal((await history.evidence(ALL, { findingId: "fnd_2" })).items.length, 0);
  });

  test("adds frames to evidence that are stored after it was asked for, also after a restart", async () => {
    const from = DAY + 50_000_000;
    const late = (seconds: number) => files.segment([{ vehicle: 99n, time: from + seconds * 1000 }]);
    await history.insertSegment(late(1), SALT);
    assert.equal(await history.copyEvidence("fnd_late", 99n, from, from + 60_000), 1);
    await history.insertSegment(late(2), SALT);
    await history.completeEvidence();
    assert.equal((await history.evidence(ALL, { findingId: "fnd_late" })).items.length, 2);
    await history.close();
    history = await files.open();
    await history.insertSegment(late(3), SALT);
    await history.insertSegment(late(61), SALT);
    await history.completeEvidence();
    assert.deepEqual(
      (await history.evidence(ALL, { findingId: "fnd_late" })).items.map(({ time }) => time - from),
      [1000, 2000, 3000],
    );
  });

  test("takes open ranges", async () => {
    const open = { vehicle: B, from: 0, to: Number.MAX_SAFE_INTEGER };
    assert.equal((await history.samples(ALL, { ...open, signals: [] })).items.length, 300);
    assert.equal((await history.frames(ALL, open)).items.length, 301);
    assert.equal(
      (await history.samples(ALL, { ...open, from: -Number.MAX_SAFE_INTEGER, to: 0, signals: [] })).items.length,
      0,
    );
  });

  test("refuses a signal that does not exist", async () => {
    await assert.rejects(history.samples(ALL, { vehicle: A, signals: ["speed; DROP TABLE frames"], from: 0, to: 1 }), {
      code: "SG_HISTORY_SIGNAL",
    });
    await assert.rejects(history.rollups(ALL, { period: "day", signals: ["gear"], from: 0, to: 1 }), {
      code: "SG_HISTORY_SIGNAL",
    });
  });

  test("tells of many vehicles what they sent, when last, and when they last moved, as far as the scope goes", async () => {
    const C = 7n;
    const from = DAY + 60_000_000;
    const sent = (seconds: number, values: Row["values"] = {}, disposition = 0): Row => ({
      vehicle: C,
      time: from + seconds * 1000,
      values,
      disposition,
    });
    const rolling = [sent(0, { speed: 60 }), sent(10, { speed: 0.1 }), sent(20, { speed: 0 }), sent(30)];
    await history.insertSegment(files.segment([...rolling, sent(40, { speed: 50 }, 1)]), SALT);
    const query = { vehicles: [A, C, 8n], from, to: from + 60_000 };
    const stood = { vehicle: C, frames: 4, lastEvent: from + 30_000, lastMoving: from + 10_000 };
    assert.deepEqual(await history.activity(ALL, query), [stood]);
    assert.deepEqual(await history.activity(ALL, { ...query, from: from + 15_000 }), [
      { vehicle: C, frames: 2, lastEvent: from + 30_000 },
    ]);
    assert.deepEqual(await history.activity(scopeOf([C]), query), [stood]);
    assert.deepEqual(await history.activity(scopeOf([A]), query), []);
  });
});
