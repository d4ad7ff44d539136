/**
 * Stores closed segments of the event journal, each exactly once: whether an insert took effect is asked of the rows by
 * their sequence numbers, never assumed (see segment-store.ts for what a crash may leave).
 */
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Engine } from "./engine.ts";
import type { StoredColumn } from "./options.ts";
import { insertSettings, insertToken, rowsOf, type SegmentFile } from "./segment-sql.ts";
import { sql, trusted } from "./sql.ts";

/** A repetition needs a new token where the engine remembers one of rows that it does not have. */
const MAX_TOKENS = 3;

export class EventStore {
  readonly #engine: Engine;
  readonly #columns: readonly StoredColumn[];
  #tail: Promise<unknown> = Promise.resolve();
  #storedSeq: number;

  private constructor(engine: Engine, columns: readonly StoredColumn[], storedSeq: number) {
    this.#engine = engine;
    this.#columns = columns;
    this.#storedSeq = storedSeq;
  }

  /** Without columns there is no table, and nothing to store. */
  static async open(engine: Engine, columns: readonly StoredColumn[]): Promise<EventStore> {
    if (columns.length === 0) return new EventStore(engine, columns, 0);
    const [[newest]] = await engine.query<[string]>(trusted("SELECT max(seq) FROM events"));
    return new EventStore(engine, columns, Number(newest));
  }

  /** Highest sequence number that is stored; segments are stored in their order. */
  get storedSeq(): number {
    return this.#storedSeq;
  }

  /**
   * Resolves when the segment is stored, also when it was before. Calls queue up.
   * @throws SG_HISTORY_QUERY, SG_HISTORY_INTERRUPTED, SG_HISTORY_DISK_FULL: call again later
   */
  insert(segment: SegmentFile): Promise<void> {
    const stored = this.#tail.then(() => this.#insert(segment));
    this.#tail = stored.catch(() => undefined);
    return stored;
  }

  async #insert(segment: SegmentFile): Promise<void> {
    for (let attempt = 0; attempt <= MAX_TOKENS; attempt++) {
      const present = await this.#count(segment);
      if (present === segment.rows) {
        this.#storedSeq = Math.max(this.#storedSeq, segment.lastSeq);
        return;
      }
      if (attempt === MAX_TOKENS) break;
      const names = this.#columns.map(({ name }) => name).join(", ");
      const structure = this.#columns.map(({ name, type }) => `${name} ${type}`).join(", ");
      const rest = present > 0 ? ` WHERE seq NOT IN (SELECT seq FROM events WHERE ${rowsOf(segment)})` : "";
      const token = insertToken(`events-${segment.id}`, attempt + (present > 0 ? 1 : 0));
      await this.#engine.execute(
        sql`INSERT INTO events (${trusted(names)}) SETTINGS ${trusted(insertSettings(token))}
  SELECT ${trusted(names)} FROM ${this.#engine.nativeFile(segment.path, structure)}${trusted(rest)}`,
      );
    }
    throw new SandglassError(ERRORS.HISTORY_QUERY, {
      clickhouse: 0,
      detail: `storing events segment ${segment.id} has no effect`,
    });
  }

  async #count(segment: SegmentFile): Promise<number> {
    const [[rows]] = await this.#engine.query<[string]>(trusted(`SELECT count() FROM events WHERE ${rowsOf(segment)}`));
    return Number(rows);
  }
}
