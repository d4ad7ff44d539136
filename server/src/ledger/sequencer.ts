/**
 * Numbers committed leaves and signs checkpoints.
 *
 * Order. Each run takes what is visible and unnumbered, ordered by (transaction id, position in the transaction), and
 * numbers it behind everything numbered before. If B began to write after A had committed, A is seen whenever B is,
 * and A's transaction id is the smaller one: A gets the smaller number. So numbers follow the order of commits as far
 * as anyone can observe it, and a transaction that stays open for long holds up nothing but itself.
 * Rejected: numbering from a sequence in the writer's transaction (gaps and numbers against the commit order), and
 * waiting until every older transaction has ended (`pg_snapshot_xmin`), which one idle transaction would block.
 *
 * One run is one transaction: queue rows taken, numbers, nodes and checkpoint appear together or not at all. An
 * advisory lock keeps a second sequencer out; without it nothing would break but one of them would fail on the keys.
 */
import { sql } from "kysely";
import {
  CompactRange,
  entryHash,
  KEY_LEAF_KIND,
  signCheckpoint,
  subtreesOf,
  type Checkpoint,
  type SubtreeId,
} from "@sandglass/ledger";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { SYSTEM_LEDGER, type Records, type Tx } from "../records/mod.ts";
import { HASHER } from "./hasher.ts";
import type { SigningKey } from "./key-store.ts";
import { entryOf } from "./rows.ts";
import { getSubtrees } from "./tree.ts";

const LOCK = 7_212_420;
/** Leaves of one transaction; a longer queue is worked off in several. */
const BATCH = 2_000;

export interface SequencedBatch {
  readonly checkpoint: Checkpoint;
  readonly leaves: number;
  /** Ids of keys that leaves of this batch introduced. */
  readonly introduced: readonly string[];
}

export class Sequencer {
  readonly #records: Records;
  readonly #origin: string;
  readonly #now: () => number;
  #range: CompactRange | undefined;

  constructor(records: Records, origin: string, now: () => number) {
    this.#records = records;
    this.#origin = origin;
    this.#now = now;
  }

  /** One run; undefined when nothing was pending or another sequencer is at work. */
  async run(key: SigningKey): Promise<SequencedBatch | undefined> {
    try {
      const done = await this.#records.transact(SYSTEM_LEDGER, (tx) => this.#batch(tx, key));
      if (done === undefined) return undefined;
      this.#range = done.range;
      return done.batch;
    } catch (error) {
      // Whether the commit happened is unknown: read the state again next time.
      this.#range = undefined;
      throw error;
    }
  }

  async #batch(tx: Tx, key: SigningKey): Promise<{ batch: SequencedBatch; range: CompactRange } | undefined> {
    const lock = await sql<{ taken: boolean }>`select pg_try_advisory_xact_lock(${LOCK}) as taken`.execute(tx);
    if (lock.rows[0]?.taken !== true) return undefined;
    const rows = await tx
      .selectFrom("ledger_pending")
      .innerJoin("ledger_leaves", "ledger_leaves.id", "ledger_pending.leaf_id")
      .select(["ledger_leaves.id", "kind", "at", "commitment", "subject"])
      .orderBy("ledger_pending.transaction")
      .orderBy("ledger_pending.ordinal")
      .limit(BATCH)
      .execute();
    if (rows.length === 0) return undefined;

    await requireInForce(tx, key);
    const range = await this.#rangeOf(tx);
    // The first leaf of a log introduces its key, whoever else was quicker.
    if (range.size === 0) rows.sort((a, b) => Number(b.kind === KEY_LEAF_KIND) - Number(a.kind === KEY_LEAF_KIND));
    const sequence: { seq: bigint; leaf_id: string; hash: Buffer }[] = [];
    const nodes: { level: number; index: bigint; hash: Buffer }[] = [];
    const store = ({ level, index }: SubtreeId, hash: Uint8Array): void => {
      nodes.push({ level, index: BigInt(index), hash: Buffer.from(hash) });
    };
    for (const row of rows) {
      const hash = entryHash(entryOf(row), HASHER);
      sequence.push({ seq: BigInt(range.size), leaf_id: row.id, hash: Buffer.from(hash) });
      range.append(hash, store);
    }
    await tx
      .deleteFrom("ledger_pending")
      .where(
        "leaf_id",
        "in",
        rows.map((row) => row.id),
      )
      .execute();
    await tx.insertInto("ledger_sequence").values(sequence).execute();
    if (nodes.length > 0) await tx.insertInto("ledger_nodes").values(nodes).execute();
    const at = new Date(this.#now());
    const checkpoint = await signCheckpoint(
      { origin: this.#origin, size: range.size, root: range.root(), at: at.toISOString(), keyId: key.keyId },
      key.sign,
    );
    await insertCheckpoint(tx, checkpoint, at);
    const introduced = rows.filter((row) => row.kind === KEY_LEAF_KIND).map((row) => row.subject ?? "");
    return { batch: { checkpoint, leaves: rows.length, introduced }, range };
  }

  /** The right edge of the stored tree; a copy, so that a failed transaction leaves no trace in memory. */
  async #rangeOf(tx: Tx): Promise<CompactRange> {
    const last = await tx
      .selectFrom("ledger_checkpoints")
      .select(({ fn }) => fn.max("size").as("size"))
      .executeTakeFirst();
    const size = Number(last?.size ?? 0n);
    if (this.#range?.size === size) return new CompactRange(HASHER, size, this.#range.roots);
    return new CompactRange(HASHER, size, await getSubtrees(tx, subtreesOf(0, size)));
  }
}

/** Another process may have rotated: a key that the ledger was handed over from must not sign again. */
async function requireInForce(tx: Tx, key: SigningKey): Promise<void> {
  const inForce = await findKeyInForce(tx);
  if (inForce !== undefined && inForce !== key.keyId)
    throw new SandglassError(ERRORS.LEDGER_KEY_RETIRED, { found: key.keyId, expected: inForce });
}

/** Id of the key that the last numbered key leaf introduced; undefined before the first. */
export async function findKeyInForce(tx: Tx): Promise<string | undefined> {
  const row = await tx
    .selectFrom("ledger_leaves")
    .innerJoin("ledger_sequence", "ledger_sequence.leaf_id", "ledger_leaves.id")
    .select("subject")
    .where("kind", "=", sql.lit(KEY_LEAF_KIND))
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.subject ?? undefined;
}

async function insertCheckpoint(tx: Tx, checkpoint: Checkpoint, at: Date): Promise<void> {
  await tx
    .insertInto("ledger_checkpoints")
    .values({
      size: BigInt(checkpoint.size),
      origin: checkpoint.origin,
      root: Buffer.from(checkpoint.root),
      at,
      key_id: checkpoint.keyId,
      hash_algorithm: checkpoint.hashAlgorithm,
      signature_algorithm: checkpoint.signatureAlgorithm,
      signature: Buffer.from(checkpoint.signature),
    })
    .execute();
}
