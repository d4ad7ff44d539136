/** The whole log as canonical NDJSON (@sandglass/ledger export-format), in pages, never in memory at once. */
import { checkpointLine, headerLine, leafLine, type Checkpoint } from "@sandglass/ledger";
import { SYSTEM_LEDGER, type Records } from "../records/mod.ts";
import { HASHER } from "./hasher.ts";
import { checkpointOf, LEAF_COLUMNS, leafOf } from "./rows.ts";

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
    return { origin: last.origin, leaves: Number(last.size), checkpoints: Number(counted.count) };
  });
  if (totals === undefined) {
    yield headerLine({ origin: "", leaves: 0, checkpoints: 0 });
    return;
  }
  yield headerLine(totals);
  for (let from = 0; from < totals.leaves; from += PAGE) {
    const to = Math.min(from + PAGE, totals.leaves);
    yield await page(records, from, to);
  }
}

/** Lines of leaves [from, to) with the checkpoints that end in (from, to]. */
async function page(records: Records, from: number, to: number): Promise<string> {
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
    let text = "";
    for (const row of leaves) {
      text += leafLine(leafOf(row, row.seq), HASHER);
      const checkpoint = checkpoints.get(Number(row.seq) + 1);
      if (checkpoint !== undefined) text += checkpointLine(checkpoint);
    }
    return text;
  });
}
