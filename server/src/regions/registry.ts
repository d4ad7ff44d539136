/**
 * Regions and road lists that triggers name with `inside("…")`. A version of a region never changes; a change makes the
 * next one. Texts are compiled with the regions of today that their author may name; a set that was put in force is
 * pinned to the versions that it was compiled with, so that the same verdict comes out whatever the registry says later.
 *
 * Kept in memory as the compiler needs them: the regions of today, and the versions that some set is pinned to.
 */
import { regionsOf, type Region, type TriggerSet } from "@sandglass/triggers";
import { createId, mayActor, requireRight, type Actor } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { appendLeaf } from "../ledger/mod.ts";
import { SYSTEM_RULEBOOK, type Records, type Tx } from "../records/mod.ts";
import { checkGeometry, type RegionKind } from "./geometry.ts";
import { getRegion, listRegions } from "./queries.ts";
import { findRow, readKnown, readPins, type Known } from "./rows.ts";
import { addVersion, columnsOf, type RegionInput } from "./versions.ts";

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

  /** @see listRegions */
  list(actor: Actor, filter: Parameters<typeof listRegions>[2]): ReturnType<typeof listRegions> {
    return listRegions(this.#options.records, actor, filter);
  }

  /** @see getRegion */
  get(actor: Actor, id: string, version?: number): ReturnType<typeof getRegion> {
    return getRegion(this.#options.records, actor, id, version);
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
      await addVersion(tx, actor, id, 1, input, checked, "created", this.#options.now());
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
      await addVersion(tx, actor, id, seen + 1, input, checked, "revised", this.#options.now());
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

  /** One name leads to one region, in either language. @throws SG_REGION_NAME_USED */
  #requireFreeNames(id: string | undefined, { names, areaCode }: RegionInput): void {
    for (const name of [names.en, names.zh, ...(areaCode === undefined ? [] : [areaCode])]) {
      const found = this.find(name);
      if (found !== undefined && found.region.id !== id) throw new SandglassError(ERRORS.REGION_NAME_USED, { name });
    }
  }

  async #loadKnown(tx: Tx): Promise<void> {
    this.#known = await readKnown(tx, this.#known);
  }

  async #loadPins(tx: Tx): Promise<void> {
    this.#pinned = await readPins(tx, this.#known);
  }
}

/** May keep regions: those who decide on rules, and those who propose them for their own. @throws SG_FORBIDDEN */
function requireKeeper(actor: Actor): void {
  if (actor.kind !== "system" && !mayActor(actor, "triggerRules", "propose"))
    requireRight(actor, "triggerRules", "decide");
}

function isUniqueViolation(error: unknown): boolean {
  return typeof error === "object" && error !== null && (error as { readonly code?: unknown }).code === "23505";
}
