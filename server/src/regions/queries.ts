/** What people see of regions, within their rights. */
import { sql } from "kysely";
import { requireRight, type Actor } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Records } from "../records/mod.ts";
import type { RegionKind } from "./geometry.ts";
import { findRow, type RegionRow, type RegionVersionRow } from "./rows.ts";

/** Newest first. */
export async function listRegions(
  records: Records,
  actor: Actor,
  filter: {
    readonly kind?: RegionKind | undefined;
    readonly retired?: boolean | undefined;
    readonly limit: number;
    /** `created_at` and id of the last one of the page before. */
    readonly after?: { readonly at: Date; readonly id: string } | undefined;
  },
): Promise<{ readonly region: RegionRow; readonly version: RegionVersionRow }[]> {
  requireRight(actor, "triggerRules", "read");
  return records.transact(
    actor,
    async (tx) => {
      let query = tx.selectFrom("regions").selectAll().orderBy("created_at", "desc").orderBy("id", "desc");
      if (filter.kind !== undefined) query = query.where("kind", "=", filter.kind);
      query =
        filter.retired === true ? query.where("retired_at", "is not", null) : query.where("retired_at", "is", null);
      const { after } = filter;
      if (after !== undefined) query = query.where(sql<boolean>`(created_at, id) < (${after.at}, ${after.id})`);
      const rows = await query.limit(filter.limit).execute();
      if (rows.length === 0) return [];
      const versions = await tx
        .selectFrom("region_versions")
        .selectAll()
        .where((eb) => eb.or(rows.map(({ id, version }) => eb.and({ region: id, version }))))
        .execute();
      const byRegion = new Map(versions.map((version) => [version.region, version]));
      return rows.flatMap((region) => {
        const version = byRegion.get(region.id);
        return version === undefined ? [] : [{ region, version }];
      });
    },
    { retry: true },
  );
}

/** `version`: today's without it. @throws SG_NOT_FOUND */
export async function getRegion(
  records: Records,
  actor: Actor,
  id: string,
  version?: number,
): Promise<{
  readonly region: RegionRow;
  readonly version: RegionVersionRow;
  readonly versions: readonly Pick<
    RegionVersionRow,
    "version" | "shape" | "made_by" | "made_role" | "made_at" | "source"
  >[];
  /** Trigger sets in whose identity a version of it stands. */
  readonly pins: number;
}> {
  requireRight(actor, "triggerRules", "read");
  return records.transact(
    actor,
    async (tx) => {
      const region = await findRow(tx, id);
      const found = await tx
        .selectFrom("region_versions")
        .selectAll()
        .where("region", "=", id)
        .where("version", "=", version ?? region.version)
        .executeTakeFirst();
      if (found === undefined)
        throw new SandglassError(ERRORS.NOT_FOUND, { what: "version", id, version: version ?? region.version });
      const versions = await tx
        .selectFrom("region_versions")
        .select(["version", "shape", "made_by", "made_role", "made_at", "source"])
        .where("region", "=", id)
        .orderBy("version", "desc")
        .execute();
      const { count } = await tx
        .selectFrom("region_pins")
        .select(({ fn }) => fn.countAll<bigint>().as("count"))
        .where("region", "=", id)
        .executeTakeFirstOrThrow();
      return { region, version: found, versions, pins: Number(count) };
    },
    { retry: true },
  );
}
