/**
 * Writes what was found: one transaction holds the findings, their events, the ledger leaves, the outbox rows and the
 * cursor of a block. Everything in it is keyed by what happened, so a block that is stepped twice writes it once.
 */
import { sql } from "kysely";
import { appendLeaves, type LeafInput } from "../ledger/mod.ts";
import { SYSTEM_SUPERVISION, type Records, type Tx } from "../records/mod.ts";
import type { FindingTable } from "../records/tables/supervision.ts";
import { isNew, type FindingChange } from "./finding-change.ts";
import { FIRING_TOPIC } from "./firing-message.ts";
import {
  amendedJson,
  amendedRow,
  knownFromJson,
  isDelivered,
  leafOf,
  messageOf,
  rowOf,
  witnessJson,
  type FindingState,
} from "./firing-rows.ts";

export interface BlockCursor {
  readonly segment: number;
  readonly block: number;
  /** Ingest sequence of its last row. */
  readonly seq: number;
}

/** Changes of one round of statements: PostgreSQL takes 65,535 parameters, and a finding has 24. */
const CHUNK = 500;

/** Whom a vehicle belongs to, by its key. */
export type Owners = Map<bigint, Pick<LeafInput, "organisation" | "region">>;

/**
 * Writes the changes of a block and its cursor; resolves with those that were new and are to be told. `owners` is filled
 * with the owners of their vehicles, so that whoever tells of them need not ask again.
 */
export async function writeChanges(
  tx: Tx,
  changes: readonly FindingChange[],
  cursor: BlockCursor | undefined,
  feed = "vehicles",
  owners: Owners = new Map(),
): Promise<FindingChange[]> {
  const fresh: FindingChange[] = [];
  for (let from = 0; from < changes.length; from += CHUNK)
    fresh.push(...(await writeChunk(tx, changes.slice(from, from + CHUNK), owners)));
  if (cursor !== undefined) await writeCursor(tx, cursor, feed);
  return fresh;
}

async function writeChunk(tx: Tx, changes: readonly FindingChange[], owners: Owners): Promise<FindingChange[]> {
  const created = changes.filter(isNew).map((change) => rowOf(change.finding, change.kind));
  if (created.length > 0)
    await tx
      .insertInto("findings")
      .values(created)
      .onConflict((conflict) => conflict.column("id").doNothing())
      .execute();
  const before = new Map<string, Before>();
  const fresh = await insertEvents(tx, await knownOnly(tx, changes, before), before);
  if (fresh.length === 0) return fresh;
  await project(tx, fresh);
  const told = new Set(fresh.filter((change) => isDelivered(change, before.get(change.finding.id)?.status)));
  const states = await statesOf(tx, [...told]);
  const messages = [...told].flatMap((change) => messageOf(change, states.get(change.finding.id)) ?? []);
  if (messages.length > 0) {
    const rows = messages.map((message) => ({
      topic: FIRING_TOPIC,
      subject: message.finding,
      payload: JSON.stringify(message),
      done_at: null,
    }));
    await tx.insertInto("outbox").values(rows).execute();
  }
  for (const [key, owner] of await ownersOf(tx, fresh)) owners.set(key, owner);
  await appendLeaves(
    tx,
    fresh.flatMap((change) => {
      const leaf = leafOf(change);
      return leaf === undefined ? [] : [{ ...leaf, ...(ownerOf(change) ?? owners.get(change.finding.vehicle)) }];
    }),
  );
  return fresh.filter((change) => isNew(change) || told.has(change));
}

/** How a finding stood in the log before the changes at hand. */
type Before = Pick<FindingTable, "status"> & { readonly revision: number };

