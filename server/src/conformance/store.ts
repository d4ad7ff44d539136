/** Counters, states and cursor in PostgreSQL: written together in one transaction, read back at the start. */
import { sql } from "kysely";
import type { Actor, Records, Tx } from "../records/mod.ts";
import type { Burst } from "./bursts.ts";
import { RULES_VERSION } from "./catalogue.ts";
import { BASE_SIZE, dateOfDay, RULE_COUNT, type CounterSnapshot } from "./counters.ts";
import type { QualityEngine } from "./engine.ts";
import { takeStates, restoreStates, type StateChunk } from "./state-chunks.ts";

/** Counts; nobody else may write quality figures. */
const SYSTEM_CONFORMANCE: Actor = {
  kind: "system",
  id: "system:conformance",
  role: "system:conformance",
  organisation: "",
};
const PARTITION = "all";
/** Rows of one statement: what the event loop spends on building it stays below some 10 ms. */
const ROWS = 1000;

export interface Position {
  readonly segment: number;
  readonly block: number;
}

/** Everything that changed up to a block, copied at one instant. */
export interface QualitySnapshot {
  readonly cursor: Position;
  readonly day: number;
  readonly links: readonly (readonly [number, string])[];
  readonly vehicles: CounterSnapshot;
  readonly vehicleKeys: readonly bigint[];
  readonly platforms: CounterSnapshot;
  readonly users: readonly string[];
  readonly bursts: readonly (Burst & { readonly username: string | undefined })[];
  readonly states: readonly StateChunk[];
}

/** Copies what changed since the last snapshot. */
export function takeSnapshot(engine: QualityEngine, cursor: Position): QualitySnapshot {
  const vehicles = engine.vehicleDays.takeChanged(engine.vehicles.size);
  const platforms = engine.platformDays.takeChanged(engine.links.size);
  return {
    cursor,
    day: engine.day,
    links: engine.links.open(),
    vehicles,
    vehicleKeys: [...vehicles.slots].map((slot) => engine.vehicles.keyOf(slot)),
    platforms,
    users: [...platforms.slots].map((slot) => engine.links.users[slot]),
    bursts: engine.bursts.takeChanged().map((burst) => ({
      ...burst,
      username: burst.platform === undefined ? undefined : engine.links.users[burst.platform],
    })),
    // A state changes only with a row that is counted.
    states: takeStates(engine.vehicles, vehicles.slots),
  };
}

/** The one who writes has no more time; nothing of the snapshot is written. */
export class SnapshotGivenUpError extends Error {}

/**
 * @param goesOn asked between two statements
 * @throws SnapshotGivenUpError
 */
