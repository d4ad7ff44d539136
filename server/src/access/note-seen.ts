/** Writes vehicles that intake met. Who calls it is the system; see `Registry.noteSeen`. */
import { sql } from "kysely";
import type { Tx } from "../records/mod.ts";
import { printableVin } from "./vin.ts";

/** A vehicle as intake met it. */
export interface SeenVehicle {
  readonly key: bigint;
  /** As received, latin1. */
  readonly vin: string;
  /** UTC ms of the first reception. */
  readonly firstSeen: number;
  readonly edition: 2016 | 2025;
  readonly link: "terminal" | "platform";
}

/**
 * One statement of one shape for any number of vehicles: as a list of values, checking policies and planning took three times as long as writing.
 * Those that the registry knows as seen are left out before the insert, which would lock each of them and write that down; what another
 * transaction adds in between, the conflict finds. They are read by their keys at once: one by one, the planner would read a table that
 * was small when it looked again for each of them, while it grows.
 */
export async function noteSeenVehicles(tx: Tx, seen: readonly SeenVehicle[]): Promise<void> {
  const first = new Map<bigint, SeenVehicle>();
  for (const vehicle of seen) if (!first.has(vehicle.key)) first.set(vehicle.key, vehicle);
  // A common order prevents deadlocks.
  const rows = [...first.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  const keys = rows.map(({ key }) => String(key));
  await sql`with known as materialized (
      select key from vehicles where key = any (${keys}::bigint[]) and first_seen is not null
    )
    insert into vehicles (key, vin, first_seen, edition, link)
    select key, vin, first_seen, edition, link
    from unnest(
      ${keys}::bigint[],
      ${rows.map(({ vin }) => printableVin(vin))}::text[],
      ${rows.map(({ firstSeen }) => new Date(firstSeen).toISOString())}::timestamptz[],
      ${rows.map(({ edition }) => String(edition))}::text[],
      ${rows.map(({ link }) => link)}::text[]
    ) as seen (key, vin, first_seen, edition, link)
    where key not in (select key from known)
    on conflict (key) do update set first_seen = excluded.first_seen, edition = excluded.edition, link = excluded.link
      where vehicles.first_seen is null`.execute(tx);
}
