/**
 * The ledger of this server: opens the log (first leaf and key), runs the sequencer once a second, rotates keys.
 */
import { sql } from "kysely";
import {
  KEY_ACCEPTED_LEAF_KIND,
  KEY_LEAF_KIND,
  NOTE_KEY,
  signNote,
  verifierKey,
  type TreeHead,
  type VerifierKey,
  SIGNATURE_ALGORITHM,
  toBase64,
  type Checkpoint,
  type KeyAcceptance,
  type KeyLeafContent,
} from "@sandglass/ledger";
import { ERRORS, SandglassError, messageOf } from "../errors/mod.ts";
import { SYSTEM_LEDGER, type Records, type Tx } from "../records/mod.ts";
import { appendLeaf } from "./append.ts";
import { HASHER } from "./hasher.ts";
import { KeyStore, type KeyCustody, type KeyStoreOptions, type SigningKey } from "./key-store.ts";
import { findLastCheckpoint } from "./queries.ts";
import { Sequencer } from "./sequencer.ts";

export interface LedgerLog {
  warn(fields: object, text: string): void;
}

export interface LedgerOptions {
  readonly records: Records;
  readonly dataDir: string;
  readonly log?: LedgerLog;
  /** UTC ms. */
  readonly now?: () => number;
  /** Time between runs of the sequencer; 1 s by default. */
  readonly intervalMs?: number;
  /** Passphrase and signer of the key; none by default. */
  readonly keys?: KeyStoreOptions;
}

export interface LedgerStatus {
  readonly origin: string;
  readonly keyId: string;
  readonly custody: KeyCustody;
  /** Last checkpoint that this process signed or found. */
  readonly checkpoint: Checkpoint | undefined;
  /** Why the last run failed; undefined after a good one. */
  readonly failure: string | undefined;
}

export interface Ledger {
  readonly publicKey: () => { readonly keyId: string; readonly publicKey: Uint8Array; readonly publicKeyPem: string };
  /** The key that signs now in the form of C2SP notes. */
  verifierKey(): VerifierKey;
  /** A checkpoint as a C2SP note, signed with the key that signs now. */
  signNote(head: TreeHead): Promise<string>;
  status(): LedgerStatus;
  /** Numbers and signs everything that is committed now; for tests and for an orderly stop. */
  flush(): Promise<void>;
  /**
   * Hands over to a new key; resolves with its id when the old key has signed the leaf that introduces it.
   * @param signerKey label of the new key in the signer; undefined = a file
   * @throws SG_LEDGER_ROTATION for a key that the ledger has had already
   */
  rotateKey(signerKey?: string): Promise<string>;
  onCheckpoint(listener: (checkpoint: Checkpoint) => void): () => void;
  /** Does something while nothing is numbered and no key takes the place of another: files and records fit each other. */
  between<T>(work: () => Promise<T>): Promise<T>;
  /** Numbers what is pending, if the database answers, and stops. */
  close(): Promise<void>;
}

export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const keys = new KeyStore(options.dataDir, options.keys);
  const state = await options.records.transact(SYSTEM_LEDGER, readState);
  let key = await keys.findCurrent();
  if (state === undefined) {
    key ??= await keys.create();
    return RunningLedger.start(options, keys, key, `sandglass/${key.keyId}`, true);
  }
  if (key === undefined) throw new SandglassError(ERRORS.LEDGER_KEY_LOST, { file: keys.file });
  const next = await keys.findNext();
  if (next !== undefined) {
    // A rotation was interrupted: the ledger says whether it had happened.
    if (state.keyId === next.keyId) key = await keys.promoteNext();
    else if (state.pendingKeyId !== next.keyId) await keys.discardNext();
  }
  if (key.keyId !== state.keyId) {
    throw new SandglassError(ERRORS.LEDGER_KEY_FOREIGN, { file: keys.file, found: key.keyId, expected: state.keyId });
  }
  return RunningLedger.start(options, keys, key, state.origin, false);
}

interface LedgerState {
  readonly origin: string;
  /** Key of the last numbered key leaf: the one that signs now. */
  readonly keyId: string;
  /** Key of a key leaf that is not numbered yet. */
  readonly pendingKeyId: string | undefined;
}

async function readState(tx: Tx): Promise<LedgerState | undefined> {
  const keyLeaves = await readKeyLeaves(tx);
  const last = keyLeaves.findLast(({ isNumbered }) => isNumbered);
  if (last === undefined) return undefined;
  const pending = keyLeaves.find(({ isNumbered }) => !isNumbered);
  return { origin: last.origin, keyId: last.keyId, pendingKeyId: pending?.keyId };
}

async function readKeyLeaves(tx: Tx): Promise<(KeyLeafContent & { readonly isNumbered: boolean })[]> {
  const rows = await tx
    .selectFrom("ledger_leaves")
    .leftJoin("ledger_sequence", "ledger_sequence.leaf_id", "ledger_leaves.id")
    .select(["content", "seq"])
    .where("kind", "=", sql.lit(KEY_LEAF_KIND))
    .orderBy("ordinal")
    .execute();
  return rows.map(({ content, seq }) => ({ ...(content as KeyLeafContent), isNumbered: seq !== null }));
}

function isRefusal(error: unknown): boolean {
  return error instanceof SandglassError && error.code === ERRORS.LEDGER_ROTATION.code;
}