export async function writeSnapshot(
  records: Records,
  snapshot: QualitySnapshot,
  goesOn: () => boolean = () => true,
): Promise<void> {
  // Whole values and not differences: a transaction that is repeated after a lost answer changes nothing.
  await records.transact(
    SYSTEM_CONFORMANCE,
    async (tx) => {
      const { vehicles, vehicleKeys, platforms, users } = snapshot;
      // Key 0 is what belongs to no vehicle; it counts for its platform only.
      const known = [...vehicles.slots.keys()].filter((i) => vehicleKeys[i] !== 0n);
      for (let at = 0; at < known.length; at += ROWS) {
        if (!goesOn()) throw new SnapshotGivenUpError();
        await writeVehicleDays(tx, vehicles, vehicleKeys, known.slice(at, at + ROWS));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await writePlatformDays(tx, platforms, users);
      await writeBursts(tx, snapshot.bursts);
      for (const { chunk, content } of snapshot.states) {
        if (!goesOn()) throw new SnapshotGivenUpError();
        await sql`insert into quality_state (chunk, content) values (${chunk}, ${content})
          on conflict (chunk) do update set content = excluded.content`.execute(tx);
      }
      const { cursor, day, links } = snapshot;
      await sql`insert into quality_cursor (partition, segment, block, day, links, at)
        values (${PARTITION}, ${cursor.segment}, ${cursor.block}, ${day}, ${JSON.stringify(links)}::jsonb, now())
        on conflict (partition) do update set segment = excluded.segment, block = excluded.block, day = excluded.day,
          links = excluded.links, at = excluded.at`.execute(tx);
    },
    { retry: true },
  );
}

async function writeVehicleDays(
  tx: Tx,
  snapshot: CounterSnapshot,
  keys: readonly bigint[],
  entries: readonly number[],
): Promise<void> {
  const days = entries.map((i) => dateOfDay(snapshot.days[i]));
  const { base, rules, hits } = arraysOf(snapshot, entries);
  await sql`insert into quality_vehicle_days (vehicle, day, base, rules, hits, rules_version)
    select vehicle, day, base::bigint[], rules::smallint[], hits::bigint[], ${RULES_VERSION}
    from unnest(${entries.map((i) => String(keys[i]))}::text[]::bigint[], ${days}::text[]::date[], ${base}::text[], ${rules}::text[], ${hits}::text[])
      as counted (vehicle, day, base, rules, hits)
    on conflict (day, vehicle) do update set base = excluded.base, rules = excluded.rules, hits = excluded.hits,
      rules_version = excluded.rules_version`.execute(tx);
}

async function writePlatformDays(tx: Tx, snapshot: CounterSnapshot, users: readonly string[]): Promise<void> {
  const entries = [...snapshot.slots.keys()];
  if (entries.length === 0) return;
  const days = entries.map((i) => dateOfDay(snapshot.days[i]));
  const { base, rules, hits } = arraysOf(snapshot, entries);
  await sql`insert into quality_platform_days (username, day, base, rules, hits, rules_version)
    select username, day, base::bigint[], rules::smallint[], hits::bigint[], ${RULES_VERSION}
    from unnest(${[...users]}::text[], ${days}::text[]::date[], ${base}::text[], ${rules}::text[], ${hits}::text[])
      as counted (username, day, base, rules, hits)
    on conflict (day, username) do update set base = excluded.base, rules = excluded.rules, hits = excluded.hits,
      rules_version = excluded.rules_version`.execute(tx);
}

/** PostgreSQL array literals per entry; of rules only those that were broken. */
function arraysOf(
  { base, hits }: CounterSnapshot,
  entries: readonly number[],
): { base: string[]; rules: string[]; hits: string[] } {
  const texts = { base: [] as string[], rules: [] as string[], hits: [] as string[] };
  for (const i of entries) {
    texts.base.push(`{${base.subarray(i * BASE_SIZE, (i + 1) * BASE_SIZE).join(",")}}`);
    const rules: number[] = [];
    const counts: number[] = [];
    for (let rule = 0; rule < RULE_COUNT; rule++) {
      const count = hits[i * RULE_COUNT + rule];
      if (count === 0) continue;
      rules.push(rule);
      counts.push(count);
    }
    texts.rules.push(`{${rules.join(",")}}`);
    texts.hits.push(`{${counts.join(",")}}`);
  }
  return texts;
}

async function writeBursts(tx: Tx, bursts: QualitySnapshot["bursts"]): Promise<void> {
  if (bursts.length === 0) return;
  // The same alarm may have been closed and opened again in one interval: its last state counts.
  const last = [...new Map(bursts.map((burst) => [`${burst.vehicle} ${burst.onset}`, burst])).values()];
  const times = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
  await sql`insert into quality_bursts (vehicle, onset, level, edition, before_seconds, after_seconds, cleared_at, username)
    select * from unnest(${last.map(({ vehicle }) => String(vehicle))}::text[]::bigint[],
      ${last.map(({ onset }) => times(onset))}::text[]::timestamptz[], ${last.map(({ level }) => level)}::smallint[],
      ${last.map(({ edition }) => edition)}::smallint[], ${last.map(({ before }) => before)}::smallint[],
      ${last.map(({ after }) => after)}::smallint[], ${last.map(({ clearedAt }) => times(clearedAt))}::text[]::timestamptz[],
      ${last.map(({ username }) => username ?? null)}::text[])
    on conflict (vehicle, onset) do update set level = excluded.level, before_seconds = excluded.before_seconds,
      after_seconds = excluded.after_seconds, cleared_at = excluded.cleared_at`.execute(tx);
}

/** Users of the platforms of authorities and local platforms, which pass on what enterprises sent them. */
export async function readRelays(records: Records): Promise<ReadonlySet<string>> {
  return records.transact(
    SYSTEM_CONFORMANCE,
    async (tx) => {
      const rows = await tx
        .selectFrom("platforms")
        .innerJoin("organisations", "organisations.id", "platforms.organisation")
        .select("platforms.username")
        .where("organisations.kind", "in", ["authority", "platform"])
        .execute();
      return new Set(rows.map(({ username }) => username));
    },
    { retry: true },
  );
}

interface CursorRow {
  readonly segment: bigint;
  readonly block: number;
  readonly day: number;
  readonly links: readonly (readonly [number, string])[];
}
interface DayRow {
  readonly base: bigint[];
  readonly rules: number[];
  readonly hits: bigint[];
}

/** Puts everything back as it was at the cursor. @returns the cursor; undefined before the first write */
export async function restore(records: Records, engine: QualityEngine): Promise<Position | undefined> {
  return records.transact(
    SYSTEM_CONFORMANCE,
    async (tx) => {
      const [cursor] = (
        await sql<CursorRow>`select segment, block, day, links from quality_cursor where partition = ${PARTITION}`.execute(
          tx,
        )
      ).rows;
      if (cursor === undefined) return undefined;
      engine.setDay(cursor.day);
      for (const [link, user] of cursor.links) engine.links.bind(link, user);
      const chunks = await sql<StateChunk>`select chunk, content from quality_state order by chunk`.execute(tx);
      restoreStates(engine.vehicles, chunks.rows);
      engine.vehicleDays.reserve(engine.vehicles.size);
      const day = dateOfDay(cursor.day);
      const vehicles = await sql<
        DayRow & { vehicle: bigint }
      >`select vehicle, base, rules, hits from quality_vehicle_days where day = ${day}::date`.execute(tx);
      for (const row of vehicles.rows) {
        const slot = engine.vehicles.slotOfKey(row.vehicle);
        engine.vehicleDays.reserve(engine.vehicles.size);
        engine.vehicleDays.restore(slot, cursor.day, row.base.map(Number), row.rules, row.hits.map(Number));
      }
      const platforms = await sql<
        DayRow & { username: string }
      >`select username, base, rules, hits from quality_platform_days where day = ${day}::date`.execute(tx);
      for (const row of platforms.rows) {
        const slot = engine.links.slotOfUser(row.username);
        engine.platformDays.reserve(engine.links.size);
        engine.platformDays.restore(slot, cursor.day, row.base.map(Number), row.rules, row.hits.map(Number));
      }
      return { segment: Number(cursor.segment), block: cursor.block };
    },
    { retry: true },
  );
}
