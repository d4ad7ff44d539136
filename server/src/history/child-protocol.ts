/** Messages between the server and the process that runs chdb. */

export interface RunMessage {
  readonly kind: "run";
  /** Number of the job; also names the query inside the engine, for cancelling. */
  readonly job: number;
  /** Connection to use; a connection runs one statement at a time. */
  readonly slot: number;
  /** Statements, run one after the other until one fails; the last one's result is told. */
  readonly texts: readonly string[];
}

export type ToChild =
  | { readonly kind: "open"; readonly folder: string; readonly slots: number }
  | RunMessage
  | { readonly kind: "cancel"; readonly job: number }
  | { readonly kind: "close" };

export type FromChild =
  | { readonly kind: "opened"; readonly version: string }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "done"; readonly job: number; readonly bytes: Uint8Array }
  /** `code` is ClickHouse's number of the error; 0 = none known. */
  | { readonly kind: "failed"; readonly job: number; readonly code: number; readonly reason: string };

/** Name of a job's query inside the engine. */
export function jobName(job: number): string {
  return `job-${job}`;
}
