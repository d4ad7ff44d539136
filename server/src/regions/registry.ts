/**
 * Regions and road lists that triggers name with `inside("…")`. A version of a region never changes; a change makes the
 * next one. Texts are compiled with the regions of today that their author may name; a set that was put in force is
 * pinned to the versions that it was compiled with, so that the same verdict comes out whatever the registry says later.
 *
 * Kept in memory as the compiler needs them: the regions of today, and the versions that some set is pinned to.
 */
import {
  DEFAULT_BREADTH_M,
  regionsOf,
  shapeOf,
  type GeoGeometry,
  type Region,
  type TriggerSet,
} from "@sandglass/triggers";
import { sql, type Selectable } from "kysely";
import { createId, mayActor, requireRight, type Actor } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { appendLeaf } from "../ledger/mod.ts";
import { SYSTEM_RULEBOOK, type Records, type Tx } from "../records/mod.ts";
import type { RegionTable, RegionVersionTable } from "../records/tables/regions.ts";
import type { CoordinateSystem } from "./coordinates.ts";
import { checkGeometry, type CheckedGeometry, type RegionKind } from "./geometry.ts";

export interface RegionNames {
  readonly en: string;
  readonly zh: string;
}

export interface RegionInput {
  readonly names: RegionNames;
  /** GeoJSON: geometry, Feature or FeatureCollection. */
  readonly geometry: unknown;
  readonly coordinateSystem: CoordinateSystem;
  /** Of roads: metres to either side. */
  readonly breadthM?: number;
  /** GB/T 2260 code that it stands for in the limits of projects. */
  readonly areaCode?: string;
  /** Where the geometry comes from. */
  readonly source?: string;
}

export type RegionRow = Selectable<RegionTable>;
export type RegionVersionRow = Selectable<RegionVersionTable>;

interface Known {
  readonly region: Region;
  readonly version: number;
  readonly kind: RegionKind;
  readonly areaCode: string | undefined;
  readonly organisation: string;
  readonly shared: boolean;
}

export interface RegionRegistryOptions {
  readonly records: Records;
  /** UTC ms. */
  readonly now: () => number;
}

/** Roles that see all rules name every region; SQL says the same: `rules_read_all()`. */
const READS_ALL: ReadonlySet<string> = new Set(["SAMR", "RECALL_CENTER", "SUPERVISOR_ALL"]);

export class RegionRegistry {
  readonly #options: RegionRegistryOptions;
  readonly #listeners = new Set<(id: string) => void>();
  /** Regions in use by id. */
  #known = new Map<string, Known>();
  /** By set hash. */
  #pinned = new Map<string, readonly Region[]>();

  private constructor(options: RegionRegistryOptions) {
    this.#options = options;
  }

  static async open(options: RegionRegistryOptions): Promise<RegionRegistry> {
    const registry = new RegionRegistry(options);
    await options.records.transact(
      SYSTEM_RULEBOOK,
      async (tx) => {
        await registry.#loadKnown(tx);
        await registry.#loadPins(tx);
      },
      { retry: true },
    );
    return registry;
  }

