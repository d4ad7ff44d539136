/**
 * Installed, pinned and forked rule packs. An installed pack watches every subject of its kinds, by the texts that were
 * installed; when a start finds other texts in the checkout they replace those of a pack that is not pinned, each trigger
 * when it takes effect. Every change is a ledger leaf.
 */
import { CATALOGUE } from "@sandglass/signals";
import {
  compilePack,
  diffSets,
  loadPack,
  PackError,
  regionsOf,
  type Pack,
  type PackDifference,
  type TriggerSet,
} from "@sandglass/triggers";
import type { Selectable } from "kysely";
import { requireRight } from "../../access/mod.ts";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { appendLeaf } from "../../ledger/mod.ts";
import { SYSTEM_SUPERVISION, type Actor, type Tx } from "../../records/mod.ts";
import type { ReplacedPack, RulePackTable } from "../../records/tables/packs.ts";
import { EffectiveDates } from "../effective.ts";
import { packInForce, type PackInForce } from "./in-force.ts";
import type { KnownPack, PackFiles, PackInfo, PackStoreOptions } from "./pack-info.ts";

export class PackStore {
  readonly #options: PackStoreOptions;
  readonly #compiled = new Map<string, { readonly pack: Pack; readonly set: TriggerSet }>();
  readonly #listeners = new Set<() => void>();
  readonly #dates: EffectiveDates;
  /** Packs with a row, by id. */
  #known: ReadonlyMap<string, KnownPack> = new Map();

  private constructor(options: PackStoreOptions) {
    this.#options = options;
    this.#dates = new EffectiveDates(async () => {
      for (const listener of this.#listeners) listener();
      return Math.min(...this.#inForce().map(({ nextChange }) => nextChange));
    }, options.now);
  }

  /** Brings installed packs that are not pinned to the texts of the checkout. */
  static async open(options: PackStoreOptions): Promise<PackStore> {
    const store = new PackStore(options);
    await options.records.transact(SYSTEM_SUPERVISION, async (tx) => {
      for (const row of await tx.selectFrom("rule_packs").selectAll().where("installed", "=", true).execute()) {
        const files = options.shipped.get(row.id);
        if (files === undefined || row.pinned || row.fork_of !== null) continue;
        const { set } = store.#compile(files);
        if (set.hash !== row.set_hash)
          await store.#write(tx, SYSTEM_SUPERVISION, "updated", row.id, files, { installed: true });
      }
    });
    await store.#tell();
    return store;
  }

  /** Told when a pack was installed, removed, forked or changed, or a version takes effect. @returns stops listening */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Installed packs and forks, by the texts that they are judged by. */
  known(): readonly KnownPack[] {
    return [...this.#known.values()].filter(({ installed, isFork }) => installed || isFork);
  }

  find(id: string): KnownPack | undefined {
    const found = this.#known.get(id);
    return found?.installed === true || found?.isFork === true ? found : undefined;
  }

  /** What watches now: also versions of triggers that others are to replace on a day to come. */
  installedSets(): readonly TriggerSet[] {
    return this.#inForce().flatMap(({ sets }) => sets);
  }

  #inForce(): PackInForce[] {
    const now = this.#options.now();
    return this.known().flatMap(({ installed, versions }) => (installed ? [packInForce(versions, now)] : []));
  }