/** What a message about a clearing or a retraction has to say about its finding. */
async function statesOf(tx: Tx, changes: readonly FindingChange[]): Promise<Map<string, FindingState>> {
  const ids = changes
    .filter((change) => change.kind === "cleared" || change.kind === "retracted")
    .map((change) => change.finding.id);
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom("findings")
    .select(["id", "level", "assurance", "effect"])
    .where("id", "in", ids)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** Who may read the leaf besides those who see everything: the vehicle's organisation and territory of today. */
async function ownersOf(tx: Tx, changes: readonly FindingChange[]): Promise<Owners> {
  if (changes.length === 0) return new Map();
  const rows = await tx
    .selectFrom("vehicles")
    .select(["key", "organisation", "region"])
    .where("key", "in", [...new Set(changes.map((change) => change.finding.vehicle))])
    .execute();
  return new Map(
    rows.map(({ key, organisation, region }) => [
      key,
      { ...(organisation === null ? {} : { organisation }), ...(region === null ? {} : { region }) },
    ]),
  );
}

/** Of a subject that is no vehicle. */
function ownerOf(change: FindingChange): Pick<LeafInput, "organisation" | "region"> | undefined {
  if (change.kind === "confirmed" || change.finding.subject === undefined) return undefined;
  const { organisation, region } = change.finding.subject;
  return { ...(organisation === undefined ? {} : { organisation }), ...(region === undefined ? {} : { region }) };
}

/** `feed`: each has a place of its own. */
export async function writeCursor(tx: Tx, cursor: BlockCursor, feed = "vehicles"): Promise<void> {
  const place = { segment: BigInt(cursor.segment), block: cursor.block, seq: BigInt(cursor.seq), at: new Date() };
  await tx
    .insertInto("supervision_cursor")
    .values({ partition: feed === "vehicles" ? "all" : feed, ...place })
    // Never back: a write that nobody waited for may come after a newer one.
    .onConflict((conflict) =>
      conflict.column("partition").doUpdateSet(place).where("supervision_cursor.seq", "<=", place.seq),
    )
    .execute();
}

export function withSupervision<T>(records: Records, work: (tx: Tx) => Promise<T>): Promise<T> {
  return records.transact(SYSTEM_SUPERVISION, work, { retry: true });
}

const keyOf = (id: string, kind: string, level: number, revision: number): string =>
  `${id} ${kind} ${level} ${revision}`;

function levelOf(change: FindingChange): number {
  if (isNew(change)) return change.finding.level;
  return change.kind === "escalated" ? change.level : 0;
}

/** An event happens once per finding, level and revision of the finding: an amended one can rise and end again. */
function revisionOf(change: FindingChange, before: ReadonlyMap<string, Before>): number {
  switch (change.kind) {
    case "retracted":
      return change.revision;
    case "amended":
      return change.finding.revision;
    case "escalated":
    case "cleared":
      return before.get(change.finding.id)?.revision ?? 0;
    default:
      return 0;
  }
}

function eventTimeOf(change: FindingChange): number {
  return isNew(change) ? change.finding.onset : change.at;
}

/**
 * Leaves out what happens to a finding that is not there: its trigger does not apply to the subject, or late data took
 * it back while the live step, which is being repeated after a restart, does not know that yet.
 */
async function knownOnly(
  tx: Tx,
  changes: readonly FindingChange[],
  /** Filled with how the findings stand. */
  before: Map<string, Before>,
): Promise<readonly FindingChange[]> {
  const later = changes.filter((change) => !isNew(change));
  if (later.length === 0) return changes;
  const rows = await tx
    .selectFrom("findings")
    .select(["id", "status", "revision"])
    .where("id", "in", [...new Set(later.map((change) => change.finding.id))])
    .execute();
  for (const { id, status, revision } of rows) before.set(id, { status, revision });
  return changes.filter((change) => {
    if (isNew(change)) return true;
    const status = before.get(change.finding.id)?.status;
    return status !== undefined && (status !== "retracted" || change.kind === "amended");
  });
}

async function insertEvents(
  tx: Tx,
  changes: readonly FindingChange[],
  before: ReadonlyMap<string, Before>,
): Promise<FindingChange[]> {
  if (changes.length === 0) return [];
  const byKey = new Map<string, FindingChange>();
  for (const change of changes) {
    const key = keyOf(change.finding.id, change.kind, levelOf(change), revisionOf(change, before));
    if (!byKey.has(key)) byKey.set(key, change);
  }
  const rows = [...byKey.values()].map((change) => ({
    finding_id: change.finding.id,
    kind: change.kind,
    level: levelOf(change),
    revision: revisionOf(change, before),
    at: new Date(eventTimeOf(change)),
    detail: JSON.stringify(detailOf(change)),
  }));
  const inserted = await tx
    .insertInto("finding_events")
    .values(rows)
    .onConflict((conflict) => conflict.constraint("finding_events_once").doNothing())
    .returning(["finding_id", "kind", "level", "revision"])
    .execute();
  const fresh = new Set(inserted.map((row) => keyOf(row.finding_id, row.kind, row.level, row.revision)));
  return [...byKey].filter(([key]) => fresh.has(key)).map(([, change]) => change);
}

function detailOf(change: FindingChange): object {
  if (change.kind === "escalated") return { witnesses: change.witnesses.map(witnessJson) };
  if (change.kind === "amended") return amendedJson(change.finding);
  return isNew(change) ? knownFromJson(change.finding) : {};
}

async function project(tx: Tx, changes: readonly FindingChange[]): Promise<void> {
  const escalated = changes.filter((change) => change.kind === "escalated");
  if (escalated.length > 0) {
    const ids = escalated.map((change) => change.finding.id);
    const levels = escalated.map((change) => change.level);
    const effects = escalated.map((change) => change.effect ?? null);
    // A finding may rise twice in one block: the highest level counts.
    await sql`update findings set level = change.level,
        effect = case when findings.status = 'suppressed' then null else coalesce(change.effect, findings.effect) end
      from (
        select distinct on (id) id, level, effect
        from unnest(${ids}::text[], ${levels}::smallint[], ${effects}::text[]) as risen (id, level, effect)
        order by id, level desc
      ) as change
      where findings.id = change.id and findings.level < change.level`.execute(tx);
  }
  const cleared = changes.filter((change) => change.kind === "cleared");
  if (cleared.length > 0) {
    const ids = cleared.map((change) => change.finding.id);
    const times = cleared.map((change) => new Date(change.at).toISOString());
    // A firing that is kept back stays marked; it only has an end now.
    await sql`update findings set cleared_at = change.at,
        status = case when findings.status = 'firing' then 'cleared' else findings.status end
      from unnest(${ids}::text[], ${times}::timestamptz[]) as change (id, at)
      where findings.id = change.id and findings.status in ('firing', 'suppressed')`.execute(tx);
  }
  for (const change of changes) {
    // Rare: one statement each.
    if (change.kind === "retracted") {
      await tx
        .updateTable("findings")
        .set({ status: "retracted", retracted_at: new Date(change.at), revision: change.revision })
        .where("id", "=", change.finding.id)
        .execute();
    } else if (change.kind === "amended") {
      await tx
        .updateTable("findings")
        .set(amendedRow(change.finding, change.at))
        .where("id", "=", change.finding.id)
        .execute();
    }
  }
  const confirmed = changes.filter((change) => change.kind === "confirmed").map((change) => change.finding.id);
  if (confirmed.length > 0)
    await tx.updateTable("findings").set({ confirmed: true }).where("id", "in", confirmed).execute();
}