  /** Told the id of every region that was made, changed or retired. @returns stops listening */
  onChange(listener: (id: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // ── for compilers ─────────────────────────────────────────────────────────────────────────────────────────────

  /** What texts of an actor may name; of the system everything that is shared. */
  visibleTo(actor: Pick<Actor, "kind" | "role" | "organisation">): readonly Region[] {
    const all = actor.kind === "system" || READS_ALL.has(actor.role);
    return [...this.#known.values()]
      .filter(({ shared, organisation }) => all || shared || organisation === actor.organisation)
      .map(({ region }) => region);
  }

  /** Regions that a set in force was compiled with; undefined for one that names none. */
  pinnedTo(setHash: string): readonly Region[] | undefined {
    return this.#pinned.get(setHash);
  }

  /** What the limits of a project mean by a name, an id or an area code; undefined when the registry has no such region. */
  find(name: string): { readonly region: Region; readonly kind: RegionKind; readonly version: number } | undefined {
    const wanted = name.trim().toLowerCase();
    const direct = this.#known.get(name.trim());
    if (direct !== undefined) return direct;
    for (const known of this.#known.values()) {
      const { en, zh } = known.region.names;
      if (en.toLowerCase() === wanted || zh.toLowerCase() === wanted || known.areaCode === wanted) return known;
    }
    return undefined;
  }

  /**
   * Writes which versions a set means, in the transaction that puts it in force. Idempotent: the set's hash holds the
   * shapes. Call `pinned` after the commit.
   */
  async pin(tx: Tx, set: TriggerSet): Promise<void> {
    const asked = regionsOf(set);
    if (asked.length === 0) return;
    const rows = await tx
      .selectFrom("region_versions")
      .select(["region", "shape", (eb) => eb.fn.max("version").as("version")])
      .where(
        "region",
        "in",
        asked.map(({ region }) => region),
      )
      .groupBy(["region", "shape"])
      .execute();
    const pins = asked.map(({ region, shape }) => {
      const found = rows.find((row) => row.region === region && row.shape === shape);
      if (found === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: region });
      return { set_hash: set.hash, region, version: found.version, pinned_at: new Date(this.#options.now()) };
    });
    await tx
      .insertInto("region_pins")
      .values(pins)
      .onConflict((conflict) => conflict.constraint("region_pins_pk").doNothing())
      .execute();
  }

  /** Brings the pins that were written meanwhile into memory. */
  async pinned(): Promise<void> {
    await this.#options.records.transact(SYSTEM_RULEBOOK, (tx) => this.#loadPins(tx), { retry: true });
  }

  /** `pin` and `pinned` in one, outside of any transaction. */
  async pinNow(set: TriggerSet): Promise<void> {
    if (this.#pinned.has(set.hash) || regionsOf(set).length === 0) return;
    await this.#options.records.transact(
      SYSTEM_RULEBOOK,
      async (tx) => {
        await this.pin(tx, set);
        await this.#loadPins(tx);
      },
      { retry: true },
    );
  }

  // ── for people ────────────────────────────────────────────────────────────────────────────────────────────────

  /** Newest first. */
  async list(
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
    return this.#options.records.transact(
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
  async get(
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
    return this.#options.records.transact(
      actor,
      async (tx) => {
        const region = await findRow(tx, id);
        const found = await tx
          .selectFrom("region_versions")
          .selectAll()
          .where("region", "=", id)
          .where("version", "=", version ?? region.version)
          .executeTakeFirst();
        if (found === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: `${id} version ${version}` });
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

  /** Errors of `checkGeometry`, SG_REGION_NAME_USED, SG_FORBIDDEN. */
  async create(actor: Actor, kind: RegionKind, input: RegionInput): Promise<string> {
    requireKeeper(actor);
    const checked = checkGeometry(kind, input.geometry, input.coordinateSystem);
    this.#requireFreeNames(undefined, input);
    const id = createId("rgn");
    const now = new Date(this.#options.now());
    await this.#write(actor, id, input.names.en, async (tx) => {
      await tx
        .insertInto("regions")
        .values({
          id,
          kind,
          ...columnsOf(input),
          organisation: actor.organisation,
          shared: actor.kind === "system" || mayActor(actor, "triggerRules", "decide"),
          version: 1,
          created_by: actor.id,
          created_at: now,
          retired_at: null,
          retired_by: null,
        })
        .execute();
      await this.#addVersion(tx, actor, id, 1, input, checked, "created");
    });
    return id;
  }

  /** Makes the next version. `seen`: version that was changed. @throws SG_REGION_CHANGED, SG_REGION_RETIRED and as `create` */
  async revise(actor: Actor, id: string, seen: number, input: RegionInput): Promise<void> {
    requireKeeper(actor);
    const kind = this.#known.get(id)?.kind;
    const checked = kind === undefined ? undefined : checkGeometry(kind, input.geometry, input.coordinateSystem);
    await this.#write(actor, id, input.names.en, async (tx) => {
      const region = await findRow(tx, id);
      if (region.retired_at !== null) throw new SandglassError(ERRORS.REGION_RETIRED, { region: id });
      if (region.version !== seen || checked === undefined)
        throw new SandglassError(ERRORS.REGION_CHANGED, { region: id, version: region.version, seen });
      this.#requireFreeNames(id, input);
      const changed = await tx
        .updateTable("regions")
        .set({ ...columnsOf(input), version: seen + 1 })
        .where("id", "=", id)
        .where("version", "=", seen)
        .executeTakeFirst();
      if (changed.numUpdatedRows === 0n)
        throw new SandglassError(ERRORS.FORBIDDEN, { role: actor.role, object: id, right: "write" });
      await this.#addVersion(tx, actor, id, seen + 1, input, checked, "revised");
    });
  }

  /** New texts cannot name it any more; what is in force keeps the version that it means. */
  async retire(actor: Actor, id: string): Promise<void> {
    requireKeeper(actor);
    await this.#write(actor, id, id, async (tx) => {
      const region = await findRow(tx, id);
      if (region.retired_at !== null) throw new SandglassError(ERRORS.REGION_RETIRED, { region: id });
      const changed = await tx
        .updateTable("regions")
        .set({ retired_at: new Date(this.#options.now()), retired_by: actor.id })
        .where("id", "=", id)
        .executeTakeFirst();
      if (changed.numUpdatedRows === 0n)
        throw new SandglassError(ERRORS.FORBIDDEN, { role: actor.role, object: id, right: "write" });
      await appendLeaf(tx, {
        kind: "region",
        subject: id,
        content: { event: "retired", region: id, version: region.version, actor: actor.id, role: actor.role },
        ...(region.organisation === "" ? {} : { organisation: region.organisation }),
      });
    });
  }

  // ── inside ────────────────────────────────────────────────────────────────────────────────────────────────────

  async #write(actor: Actor, id: string, name: string, work: (tx: Tx) => Promise<void>): Promise<void> {
    try {
      await this.#options.records.transact(actor, work);
    } catch (error) {
      // Somebody was faster, or the name belongs to a region that is hidden from the actor.
      if (isUniqueViolation(error)) throw new SandglassError(ERRORS.REGION_NAME_USED, { name }, { cause: error });
      throw error;
    }
    await this.#options.records.transact(SYSTEM_RULEBOOK, (tx) => this.#loadKnown(tx), { retry: true });
    for (const listener of this.#listeners) listener(id);
  }

  async #addVersion(
    tx: Tx,
    actor: Actor,
    id: string,
    version: number,
    input: RegionInput,
    { geometry, roads, positions, box, areaKm2, lengthKm, kind }: CheckedGeometry,
    event: "created" | "revised",
  ): Promise<void> {
    const breadth = kind === "road" ? (input.breadthM ?? DEFAULT_BREADTH_M) : undefined;
    const shape = shapeOf({
      id,
      names: input.names,
      geometry,
      ...(breadth === undefined ? {} : { breadthM: breadth }),
    });
    const leaf = await appendLeaf(tx, {
      kind: "region",
      subject: id,
      content: {
        event,
        region: id,
        version,
        shape,
        names: { ...input.names },
        coordinateSystem: input.coordinateSystem,
        actor: actor.id,
        role: actor.role,
      },
      ...(actor.organisation === "" ? {} : { organisation: actor.organisation }),
    });
    await tx
      .insertInto("region_versions")
      .values({
        region: id,
        version,
        name_en: input.names.en.trim(),
        name_zh: input.names.zh.trim(),
        shape,
        geometry: JSON.stringify(geometry),
        breadth_m: breadth ?? null,
        roads: JSON.stringify(roads),
        coordinate_system: input.coordinateSystem,
        positions,
        ...box,
        area_km2: areaKm2 ?? null,
        length_km: lengthKm ?? null,
        source: input.source ?? "",
        made_by: actor.id,
        made_role: actor.role,
        made_at: new Date(this.#options.now()),
        leaf_id: leaf,
      })
      .execute();
  }

  /** One name leads to one region, in either language. @throws SG_REGION_NAME_USED */
  #requireFreeNames(id: string | undefined, { names, areaCode }: RegionInput): void {
    for (const name of [names.en, names.zh, ...(areaCode === undefined ? [] : [areaCode])]) {
      const found = this.find(name);
      if (found !== undefined && found.region.id !== id) throw new SandglassError(ERRORS.REGION_NAME_USED, { name });
    }
  }

  async #loadKnown(tx: Tx): Promise<void> {
    const rows = await tx
      .selectFrom("regions")
      .innerJoin("region_versions", (join) =>
        join
          .onRef("region_versions.region", "=", "regions.id")
          .onRef("region_versions.version", "=", "regions.version"),
      )
      .select(["id", "kind", "area_code", "organisation", "shared", "regions.version"])
      .select(["region_versions.name_en", "region_versions.name_zh", "shape", "geometry", "breadth_m"])
      .where("retired_at", "is", null)
      .execute();
    this.#known = new Map(
      rows.map((row) => {
        const before = this.#known.get(row.id);
        return [
          row.id,
          {
            // The same object while it is the same version: its shape is hashed once.
            region: before?.version === row.version ? before.region : regionOf(row),
            version: row.version,
            kind: row.kind,
            areaCode: row.area_code ?? undefined,
            organisation: row.organisation,
            shared: row.shared,
          },
        ];
      }),
    );
  }

  async #loadPins(tx: Tx): Promise<void> {
    const rows = await tx
      .selectFrom("region_pins")
      .innerJoin("region_versions", (join) =>
        join
          .onRef("region_versions.region", "=", "region_pins.region")
          .onRef("region_versions.version", "=", "region_pins.version"),
      )
      .select(["set_hash", "region_versions.region as id", "region_versions.version"])
      .select(["name_en", "name_zh", "geometry", "breadth_m"])
      .execute();
    const byVersion = new Map<string, Region>();
    const bySet = new Map<string, Region[]>();
    for (const row of rows) {
      const key = `${row.id}@${row.version}`;
      const known = this.#known.get(row.id);
      const region = byVersion.get(key) ?? (known?.version === row.version ? known.region : regionOf(row));
      byVersion.set(key, region);
      const list = bySet.get(row.set_hash);
      if (list === undefined) bySet.set(row.set_hash, [region]);
      else list.push(region);
    }
    this.#pinned = bySet;
  }
}

/** May keep regions: those who decide on rules, and those who propose them for their own. @throws SG_FORBIDDEN */
function requireKeeper(actor: Actor): void {
  if (actor.kind !== "system" && !mayActor(actor, "triggerRules", "propose"))
    requireRight(actor, "triggerRules", "decide");
}

async function findRow(tx: Tx, id: string): Promise<RegionRow> {
  const row = await tx.selectFrom("regions").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
  return row;
}

function columnsOf({ names, areaCode }: RegionInput) {
  return { name_en: names.en.trim(), name_zh: names.zh.trim(), area_code: areaCode ?? null };
}

function regionOf(row: {
  readonly id: string;
  readonly name_en: string;
  readonly name_zh: string;
  readonly geometry: unknown;
  readonly breadth_m: number | null;
}): Region {
  return {
    id: row.id,
    names: { en: row.name_en, zh: row.name_zh },
    geometry: row.geometry as GeoGeometry,
    ...(row.breadth_m === null ? {} : { breadthM: row.breadth_m }),
  };
}

function isUniqueViolation(error: unknown): boolean {
  return typeof error === "object" && error !== null && (error as { readonly code?: unknown }).code === "23505";
}
