import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import { ChdbEngine } from "./chdb-engine.ts";
import { trusted } from "./sql.ts";
import { ALL, DAY, fixture, SALT, type Fixture, type Row } from "./segments.fixture.ts";
import type { SegmentFile } from "./segment-sql.ts";
import type { History } from "./types.ts";
import { SILENT } from "./silent.fixture.ts";

function rowsOf(segment: number, count: number): Row[] {
  return Array.from({ length: count }, (_, i) => ({
    vehicle: BigInt((i % 50) + 1),
    time: DAY + segment * 60_000 + i * 10,
    disposition: i % 100 === 99 ? 1 : 0,
    values: {
      speed: (i % 200) / 2,
      soc: i % 7 === 0 ? ("invalid" as const) : 50 + (i % 30),
      "cell.voltage": [3.6, "invalid" as const, 3.7],
    },
  }));
}

/** Runs SQL on the history's folder while no history is open. */
async function ask<Row extends readonly unknown[]>(files: Fixture, text: string): Promise<Row[]> {
  const engine = await ChdbEngine.open({ folder: join(files.folder, "history"), log: SILENT });
  try {
    return await engine.query<Row>(trusted(text));
  } finally {
    await engine.close();
  }
}

/** Every table has each row of the segments once, and the rollups are what one gets from the frames. */
async function verify(files: Fixture, segments: readonly SegmentFile[]): Promise<void> {
  const rows = segments.reduce((sum, segment) => sum + segment.rows, 0);
  const one = async <R extends readonly unknown[]>(text: string) => (await engine.query<R>(trusted(text)))[0];
  const engine = await ChdbEngine.open({ folder: join(files.folder, "history"), log: SILENT });
  try {
    assert.deepEqual(await one("SELECT count(), uniqExact(seq) FROM frames"), [String(rows), String(rows)]);
    assert.deepEqual(await one("SELECT count(), uniqExact(segment) FROM segments FINAL"), [
      String(segments.length),
      String(segments.length),
    ]);
    const chunks = segments.reduce((sum, segment) => sum + Math.ceil(segment.rows / 256), 0);
    assert.deepEqual(await one("SELECT count(), uniqExact(segment, chunk) FROM segment_leaves"), [
      String(chunks),
      String(chunks),
    ]);
    assert.deepEqual(
      await one("SELECT count() FROM quarantine FINAL"),
      await one("SELECT count() FROM frames WHERE disposition != 0"),
    );
    assert.deepEqual(
      await one("SELECT sum(received), sum(quarantined) FROM vehicle_totals"),
      await one("SELECT count(), countIf(disposition != 0) FROM frames"),
    );
    assert.deepEqual(await one("SELECT sum(received) FROM traffic"), [String(rows)]);
    const rolled = (table: string) =>
      engine.query(
        trusted(`SELECT vehicle, bucket, sum(frames), min(soc_min), max(soc_max), sum(soc_sum), sum(soc_count),
        argMinMerge(speed_first), argMaxMerge(speed_last) FROM ${table} WHERE vehicle != 0 GROUP BY vehicle, bucket ORDER BY vehicle, bucket`),
      );
    const recomputed = (bucket: string) =>
      engine.query(
        trusted(`SELECT vehicle, toDateTime(${bucket}, 'UTC') AS b, count(), min(soc), max(soc), sum(soc), count(soc),
        argMin(speed, event_time), argMax(speed, event_time) FROM frames WHERE disposition = 0 AND command IN (2, 3) GROUP BY vehicle, b ORDER BY vehicle, b`),
      );
    assert.deepEqual(await rolled("rollup_hourly"), await recomputed("toStartOfHour(event_time)"));
    assert.deepEqual(await rolled("rollup_daily"), await recomputed("toStartOfDay(event_time)"));
  } finally {
    await engine.close();
  }
}

const KILLS = 8;
/** Fewer than set a segment aside. */
const KILLS_OF_SEGMENT = 5;

test("a child killed at any moment loses and doubles nothing", async () => {
  const files = fixture();
  const history = await files.open();
  try {
    const work = { isDone: false, kills: 0, killsOfSegment: 0 };
    let killed = 0;
    const killing = (async () => {
      // Ever other moments, at any step of a segment; a child is killed once.
      for (let i = 0; !work.isDone; i++) {
        await sleep(150 + ((i * 7919) % 700));
        const pid = history.status().childPid;
        if (pid === undefined || pid === killed || work.isDone) continue;
        // On a busy machine a segment takes longer than a child lives: it would be set aside as the one that kills.
        if (work.killsOfSegment >= KILLS_OF_SEGMENT) continue;
        killed = pid;
        process.kill(pid, "SIGKILL");
        work.kills++;
        work.killsOfSegment++;
      }
    })();
    const segments: SegmentFile[] = [];
    const roots = [];
    while (work.kills < KILLS && segments.length < 100) {
      const segment = files.segment(rowsOf(segments.length, 3000));
      segments.push(segment);
      work.killsOfSegment = 0;
      roots.push(await history.insertSegment(segment, SALT));
    }
    work.isDone = true;
    await killing;
    assert.ok(work.kills >= KILLS, `only ${work.kills} kills`);
    while (!(await settled(history)));
    for (const [i, segment] of segments.entries())
      assert.deepEqual(await history.insertSegment(segment, SALT), roots[i]);
    await history.settle();
    assert.equal(
      (await history.samples(ALL, { vehicle: 1n, signals: ["soc"], from: DAY, to: DAY + 1e9, limit: 10_000 })).items
        .length,
      segments.length * 60,
    );
    await history.close();
    await verify(files, segments);
  } finally {
    await history.close();
    files.remove();
  }
});

