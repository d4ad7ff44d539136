/**
 * Stores closed segments of the journal, one after the other, each exactly once.
 *
 * The steps of a segment: its rows into `frames` and its hashes; its quarantined rows; last its row in `segments`, which
 * says "complete". Each step is one insert with a token of its own, and each can be asked whether it took effect (rows
 * counted by sequence number, chunks counted). Rollups follow on their own (rollup-worker.ts). After a crash, or an
 * answer that got lost, only the steps are repeated that did not take effect, so that neither the engine's
 * deduplication window nor its crash safety decides about the counts.
 *
 * A repetition carries a new token where the engine claims to have the rows but has not: ClickHouse 26.7 records a
 * token before it renames the part into place.
 */
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Engine } from "./engine.ts";
import type { HistoryAlarm, HistoryLog, StoredColumn } from "./options.ts";
import { RefusedSegments } from "./refused-segments.ts";
import {
  countRows,
  insertFrames,
  insertLeaves,
  insertQuarantine,
  insertSegmentRow,
  insertToken,
  rootsOf,
  rowsOf,
  selectChunkRoots,
  type SegmentFile,
} from "./segment-sql.ts";
import { LEAVES_PER_CHUNK, rootOfChunks } from "./segment-tree.ts";
import { sql, trusted, u64, type Sql } from "./sql.ts";

export interface StoredSegment {
  readonly rows: number;
  /** RFC 6962 root over the salted frame hashes. */
  readonly root: Uint8Array;
}

/** A segment that cannot be stored is set aside after so many refusals. */
const MAX_REFUSALS = 3;
/** A child that dies may have been killed by anyone; only a segment with which it dies this often counts as the reason. */
const MAX_INTERRUPTIONS = 10;
const RETRY_DELAY_MS = 200;
/** How often a step may be repeated under a new token before it counts as refused. */
const MAX_TOKENS = 3;

export interface SegmentStoreOptions {
  readonly engine: Engine;
  readonly columns: readonly StoredColumn[];
  /** See `HistoryOptions`. */
  readonly rawReports: boolean;
  /** Folder for segments that are set aside. */
  readonly refusedFolder: string;
  readonly log: HistoryLog;
  readonly onAlarm: (alarm: HistoryAlarm) => void;
}

export class SegmentStore {
  readonly #options: SegmentStoreOptions;
  readonly #refused: RefusedSegments;
  /** Segments up to this one may be stored already; newer ones cannot be. */
  #highest = -1;
  #storedSeq = 0;
  /** Of no row and no segment beyond these was anything handed to the engine: it need not be looked for before it is inserted. */
  #triedSeq = 0;
  #triedSegment = -1;
  #storedCount = 0;
  #tail: Promise<unknown> = Promise.resolve();

  private constructor(options: SegmentStoreOptions, refused: RefusedSegments) {
    this.#options = options;
    this.#refused = refused;
  }

  static async open(options: SegmentStoreOptions): Promise<SegmentStore> {
    const store = new SegmentStore(options, await RefusedSegments.open(options.refusedFolder));
    const [[highest, seq]] = await options.engine.query<[string | null, string]>(
      trusted("SELECT maxOrNull(segment), max(last_seq) FROM segments"),
    );
    store.#highest = highest === null ? -1 : Number(highest);
    store.#storedSeq = Number(seq);
    const [[tried]] = await options.engine.query<[string]>(
      sql`SELECT max(seq) FROM frames WHERE seq > ${u64(store.#storedSeq)}`,
    );
    store.#triedSeq = Math.max(store.#storedSeq, Number(tried));
    // Hashes are made beside the rows and may be there without them.
    const [[hashed]] = await options.engine.query<[string | null]>(
      sql`SELECT maxOrNull(segment) FROM segment_leaves WHERE segment >= ${u64(Math.max(0, store.#highest))}`,
    );
    store.#triedSegment = Math.max(store.#highest, Number(hashed ?? -1));
    return store;
  }

  get refused(): RefusedSegments {
    return this.#refused;
  }

