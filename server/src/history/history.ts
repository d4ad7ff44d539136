/** Opens the history: engine, tables, store and readers under one interface. */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { ChdbEngine } from "./chdb-engine.ts";
import { createEventTable } from "./event-schema.ts";
import { EventStore } from "./event-store.ts";
import { copyEvidence, readEvidence, readProof } from "./evidence.ts";
import { EvidenceWatch } from "./evidence-watch.ts";
import { MergePace } from "./merge-pace.ts";
import { DEFAULT_RETENTION, type HistoryOptions } from "./options.ts";
import { countEvents, readCounterReports, readEvent, readEvents, readEventSubjects } from "./read-events.ts";
import { contentDigest, countRows, exportRows, lastReports } from "./export-rows.ts";
import { readActivity } from "./read-activity.ts";
import { readFleet, readMinutes, readRollups, readTotals } from "./read-fleet.ts";
import { rawExpiry, readCounts, readFrame, readFrames, readQuarantine } from "./read-frames.ts";
import { readSamples, readSeries } from "./read-samples.ts";
import { RollupWorker } from "./rollup-worker.ts";
import { prepareSchema } from "./schema-upgrade.ts";
import { SegmentStore } from "./segment-store.ts";
import { dropSnapshot, takeSnapshot } from "./snapshot.ts";
import { sql, trusted, u64 } from "./sql.ts";
import type { History, StorageFigures } from "./types.ts";
import type { Engine } from "./engine.ts";
import { readRoots, refuteSegment } from "./verify-segments.ts";

/** With so many segments waiting for the one that is being stored, storing is behind. */
const BEHIND = 2;