class RunningLedger implements Ledger {
  readonly #options: LedgerOptions;
  readonly #keys: KeyStore;
  readonly #origin: string;
  readonly #sequencer: Sequencer;
  readonly #listeners = new Set<(checkpoint: Checkpoint) => void>();
  #key: SigningKey;
  #checkpoint: Checkpoint | undefined;
  #failure: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #rotation: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(options: LedgerOptions, keys: KeyStore, key: SigningKey, origin: string) {
    this.#options = options;
    this.#keys = keys;
    this.#key = key;
    this.#origin = origin;
    this.#sequencer = new Sequencer(options.records, origin, options.now ?? Date.now);
  }

  static async start(
    options: LedgerOptions,
    keys: KeyStore,
    key: SigningKey,
    origin: string,
    isNew: boolean,
  ): Promise<RunningLedger> {
    const ledger = new RunningLedger(options, keys, key, origin);
    if (isNew) await ledger.#appendFirstKey();
    // A rotation may have died before the new key signed anything.
    const signedBy = (await options.records.transact(SYSTEM_LEDGER, findLastCheckpoint))?.keyId;
    if (signedBy !== undefined && signedBy !== key.keyId) await ledger.#appendAcceptance(signedBy);
    await ledger.flush();
    ledger.#schedule();
    return ledger;
  }

  publicKey(): { keyId: string; publicKey: Uint8Array; publicKeyPem: string } {
    const { keyId, publicKey, publicKeyPem } = this.#key;
    return { keyId, publicKey, publicKeyPem };
  }

  verifierKey(): VerifierKey {
    return verifierKey(this.#origin, NOTE_KEY, this.#key.publicKey, HASHER);
  }

  signNote({ origin, size, root }: TreeHead): Promise<string> {
    return signNote({ origin, size, root }, this.verifierKey(), this.#key.sign);
  }

  status(): LedgerStatus {
    const { keyId, custody } = this.#key;
    return { origin: this.#origin, keyId, custody, checkpoint: this.#checkpoint, failure: this.#failure };
  }

  onCheckpoint(listener: (checkpoint: Checkpoint) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  flush(): Promise<void> {
    return this.between(() => this.#drain());
  }

  between<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  rotateKey(signerKey?: string): Promise<string> {
    // One after the other: the second would overwrite the file in which the first keeps its key.
    const rotation = this.#rotation.then(() => this.#rotate(signerKey));
    this.#rotation = rotation.catch(() => undefined);
    return rotation;
  }

  async #rotate(signerKey: string | undefined): Promise<string> {
    await this.flush();
    if ((await this.#keys.findNext()) !== undefined)
      throw new SandglassError(ERRORS.LEDGER_ROTATION, { reason: "another one has not ended" });
    const next = await this.#keys.prepareNext(signerKey);
    try {
      await this.#options.records.transact(SYSTEM_LEDGER, async (tx) => {
        if ((await readKeyLeaves(tx)).some(({ keyId }) => keyId === next.keyId))
          throw new SandglassError(ERRORS.LEDGER_ROTATION, {
            reason: `the ledger has had the key ${next.keyId} before`,
          });
        await this.#appendKey(tx, next, this.#key.keyId);
      });
    } catch (error) {
      // A lost answer to a commit that happened is the one case in which the next key is needed.
      const introduced = await this.#options.records.transact(SYSTEM_LEDGER, readKeyLeaves).catch(() => undefined);
      if (introduced?.every(({ keyId }) => keyId !== next.keyId) || isRefusal(error)) await this.#keys.discardNext();
      throw error;
    }
    await this.flush();
    return next.keyId;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    // What stays pending after a failure is numbered at the next start.
    await this.flush().catch(() => undefined);
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.flush()
        .catch((error: unknown) => this.#failed(error))
        .finally(() => this.#schedule());
    }, this.#options.intervalMs ?? 1_000);
  }

  #failed(error: unknown): void {
    const reason = messageOf(error);
    // Said once per cause: the database may be away for long.
    if (reason !== this.#failure) this.#options.log?.warn({ reason }, "ledger sequencer failed; it tries again");
    this.#failure = reason;
  }

  async #drain(): Promise<void> {
    for (;;) {
      const batch = await this.#sequencer.run(this.#key);
      this.#failure = undefined;
      if (batch === undefined) return;
      this.#checkpoint = batch.checkpoint;
      const next = await this.#keys.findNext();
      if (next !== undefined && batch.introduced.includes(next.keyId)) {
        this.#key = await this.#keys.promoteNext();
        await this.#appendAcceptance(batch.checkpoint.keyId);
      }
      for (const listener of this.#listeners) listener(batch.checkpoint);
    }
  }

  async #appendFirstKey(): Promise<void> {
    await this.#options.records.transact(SYSTEM_LEDGER, async (tx) => {
      // An earlier start may have died between this leaf and its number.
      const found = await tx
        .selectFrom("ledger_leaves")
        .select("id")
        .where("kind", "=", KEY_LEAF_KIND)
        .executeTakeFirst();
      if (found === undefined) await this.#appendKey(tx, this.#key, null);
    });
  }

  /** So that the new key signs at once: an export is checked with the key that `keys/ledger.pub` holds. */
  async #appendAcceptance(previous: string): Promise<void> {
    const { keyId } = this.#key;
    await this.#options.records.transact(SYSTEM_LEDGER, (tx) =>
      appendLeaf(tx, {
        kind: KEY_ACCEPTED_LEAF_KIND,
        subject: keyId,
        content: { keyId, previous } satisfies KeyAcceptance,
        ...(this.#options.now ? { at: this.#options.now() } : {}),
      }),
    );
  }

  async #appendKey(tx: Tx, key: SigningKey, previous: string | null): Promise<void> {
    const content = {
      algorithm: SIGNATURE_ALGORITHM,
      keyId: key.keyId,
      origin: this.#origin,
      previous,
      publicKey: toBase64(key.publicKey),
    };
    await appendLeaf(tx, {
      kind: KEY_LEAF_KIND,
      subject: key.keyId,
      content,
      ...(this.#options.now ? { at: this.#options.now() } : {}),
    });
  }
}
