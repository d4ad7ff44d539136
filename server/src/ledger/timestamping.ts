/** Asks a time-stamp authority (RFC 3161 over HTTP) about the last checkpoint, at an interval. */
import { hash, randomBytes } from "node:crypto";
import {
  checkpointMessage,
  findTimestamp,
  reasonOf,
  timestampRequest,
  tokenOf,
  type VerifyTimestamp,
} from "@sandglass/ledger";
import { SYSTEM_LEDGER, type Records } from "../records/mod.ts";
import type { LedgerLog } from "./ledger.ts";
import { findLastCheckpoint } from "./queries.ts";
import { repeat } from "./repeated.ts";
import { judgeToken } from "./timestamp-check.ts";

export interface TimestampingOptions {
  readonly records: Records;
  /** Address of the authority. */
  readonly url: string;
  readonly verifyTimestamp: VerifyTimestamp;
  /** Tokens whose certificates do not lead to a known authority are refused. */
  readonly requireTrust: boolean;
  readonly intervalMs: number;
  readonly log?: LedgerLog;
  readonly timeoutMs?: number;
}

export interface TimestampingStatus {
  readonly url: string;
  /** Why the last attempt failed; undefined after a good one. */
  readonly failure: string | undefined;
}

export interface Timestamping {
  status(): TimestampingStatus;
  /** As it verifies what it receives. */
  readonly verifyTimestamp: VerifyTimestamp;
  /** Asks now, unless the last checkpoint has a time-stamp. Rejects with why there is none. */
  run(): Promise<void>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 20_000;
const MOST_BYTES = 256 * 1024;

export function startTimestamping(options: TimestampingOptions): Timestamping {
  const { records, url, log, intervalMs } = options;
  let failure: string | undefined;

  const stamp = async (): Promise<void> => {
    const checkpoint = await records.transact(SYSTEM_LEDGER, async (tx) => {
      const last = await findLastCheckpoint(tx);
      if (last === undefined) return undefined;
      const stamped = await tx
        .selectFrom("ledger_timestamps")
        .select("size")
        .where("size", "=", BigInt(last.size))
        .executeTakeFirst();
      return stamped === undefined ? last : undefined;
    });
    if (checkpoint === undefined) return;
    const imprint = hash("sha256", checkpointMessage(checkpoint), "buffer");
    const nonce = randomBytes(8);
    // Positive, and without a leading zero byte that DER would not write.
    nonce[0] = (nonce[0] & 0x3f) | 0x40;
    const token = await ask(options, timestampRequest(imprint, nonce));
    const verdict = judgeToken(token, checkpoint, options.verifyTimestamp);
    if (verdict.kind === "refuted") throw new Error(verdict.reason);
    const timestamp = findTimestamp(token);
    if (timestamp?.nonce !== nonce.toString("hex")) throw new Error("the time-stamp answers another request");
    if (options.requireTrust && !verdict.trusted)
      throw new Error(`the certificate of ${verdict.authority} does not lead to a given authority`);
    await records.transact(SYSTEM_LEDGER, (tx) =>
      tx
        .insertInto("ledger_timestamps")
        .values({
          size: BigInt(checkpoint.size),
          authority: verdict.authority,
          at: new Date(timestamp.at),
          token: Buffer.from(token),
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
  };
  const { run, close } = repeat(
    () =>
      stamp().then(
        () => {
          failure = undefined;
        },
        (error: unknown) => {
          const reason = reasonOf(error);
          if (reason !== failure) log?.warn({ reason }, "no time-stamp was received; it is asked for again");
          failure = reason;
          throw error;
        },
      ),
    intervalMs,
  );
  return { run, close, status: () => ({ url, failure }), verifyTimestamp: options.verifyTimestamp };
}

async function ask({ url, timeoutMs = TIMEOUT_MS }: TimestampingOptions, request: Uint8Array): Promise<Uint8Array> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/timestamp-query", accept: "application/timestamp-reply" },
    body: Buffer.from(request),
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!response.ok) throw new Error(`the authority answered ${response.status}`);
  if (bytes.length > MOST_BYTES) throw new Error(`the authority answered with ${bytes.length} bytes`);
  const token = tokenOf(bytes);
  if (typeof token === "string") throw new Error(token);
  return token;
}