/** @throws SG_HISTORY_LOCKED, SG_HISTORY_START, SG_HISTORY_SCHEMA */
export async function openHistory(options: HistoryOptions): Promise<History> {
  const { dataDir, columns, log } = options;
  const onAlarm = options.onAlarm ?? (() => undefined);
  const rawReports = options.rawReports ?? true;
  const retention = { ...DEFAULT_RETENTION, ...options.retention };
  const temporary = join(dataDir, "tmp");
  await mkdir(dataDir, { recursive: true });
  await rm(temporary, { recursive: true, force: true });
  await dropSnapshot(dataDir);
  const engine = await ChdbEngine.open({
    folder: dataDir,
    log,
    onChild: (event, detail) =>
      onAlarm(event === "lost" ? { kind: "child-lost", detail } : { kind: "child-restored", detail }),
  });
  try {
    await patiently(() => prepareSchema(engine, columns, retention, log));
    const { eventColumns = [] } = options;
    if (eventColumns.length > 0) await patiently(() => engine.execute(createEventTable(eventColumns)));
    const events = await patiently(() => EventStore.open(engine, eventColumns));
    const store = await SegmentStore.open({
      engine,
      columns,
      rawReports,
      refusedFolder: join(dataDir, "refused"),
      log,
      onAlarm,
    });
    const rollups = await patiently(() => RollupWorker.open(engine, log));
    const pace = await patiently(() => MergePace.open(engine, log));
    const evidence = await EvidenceWatch.open({
      engine,
      copy: (request) => copyEvidence(engine, columns, temporary, request, rawReports),
      storedSegments: () => store.storedCount,
      now: options.now ?? Date.now,
      log,
    });
    log.info({ engine: engine.version, pid: engine.pid, storedSegment: store.highest }, "history is open");
    return {
      insertSegment: async (segment, salt, waiting = 0) => {
        const isBehind = waiting >= BEHIND;
        await pace.note(isBehind);
        const stored = await store.insert(segment, salt);
        rollups.add(segment, isBehind);
        return stored;
      },
      storedSegments: async (from = 0) => {
        const rows = await engine.query<[string]>(
          sql`SELECT DISTINCT segment FROM segments WHERE segment >= ${u64(from)} ORDER BY segment`,
        );
        return rows.map(([id]) => Number(id));
      },
      segmentRoots: () => readRoots(engine),
      refuteSegment: (segment) => refuteSegment(engine, segment),
      refusedSegments: () => store.refused.list(),
      retryRefused: async (id, salt) => {
        const { segment, stored } = await store.retry(id, salt);
        rollups.add(segment);
        return stored;
      },
      settle: () => rollups.settle(),

      insertEventSegment: (segment) => events.insert(segment),
      events: (scope, query) => readEvents(engine, scope, query),
      counterReports: (scope, query) => readCounterReports(engine, scope, query),
      eventSubjects: (scope, query) => readEventSubjects(engine, scope, query),
      event: (scope, query) => readEvent(engine, scope, query),
      eventCounts: (scope, subject) => countEvents(engine, scope, subject),

      samples: (scope, query) => readSamples(engine, scope, query),
      series: (scope, query) => readSeries(engine, scope, query),
      frames: (scope, query) => readFrames(engine, scope, query),
      frame: (scope, query) => readFrame(engine, scope, query, rawExpiry(retention.rawDays, options.now ?? Date.now)),
      frameProof: (scope, query) => readProof(engine, scope, query),
      counts: (scope, query) => readCounts(engine, scope, query),
      quarantine: (scope, query) => readQuarantine(engine, scope, query),
      rollups: (scope, query) => readRollups(engine, scope, query),
      activity: (scope, query) => readActivity(engine, scope, query),
      fleetNow: (scope, query) => readFleet(engine, scope, query),
      fleetTotals: (scope, query) => readTotals(engine, scope, query),
      framesPerMinute: (scope, query) => readMinutes(engine, scope, query),

      exportRows: (scope, query, options) => exportRows(engine, scope, query, options),
      countRows: (scope, query, options) => countRows(engine, scope, query, options),
      lastReports: (scope, query, options) => lastReports(engine, scope, query, options),
      contentDigest: () => contentDigest(engine),

      copyEvidence: (findingId, vehicle, from, to) => evidence.request({ findingId, vehicle, from, to }),
      completeEvidence: () => evidence.sweep(),
      evidence: (scope, query) => readEvidence(engine, scope, query),

      takeSnapshot: () => takeSnapshot(engine, dataDir),
      dropSnapshot: () => dropSnapshot(dataDir),

      status: () => ({
        engine: `ClickHouse ${engine.version ?? "(restarting)"} in chdb`,
        ...(engine.pid === undefined ? {} : { childPid: engine.pid }),
        restarts: engine.restarts,
        storedSegment: store.highest,
        storedSeq: store.storedSeq,
        storedEventSeq: events.storedSeq,
        refused: store.refused.list().length,
      }),
      storage: () => readStorage(engine),
      ping: async () => {
        await engine.query(trusted("SELECT 1"), { timeLimitMs: 2000 });
      },
      close: async () => {
        pace.close();
        await evidence.close();
        await rollups.close();
        await engine.close();
      },
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

const MAX_ATTEMPTS = 5;

/** The child may be killed while a server starts; what is done then may be done again. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const interrupted = error instanceof SandglassError && error.code === ERRORS.HISTORY_INTERRUPTED.code;
      if (!interrupted || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

async function readStorage(engine: Engine): Promise<StorageFigures> {
  const rows = await engine.query<[string, string, string, string]>(
    trusted(`SELECT table, sum(rows), sum(bytes_on_disk), count() FROM system.parts
    WHERE active AND database = currentDatabase() GROUP BY table ORDER BY table`),
  );
  const tables = rows.map(([table, count, bytes, parts]) => ({
    table,
    rows: Number(count),
    bytes: Number(bytes),
    parts: Number(parts),
  }));
  const frames = tables.find(({ table }) => table === "frames")?.rows ?? 0;
  const bytes = tables.filter(({ table }) => table !== "evidence").reduce((sum, table) => sum + table.bytes, 0);
  return { tables, ...(frames > 0 ? { bytesPerFrame: bytes / frames } : {}) };
}