async function settled(history: History): Promise<boolean> {
  try {
    await history.settle();
    return true;
  } catch {
    await sleep(100);
    return false;
  }
}

test("a history opens although its child is killed meanwhile", async () => {
  const files = fixture();
  let history: History | undefined;
  try {
    history = await files.open();
    await history.insertSegment(files.segment(rowsOf(0, 300)), SALT);
    await history.close();
    const record = join(files.folder, "history", "child.json");
    const last = () => (JSON.parse(readFileSync(record, "utf8")) as { child: { pid: number } }).child.pid;
    const before = last();
    const opening = files.open();
    // Once while chdb opens, once while the tables are looked at.
    for (let kills = 0, previous = before; kills < 2; await sleep(10)) {
      if (last() === previous) continue;
      previous = last();
      await sleep(kills === 0 ? 20 : 400);
      try {
        process.kill(previous, "SIGKILL");
      } catch {
        // Ended already.
      }
      kills++;
    }
    history = await opening;
    await history.settle();
    assert.equal((await history.fleetTotals(ALL, { onlineSince: 0 })).received, 300);
  } finally {
    await history?.close();
    files.remove();
  }
});

test("what a crash left between any two steps is completed, whatever the engine's memory of tokens says", async () => {
  const files = fixture();
  const first = files.segment(rowsOf(0, 2000));
  const second = files.segment(rowsOf(1, 2000));
  let history = await files.open();
  try {
    const stored = [await history.insertSegment(first, SALT), await history.insertSegment(second, SALT)];
    await history.close();
    // The deduplication log remembers the inserts, the parts are gone: what a crash between both leaves behind.
    for (const lost of [
      "frames",
      "segment_leaves",
      "segments",
      "rollup_hourly",
      "rollup_daily",
      "vehicle_totals",
      "traffic",
      "quarantine",
    ]) {
      await loseTable(files, lost, lost === "frames" ? ["segments"] : []);
      history = await files.open();
      assert.deepEqual(
        [await history.insertSegment(first, SALT), await history.insertSegment(second, SALT)],
        stored,
        lost,
      );
      await history.settle();
      await history.close();
      if (lost !== "quarantine") await verify(files, [first, second]);
    }
    assert.ok(files.alarms.some(({ kind }) => kind === "segment-repaired"));
  } finally {
    await history.close();
    files.remove();
  }
});

/** Deletes the parts of a table behind the engine's back; its deduplication log stays. */
async function loseTable(files: Fixture, table: string, more: readonly string[]): Promise<void> {
  for (const name of [table, ...more, ...(table === "segment_leaves" || table === "quarantine" ? ["segments"] : [])]) {
    const [[paths]] = await ask<[string[]]>(
      files,
      `SELECT data_paths FROM system.tables WHERE name = '${name}' AND database = currentDatabase()`,
    );
    const folder = paths[0];
    const parts = readdirSync(folder).filter(
      (entry) => /_\d+_\d+_\d+/.test(entry) && statSync(join(folder, entry)).isDirectory(),
    );
    assert.ok(parts.length > 0, `${name} has no parts in ${folder}`);
    for (const part of parts) rmSync(join(folder, part), { recursive: true });
    const log = readdirSync(join(folder, "deduplication_logs"))
      .map((entry) => readFileSync(join(folder, "deduplication_logs", entry), "utf8"))
      .join("");
    assert.ok(log.length > 0, "the tokens are remembered");
  }
}

test("a segment that cannot be stored is set aside after three tries and does not stop the next", async () => {
  const files = fixture();
  const history = await files.open();
  try {
    const good = files.segment(rowsOf(0, 500));
    const bad = files.rawSegment(Buffer.from("this is not a Native block, and never was"), 10);
    const next = files.segment(rowsOf(1, 500));
    const results = await Promise.allSettled([good, bad, next].map((segment) => history.insertSegment(segment, SALT)));
    assert.deepEqual(
      results.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
    const [{ reason }] = results.filter((result) => result.status === "rejected");
    assert.equal((reason as { code?: string }).code, "SG_HISTORY_SEGMENT_REFUSED");
    assert.deepEqual(
      files.alarms.map(({ kind }) => kind),
      ["segment-refused"],
    );
    const [refused] = history.refusedSegments();
    assert.equal(refused.segment.id, bad.id);
    assert.equal(readFileSync(refused.segment.path, "utf8"), "this is not a Native block, and never was");
    await assert.rejects(history.insertSegment(bad, SALT), { code: "SG_HISTORY_SEGMENT_REFUSED" });
    assert.deepEqual(await history.storedSegments(), [good.id, next.id]);

    // The file is repaired by hand, e.g. from a copy.
    const repaired = files.segment(rowsOf(2, 10));
    const bytes = readFileSync(repaired.path);
    bytes.writeBigUInt64LE(BigInt(bad.firstSeq), bytes.indexOf("seq\x06UInt64") + 10);
    for (let row = 1; row < 10; row++)
      bytes.writeBigUInt64LE(BigInt(bad.firstSeq + row), bytes.indexOf("seq\x06UInt64") + 10 + 8 * row);
    writeFileSync(refused.segment.path, bytes);
    assert.equal((await history.retryRefused(bad.id, SALT)).rows, 10);
    await history.settle();
    assert.equal(history.refusedSegments().length, 0);
    assert.deepEqual(await history.storedSegments(), [good.id, bad.id, next.id]);
    assert.equal((await history.fleetTotals(ALL, { onlineSince: 0 })).received, 1010);
  } finally {
    await history.close();
    files.remove();
  }
});
