/**
 * The port to the engine that runs our SQL. The embedded one is chdb in a child process (chdb-engine.ts); a ClickHouse
 * server is another implementation of the same methods with the same SQL.
 */
import type { Sql } from "./sql.ts";

/**
 * Who waits: `interactive` a person, `background` a job (evidence, export, backtest). Each has its own connections, so
 * that neither starves the other; writes have their own too, and start in the order of their calls.
 */
export type Lane = "write" | "interactive" | "background";

export interface QueryOptions {
  readonly lane?: Exclude<Lane, "write">;
  /** The engine stops the query after this long; default by lane. */
  readonly timeLimitMs?: number;
  /** Cancels the query in the engine too. */
  readonly signal?: AbortSignal;
}

export interface Engine {
  /** Rows of a SELECT as arrays in column order; 64-bit integers come as strings. */
  query<Row extends readonly unknown[]>(statement: Sql, options?: QueryOptions): Promise<Row[]>;
  /**
   * Runs a statement that changes something. Never repeated by the engine: when the process behind it dies, the call
   * rejects with SG_HISTORY_INTERRUPTED and the caller finds out what happened.
   */
  execute(statement: Sql): Promise<void>;
  /** The same, and then asks what it did: in one go, without the way back and forth in between. @returns rows as of `query` */
  executeAndAsk<Row extends readonly unknown[]>(statement: Sql, question: Sql): Promise<Row[]>;
  /** SQL that reads a file of Native blocks as a table with these columns. */
  nativeFile(path: string, structure: string): Sql;
  /** SQL that reads a file with one JSON object per line. */
  ndjsonFile(path: string, structure: string): Sql;
  close(): Promise<void>;
}
