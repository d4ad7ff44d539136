/** Doing over and over what the records must take, while they are away. */
import { setTimeout as sleep } from "node:timers/promises";
import { ERRORS, SandglassError, messageOf } from "../errors/mod.ts";
import { classifyFailure } from "./pool.ts";

const RETRY_MS = 1_000;

/** The database does not answer now; the same work may succeed later. */
export function isRecordsAway(error: unknown): boolean {
  return (
    (error instanceof SandglassError && error.code === ERRORS.RECORDS_UNAVAILABLE.code) ||
    classifyFailure(error) !== "other"
  );
}

export interface InsistOptions {
  /** Who is closed does not wait: the failure is thrown. */
  readonly isClosed: () => boolean;
  /** Told before every pause. */
  readonly onWaiting: (reason: string) => void;
  /** Which failures to wait out; default `isRecordsAway`. */
  readonly isAway?: (error: unknown) => boolean;
}

/** Does the work until it succeeds or fails for a reason that waiting does not cure. It must give the same result twice. */
export async function insist<T>(
  work: () => Promise<T>,
  { isClosed, onWaiting, isAway = isRecordsAway }: InsistOptions,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error) || isClosed()) throw error;
      onWaiting(messageOf(error));
      await sleep(RETRY_MS);
    }
  }
}
