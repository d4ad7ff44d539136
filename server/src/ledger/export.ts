/** The whole log as canonical NDJSON (@sandglass/ledger export-format), in pages, never in memory at once. */
import {
  checkpointLine,
  cosignatureLine,
  headerLine,
  leafLine,
  timestampLine,
  type Checkpoint,
} from "@sandglass/ledger";
import { SYSTEM_LEDGER, type Records } from "../records/mod.ts";
import { HASHER } from "./hasher.ts";
import { checkpointOf, cosignatureOf, LEAF_COLUMNS, leafOf } from "./rows.ts";

const PAGE = 1_000;

/**
 * Everything up to the last checkpoint. What is numbered while it runs is left out, so the header holds.
 * The caller has checked that the reader may see all of it: this reads as the ledger itself.
 */
export async function* exportLedger(records: Records): AsyncGenerator<string> {
  const totals = await records.transact(SYSTEM_LEDGER, async (tx) => {
    const last = await tx
      .selectFrom("ledger_checkpoints")
      .selectAll()
      .orderBy("size", "desc")
      .limit(1)
      .executeTakeFirst();
    if (last === undefined) return undefined;
    const counted = await tx
      .selectFrom("ledger_checkpoints")
      .select(({ fn }) => fn.countAll<bigint>().as("count"))
      .where("size", "<=", last.size)
      .executeTakeFirstOrThrow();
    const attested = await tx
      .selectFrom("ledger_cosignatures")
      .select(({ fn }) => [fn.countAll<bigint>().as("count"), fn.max("ordinal").as("last")])
      .where("size", "<=", last.size)
      .executeTakeFirstOrThrow();
    const stamped = await tx
      .selectFrom("ledger_timestamps")
      .select(({ fn }) => [fn.countAll<bigint>().as("count"), fn.max("ordinal").as("last")])
      .where("size", "<=", last.size)
      .executeTakeFirstOrThrow();
    return {
      header: {
        origin: last.origin,
        leaves: Number(last.size),
        checkpoints: Number(counted.count),
        attestations: Number(attested.count) + Number(stamped.count),
      },
      last: { cosignature: attested.last ?? 0n, timestamp: stamped.last ?? 0n },
    };
  });
  if (totals === undefined) {
    yield headerLine({ origin: "", leaves: 0, checkpoints: 0, attestations: 0 });
    return;
  }
  const { header, last } = totals;
  yield headerLine(header);
  for (let from = 0; from < header.leaves; from += PAGE) {
    const to = Math.min(from + PAGE, header.leaves);
    yield await page(records, from, to, last);
  }
}

/** Ordinals: what comes in while an export runs is not counted in its header. */
interface LastAttestations {
  readonly cosignature: bigint;
  readonly timestamp: bigint;
}

/** Lines of leaves [from, to) with the checkpoints that end in (from, to]. */
async function page(records: Records, from: number, to: number, last: LastAttestations): Promise<string> {
  return records.transact(SYSTEM_LEDGER, async (tx) => {
    const leaves = await tx
      .selectFrom("ledger_sequence")
      .innerJoin("ledger_leaves", "ledger_leaves.id", "ledger_sequence.leaf_id")
      .select(["seq", ...LEAF_COLUMNS])
      .where("seq", ">=", BigInt(from))
      .where("seq", "<", BigInt(to))
      .orderBy("seq")
      .execute();
    const rows = await tx
      .selectFrom("ledger_checkpoints")
      .selectAll()
      .where("size", ">", BigInt(from))
      .where("size", "<=", BigInt(to))
      .execute();
    const checkpoints = new Map<number, Checkpoint>(rows.map((row) => [Number(row.size), checkpointOf(row)]));
    const cosignatures = Map.groupBy(
      await tx
        .selectFrom("ledger_cosignatures")
        .selectAll()
        .where("size", ">", BigInt(from))
        .where("size", "<=", BigInt(to))
        .where("ordinal", "<=", last.cosignature)
        .orderBy("witness")
        .execute(),
      ({ size }) => Number(size),
    );
    const timestamps = Map.groupBy(
      await tx
        .selectFrom("ledger_timestamps")
        .select(["size", "token"])
        .where("size", ">", BigInt(from))
        .where("size", "<=", BigInt(to))
        .where("ordinal", "<=", last.timestamp)
        .orderBy("ordinal")
        .execute(),
      ({ size }) => Number(size),
    );
    let text = "";
    for (const row of leaves) {
      text += leafLine(leafOf(row, row.seq), HASHER);
      const checkpoint = checkpoints.get(Number(row.seq) + 1);
      if (checkpoint === undefined) continue;
      text += checkpointLine(checkpoint);
      for (const row of cosignatures.get(checkpoint.size) ?? []) text += cosignatureLine(cosignatureOf(row));
      for (const { token } of timestamps.get(checkpoint.size) ?? [])
        text += timestampLine({ size: checkpoint.size, token }, HASHER);
    }
    return text;
  });
}
