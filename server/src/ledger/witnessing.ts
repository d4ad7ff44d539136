/**
 * Asks the configured witnesses to cosign the last checkpoint (C2SP tlog-witness), each from what it saw last. What a
 * witness answers is verified with its configured key before it is kept.
 */
import { verify } from "node:crypto";
import {
  addCheckpointBody,
  consistencyRanges,
  COSIGNATURE_KEY,
  findCosignature,
  findSignatures,
  findVerifierKey,
  formatVerifierKey,
  noteText,
  reasonOf,
  type Checkpoint,
  type VerifierKey,
  type VerifySignature,
} from "@sandglass/ledger";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { SYSTEM_LEDGER, type Records } from "../records/mod.ts";
import { HASHER } from "./hasher.ts";
import { publicKeyObject } from "./key-store.ts";
import type { Ledger, LedgerLog } from "./ledger.ts";
import { findLastCheckpoint } from "./queries.ts";
import { repeat } from "./repeated.ts";
import { getProof } from "./tree.ts";

export interface Witness {
  /** Submission prefix; `/add-checkpoint` follows. */
  readonly url: string;
  readonly key: VerifierKey;
}

export interface WitnessStatus {
  readonly name: string;
  readonly url: string;
  /** Verifier key as text. */
  readonly key: string;
  /** Largest tree that it cosigned; 0 = none yet. */
  readonly size: number;
  /** When, RFC 3339. */
  readonly at: string | undefined;
  /** Why the last attempt failed. */
  readonly failure: string | undefined;
  /** It does not accept that this log extends what it saw: the one failure that no waiting heals. */
  readonly isRefusal: boolean;
}

export interface Witnessing {
  status(): Promise<WitnessStatus[]>;
  /** Asks all of them now. */
  run(): Promise<void>;
  close(): Promise<void>;
}

export interface WitnessingOptions {
  readonly records: Records;
  readonly ledger: Ledger;
  readonly witnesses: readonly Witness[];
  readonly intervalMs: number;
  readonly log?: LedgerLog;
  readonly timeoutMs?: number;
  /** A witness refuses this log; undefined = none refuses it any more. */
  readonly onRefusal?: (witness: string, reason: string | undefined) => void;
}

const TIMEOUT_MS = 10_000;

class Refusal extends Error {}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** `URL VERIFIER-KEY`, separated by commas. @throws SG_LEDGER_WITNESS */
export function parseWitnesses(text: string): Witness[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .map((entry) => {
      const [url, vkey = ""] = entry.split(/\s+/);
      const key = findVerifierKey(vkey, HASHER);
      const fail = (reason: string) => new SandglassError(ERRORS.LEDGER_WITNESS, { witness: entry, reason });
      if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw fail("it starts with no http address");
      if (key?.type !== COSIGNATURE_KEY)
        throw fail("no Ed25519 verifier key of a witness (type 4) follows the address");
      return { url: url.replace(/\/+$/, ""), key };
    });
}

const verifySignature: VerifySignature = (publicKey, message, signature) =>
  verify(undefined, message, publicKeyObject(publicKey), signature);