  async #load(): Promise<void> {
    await this.#options.regions?.pinned();
    const rows = await this.#options.records.transact(
      SYSTEM_SUPERVISION,
      (tx) => tx.selectFrom("rule_packs").selectAll().orderBy("id").execute(),
      { retry: true },
    );
    this.#known = new Map(
      rows.map((row) => {
        const compiled = this.#compile(row.files, row.set_hash);
        const known = {
          id: row.id,
          ...compiled,
          installed: row.installed,
          isFork: row.fork_of !== null,
          versions: [compiled.set, ...this.#setsOf(row.replaced)],
        };
        return [row.id, known];
      }),
    );
  }

  async #tell(): Promise<void> {
    await this.#load();
    await this.#dates.look();
  }

  async list(actor: Actor): Promise<PackInfo[]> {
    const rows = await this.#options.records.transact(
      actor,
      (tx) => tx.selectFrom("rule_packs").selectAll().execute(),
      {
        retry: true,
      },
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    const ids = [...new Set([...this.#options.shipped.keys(), ...byId.keys()])].sort();
    return ids.map((id) => this.#infoOf(id, byId.get(id)));
  }

  /** @throws SG_PACK_UNKNOWN */
  async get(actor: Actor, id: string): Promise<PackInfo> {
    const packs = await this.list(actor);
    const found = packs.find((each) => each.id === id);
    if (found === undefined)
      throw new SandglassError(ERRORS.PACK_UNKNOWN, { pack: id, possible: packs.map((each) => each.id) });
    return found;
  }

  /** Lets a pack watch, by the texts of the checkout or of the fork. @throws SG_FORBIDDEN, SG_PACK_UNKNOWN */
  install(actor: Actor, id: string): Promise<PackInfo> {
    return this.#change(actor, "installed", id, (now) => ({
      files: now.shipped && !now.pinned ? (this.#options.shipped.get(id) ?? now.files) : now.files,
      installed: true,
      pinned: now.pinned,
    }));
  }

  remove(actor: Actor, id: string): Promise<PackInfo> {
    return this.#change(actor, "removed", id, ({ files }) => ({ files, installed: false, pinned: false }));
  }

  /** A pack that is not installed is installed by it. */
  pin(actor: Actor, id: string, isPinned: boolean): Promise<PackInfo> {
    return this.#change(actor, isPinned ? "pinned" : "unpinned", id, ({ files, installed }) => ({
      files,
      installed: isPinned || installed,
      pinned: isPinned,
    }));
  }

  /** Copies a pack under another id; `files` replace those of the same name. @throws SG_PACK_INVALID, SG_PACK_EXISTS */
  async fork(actor: Actor, of: string, id: string, files: PackFiles = {}): Promise<PackInfo> {
    requireRight(actor, "triggerRules", "decide");
    const origin = await this.get(actor, of);
    const known = (await this.list(actor)).some((each) => each.id === id);
    if (known) throw new SandglassError(ERRORS.PACK_EXISTS, { pack: id });
    const copied = { ...origin.files, ...files };
    let manifest: string;
    try {
      manifest = `${JSON.stringify({ ...(JSON.parse(copied["pack.json"] ?? "{}") as object), id }, null, 2)}\n`;
    } catch {
      throw new SandglassError(ERRORS.PACK_INVALID, { pack: id, reason: "pack.json is not JSON" });
    }
    const own = { ...copied, "pack.json": manifest };
    this.#compile(own);
    await this.#options.records.transact(actor, (tx) =>
      this.#write(tx, actor, "forked", id, own, { installed: false }, { pack: of, hash: origin.set.hash }),
    );
    await this.#tell();
    return this.get(actor, id);
  }

  async diff(actor: Actor, id: string, other: string): Promise<PackDifference> {
    return diffSets((await this.get(actor, other)).set, (await this.get(actor, id)).set);
  }

  /** Changes the texts of a fork. @throws SG_PACK_INVALID when they do not compile */
  edit(actor: Actor, id: string, files: PackFiles): Promise<PackInfo> {
    return this.#change(actor, "edited", id, (now) => {
      if (now.forkOf === undefined) throw new SandglassError(ERRORS.PACK_NOT_A_FORK, { pack: id });
      return {
        files: { ...now.files, ...files, "pack.json": now.files["pack.json"] ?? "" },
        installed: now.installed,
        pinned: now.pinned,
      };
    });
  }

  async #change(
    actor: Actor,
    what: string,
    id: string,
    to: (now: PackInfo) => { readonly files: PackFiles; readonly installed: boolean; readonly pinned: boolean },
  ): Promise<PackInfo> {
    requireRight(actor, "triggerRules", "decide");
    const next = to(await this.get(actor, id));
    this.#compile(next.files);
    await this.#options.records.transact(actor, (tx) => this.#write(tx, actor, what, id, next.files, next));
    await this.#tell();
    return this.get(actor, id);
  }

  async #write(
    tx: Tx,
    actor: Actor,
    what: string,
    id: string,
    files: PackFiles,
    state: { readonly installed: boolean; readonly pinned?: boolean },
    fork?: { readonly pack: string; readonly hash: string },
  ): Promise<void> {
    const { pack, set } = this.#compile(files);
    await this.#options.regions?.pin(tx, set);
    const values = {
      version: pack.manifest.version,
      set_hash: set.hash,
      files: JSON.stringify(files),
      replaced: JSON.stringify(state.installed ? await this.#replacedBy(tx, id, set) : []),
      installed: state.installed,
      pinned: state.pinned ?? false,
      changed_by: actor.id,
      changed_role: actor.role,
      changed_at: new Date(this.#options.now()),
    };
    await tx
      .insertInto("rule_packs")
      .values({ id, ...values, fork_of: fork?.pack ?? null, fork_hash: fork?.hash ?? null })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(values))
      .execute();
    await appendLeaf(tx, {
      kind: "rule-pack",
      subject: `pack:${id}`,
      content: {
        event: what,
        pack: id,
        version: pack.manifest.version,
        setHash: set.hash,
        installed: values.installed,
        pinned: values.pinned,
        actor: actor.id,
        role: actor.role,
        ...(fork === undefined ? {} : { forkOf: fork.pack, forkHash: fork.hash }),
      },
    });
  }

  /** The versions of an installed pack that stay in force, in part, beside a new one. */
  async #replacedBy(tx: Tx, id: string, set: TriggerSet): Promise<readonly ReplacedPack[]> {
    const row = await tx.selectFrom("rule_packs").selectAll().where("id", "=", id).executeTakeFirst();
    if (row?.installed !== true) return [];
    const { files, set_hash: setHash, replaced } = row;
    const older = setHash === set.hash ? replaced : [{ files, setHash }, ...replaced];
    const { versions } = packInForce([set, ...this.#setsOf(older)], this.#options.now());
    return older.slice(0, versions - 1);
  }

  #setsOf(replaced: readonly ReplacedPack[]): TriggerSet[] {
    return replaced.map(({ files, setHash }) => this.#compile(files, setHash).set);
  }

  #infoOf(id: string, row: Selectable<RulePackTable> | undefined): PackInfo {
    const shipped = this.#options.shipped.get(id);
    const files = row?.files ?? shipped ?? {};
    const { pack, set } = this.#compile(files, row?.set_hash);
    return {
      id,
      pack,
      set,
      files,
      shipped: shipped !== undefined,
      installed: row?.installed ?? false,
      pinned: row?.pinned ?? false,
      update: row !== undefined && shipped !== undefined && this.#compile(shipped).set.hash !== row.set_hash,
      ...(row?.fork_of ? { forkOf: { pack: row.fork_of, hash: row.fork_hash ?? "" } } : {}),
    };
  }

  /**
   * Compiled once for the same texts and regions. `setHash`: what it compiled to when it was installed or forked; it
   * means the regions of then. @throws SG_PACK_INVALID
   */
  #compile(files: PackFiles, setHash?: string): { readonly pack: Pack; readonly set: TriggerSet } {
    const { regions } = this.#options;
    const pinned = setHash === undefined ? undefined : regions?.pinnedTo(setHash);
    const texts = JSON.stringify(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
    const named = pinned ?? regions?.today() ?? [];
    // Today's regions can change: what was compiled with them is not kept unless it names none.
    const key = pinned === undefined ? texts : `${texts}\n${setHash}`;
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    try {
      const pack = loadPack(files);
      const compiled = { pack, set: compilePack(pack, CATALOGUE, { regions: named }) };
      if (pinned === undefined && regionsOf(compiled.set).length > 0) return compiled;
      if (this.#compiled.size > 200) this.#compiled.clear();
      this.#compiled.set(key, compiled);
      return compiled;
    } catch (error) {
      if (!(error instanceof PackError)) throw error;
      throw new SandglassError(ERRORS.PACK_INVALID, { pack: "", reason: error.message }, { cause: error });
    }
  }
}