  /** Highest segment that is stored completely; -1 = none. */
  get highest(): number {
    return this.#highest;
  }

  /** How many segments were stored since the start. */
  get storedCount(): number {
    return this.#storedCount;
  }

  /** Highest sequence number of a completely stored segment. */
  get storedSeq(): number {
    return this.#storedSeq;
  }

  /**
   * Stores a segment; of one that is stored already it returns what was stored. Calls queue up.
   * @throws SG_HISTORY_SEGMENT_REFUSED when it had to be set aside; SG_HISTORY_DISK_FULL, SG_HISTORY_CLOSED: call again later
   */
  insert(segment: SegmentFile, salt: Uint8Array): Promise<StoredSegment> {
    const stored = this.#tail.then(() => this.#insert(segment, salt));
    this.#tail = stored.catch(() => undefined);
    return stored;
  }

  /** Tries a segment that was set aside once more. @throws SG_NOT_FOUND, SG_HISTORY_SEGMENT_REFUSED */
  async retry(id: number, salt: Uint8Array): Promise<{ segment: SegmentFile; stored: StoredSegment }> {
    const entry = this.#refused.find(id);
    if (entry === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: "segment", id });
    const stored = await this.insert(entry.segment, salt);
    await this.#refused.remove(id);
    return { segment: entry.segment, stored };
  }

  async #insert(segment: SegmentFile, salt: Uint8Array): Promise<StoredSegment> {
    const setAside = this.#refused.find(segment.id);
    if (setAside !== undefined && setAside.segment.path !== segment.path) {
      throw refusedError(segment.id, setAside.segment.path, setAside.reason);
    }
    let isKnown = segment.id <= this.#highest;
    for (let refusals = 0, interruptions = 0; ;) {
      try {
        const stored = (isKnown ? await this.#find(segment.id) : undefined) ?? (await this.#store(segment, salt));
        this.#highest = Math.max(this.#highest, segment.id);
        this.#storedSeq = Math.max(this.#storedSeq, segment.lastSeq);
        this.#storedCount++;
        return stored;
      } catch (error) {
        isKnown = true;
        if (!(error instanceof SandglassError) || error.code === ERRORS.HISTORY_CLOSED.code) throw error;
        if (error.code === ERRORS.HISTORY_DISK_FULL.code) {
          this.#options.onAlarm({ kind: "disk-full", segment: segment.id, detail: error.message });
          throw error;
        }
        if (error.code === ERRORS.HISTORY_INTERRUPTED.code) interruptions++;
        else refusals++;
        this.#options.log.warn(
          { segment: segment.id, refusals, interruptions, code: error.code, reason: error.message },
          "a segment was not stored",
        );
        if (refusals >= MAX_REFUSALS || interruptions >= MAX_INTERRUPTIONS)
          throw await this.#setAside(segment, error.message);
        await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS * refusals));
      }
    }
  }

  async #setAside(segment: SegmentFile, reason: string): Promise<SandglassError> {
    const { path } = (await this.#refused.add(segment, reason)).segment;
    this.#options.onAlarm({ kind: "segment-refused", segment: segment.id, reason, path });
    this.#options.log.error({ segment: segment.id, reason, path }, "a segment was set aside");
    return refusedError(segment.id, path, reason);
  }

  async #find(id: number): Promise<StoredSegment | undefined> {
    const [row] = await this.#options.engine.query<[string, string]>(selectStored(id));
    return row === undefined ? undefined : { rows: Number(row[0]), root: Buffer.from(row[1], "hex") };
  }

  async #store(segment: SegmentFile, salt: Uint8Array): Promise<StoredSegment> {
    const isNew = segment.firstSeq > this.#triedSeq && segment.id > this.#triedSegment;
    this.#triedSeq = Math.max(this.#triedSeq, segment.lastSeq);
    this.#triedSegment = Math.max(this.#triedSegment, segment.id);
    // Hashing reads the same file on the other connection meanwhile. Both end before a failure is told: the file may
    // be moved away then.
    const [frames, leaves] = await Promise.allSettled([
      this.#storeFrames(segment, isNew),
      this.#storeLeaves(segment, salt, isNew),
    ]);
    if (frames.status === "rejected") throw frames.reason;
    if (leaves.status === "rejected") throw leaves.reason;
    const quarantined = frames.value;
    if (quarantined > 0) {
      await this.#step<[string]>(segment, "quarantine", isNew, {
        insert: (token) => insertQuarantine(segment, token),
        question: trusted(`SELECT count() FROM quarantine WHERE ${rowsOf(segment)}`),
        isDone: ([[count]]) => Number(count) >= quarantined,
      });
    }
    const root = rootOfChunks(leaves.value);
    await this.#step(segment, "segment", isNew, {
      insert: (token) => insertSegmentRow(segment, root, salt, token),
      question: selectStored(segment.id),
      isDone: (rows) => rows.length > 0,
    });
    return { rows: segment.rows, root };
  }

  /** Returns how many of the rows are quarantined. */
  async #storeFrames(segment: SegmentFile, isNew: boolean): Promise<number> {
    const { engine, columns, rawReports } = this.#options;
    let stored = 0;
    const [[, quarantined]] = await this.#step<[string, string]>(segment, "frames", isNew, {
      insert: (token, attempt) => insertFrames(engine, segment, columns, token, stored > 0 || attempt > 0, rawReports),
      question: countRows(segment),
      isDone: ([[count]]) => {
        stored = Number(count);
        if (stored > segment.rows)
          throw new Error(`segment ${segment.id} has ${stored} stored rows, more than its ${segment.rows}`);
        return stored === segment.rows;
      },
    });
    return Number(quarantined);
  }

  /** Returns the roots of the chunks. */
  async #storeLeaves(segment: SegmentFile, salt: Uint8Array, isNew: boolean): Promise<Uint8Array[]> {
    const { engine } = this.#options;
    const rows = await this.#step<[string]>(segment, "leaves", isNew, {
      insert: (token) => insertLeaves(engine, segment, salt, token),
      question: selectChunkRoots(segment.id),
      isDone: (chunks) => chunks.length >= Math.ceil(segment.rows / LEAVES_PER_CHUNK),
    });
    return rootsOf(rows);
  }

  /**
   * Does a step until it is seen to have taken effect. One of a segment that was never tried is not looked for first.
   * @returns the answer to its question
   */
  async #step<Row extends readonly unknown[]>(
    segment: SegmentFile,
    name: string,
    isNew: boolean,
    { insert, question, isDone }: Step<Row>,
  ): Promise<Row[]> {
    const { engine } = this.#options;
    if (!isNew) {
      const rows = await engine.query<Row>(question);
      if (isDone(rows)) return rows;
    }
    for (let attempt = 0; attempt < MAX_TOKENS; attempt++) {
      const token = insertToken(`${name}-${segment.id}`, attempt);
      const rows = await engine.executeAndAsk<Row>(insert(token, attempt), question);
      if (!isDone(rows)) continue;
      if (attempt > 0) this.#options.onAlarm({ kind: "segment-repaired", segment: segment.id, detail: name });
      return rows;
    }
    throw new SandglassError(ERRORS.HISTORY_QUERY, {
      clickhouse: 0,
      detail: `step ${name} of segment ${segment.id} has no effect`,
    });
  }
}

interface Step<Row> {
  readonly insert: (token: string, attempt: number) => Sql;
  readonly question: Sql;
  /** Whether the answer says that it took effect. */
  readonly isDone: (rows: readonly Row[]) => boolean;
}

function selectStored(id: number): Sql {
  return sql`SELECT rows, hex(root) FROM segments WHERE segment = ${u64(id)} LIMIT 1`;
}

function refusedError(segment: number, path: string, reason: string): SandglassError {
  return new SandglassError(ERRORS.HISTORY_SEGMENT_REFUSED, { segment, path, reason });
}