export function startWitnessing(options: WitnessingOptions): Witnessing {
  const { records, ledger, witnesses, intervalMs } = options;
  /** By verifier key: why the last attempt failed. */
  const failures = new Map<string, string>();
  /** Who refused and has not cosigned since; not to be reached is no change of mind. */
  const refusing = new Set<string>();

  const lastOf = (vkey: string) =>
    records.transact(SYSTEM_LEDGER, (tx) =>
      tx
        .selectFrom("ledger_cosignatures")
        .select(["size", "at"])
        .where("witness", "=", vkey)
        .orderBy("size", "desc")
        .limit(1)
        .executeTakeFirst(),
    );

  const submit = async (witness: Witness, checkpoint: Checkpoint, oldSize: number): Promise<Answer> => {
    const proof =
      oldSize === 0 || oldSize === checkpoint.size
        ? []
        : await records.transact(SYSTEM_LEDGER, (tx) => getProof(tx, consistencyRanges(oldSize, checkpoint.size)));
    const response = await fetch(`${witness.url}/add-checkpoint`, {
      method: "POST",
      headers: { "content-type": "text/plain; charset=utf-8" },
      body: addCheckpointBody(oldSize, proof, await ledger.signNote(checkpoint)),
      redirect: "error",
      signal: AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS),
    });
    return { status: response.status, text: (await response.text()).slice(0, 20_000) };
  };

  const ask = async (witness: Witness, checkpoint: Checkpoint): Promise<void> => {
    const vkey = formatVerifierKey(witness.key);
    const known = Number((await lastOf(vkey))?.size ?? 0n);
    if (known === checkpoint.size && !failures.has(vkey)) return;
    let answer = await submit(witness, checkpoint, known);
    // It has seen another size than our records say: its answer may have been lost, or its state.
    const seen = answer.status === 409 && /^\d{1,16}\n?$/.test(answer.text) ? Number(answer.text) : undefined;
    if (seen !== undefined) {
      if (seen > checkpoint.size)
        throw new Refusal(`it has seen ${seen} leaves of this log, which has ${checkpoint.size}`);
      answer = await submit(witness, checkpoint, seen);
    }
    const said = `${answer.status}: ${answer.text.trim().slice(0, 300)}`;
    if (answer.status === 409 || answer.status === 422) throw new Refusal(`it answered ${said}`);
    if (answer.status !== 200) throw new Error(`it answered ${said}`);
    const signatures = findSignatures(answer.text) ?? [];
    const cosignature = await findCosignature(signatures, noteText(checkpoint), witness.key, verifySignature);
    if (cosignature === undefined) throw new Error("its answer holds no valid cosignature of its key");
    await records.transact(SYSTEM_LEDGER, (tx) =>
      tx
        .insertInto("ledger_cosignatures")
        .values({
          size: BigInt(checkpoint.size),
          witness: vkey,
          at: new Date(cosignature.time * 1_000),
          signature: Buffer.from(cosignature.signature),
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
  };

  const settle = (witness: Witness, error: unknown): void => {
    const vkey = formatVerifierKey(witness.key);
    if (error === undefined) {
      failures.delete(vkey);
      if (refusing.delete(vkey) && refusing.size === 0) options.onRefusal?.(witness.key.name, undefined);
      return;
    }
    const reason = reasonOf(error);
    const isRefusal = error instanceof Refusal;
    if (isRefusal) refusing.add(vkey);
    if (failures.get(vkey) === reason) return;
    failures.set(vkey, reason);
    options.log?.warn({ witness: witness.key.name, reason }, "a witness did not cosign; it is asked again");
    if (isRefusal) options.onRefusal?.(witness.key.name, reason);
  };

  const pass = async (): Promise<void> => {
    if (witnesses.length === 0) return;
    const checkpoint = await records.transact(SYSTEM_LEDGER, findLastCheckpoint);
    if (checkpoint === undefined) return;
    await Promise.all(
      witnesses.map((witness) =>
        ask(witness, checkpoint).then(
          () => settle(witness, undefined),
          (error: unknown) => settle(witness, error),
        ),
      ),
    );
  };
  // A database that does not answer is said elsewhere.
  const { run, close } = repeat(pass, intervalMs);

  return {
    run,
    status: () =>
      Promise.all(
        witnesses.map(async ({ url, key }) => {
          const vkey = formatVerifierKey(key);
          const last = await lastOf(vkey);
          return {
            name: key.name,
            url,
            key: vkey,
            size: Number(last?.size ?? 0n),
            at: last?.at.toISOString(),
            failure: failures.get(vkey),
            isRefusal: refusing.has(vkey),
          };
        }),
      ),
    close,
  };
}
