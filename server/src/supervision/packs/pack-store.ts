/**
 * Installed, pinned and forked rule packs. An installed pack watches every subject of its kinds, by the texts that were
 * installed; when a start finds other texts in the checkout they replace those of a pack that is not pinned, each trigger
 * when it takes effect. Every change is a ledger leaf.
 */
import { diffSets, type PackDifference, type TriggerSet } from "@sandglass/triggers";
import type { Selectable } from "kysely";
import { requireRight } from "../../access/mod.ts";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { appendLeaf } from "../../ledger/mod.ts";
import { SYSTEM_SUPERVISION, type Actor, type Tx } from "../../records/mod.ts";
import type { ReplacedPack, RulePackTable } from "../../records/tables/packs.ts";
import { EffectiveDates } from "../effective.ts";
import { packInForce, type PackInForce } from "./in-force.ts";
import type { KnownPack, PackFiles, PackInfo, PackStoreOptions } from "./pack-info.ts";
import { PackCompiler } from "./pack-compiler.ts";
import { manifestOf, requirePackTexts } from "./pack-texts.ts";

export class PackStore {
  readonly #options: PackStoreOptions;
  readonly #compiler: PackCompiler;
  readonly #listeners = new Set<() => void>();
  readonly #dates: EffectiveDates;
  /** Packs with a row, by id. */
  #known: ReadonlyMap<string, KnownPack> = new Map();

  private constructor(options: PackStoreOptions) {
    this.#options = options;
    this.#compiler = new PackCompiler(options.regions);
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
        const { set } = store.#compiler.compile(row.id, files);
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
        const compiled = this.#compiler.compile(row.id, row.files, row.set_hash);
        const known = {
          id: row.id,
          ...compiled,
          installed: row.installed,
          isFork: row.fork_of !== null,
          versions: [compiled.set, ...this.#setsOf(row.id, row.replaced)],
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

  /** Copies a pack under another id; `files` replace those of the same name. @throws SG_PACK_TEXTS, SG_PACK_EXISTS */
  async fork(actor: Actor, of: string, id: string, files: PackFiles = {}): Promise<PackInfo> {
    requireRight(actor, "triggerRules", "decide");
    const origin = await this.get(actor, of);
    const known = (await this.list(actor)).some((each) => each.id === id);
    if (known) throw new SandglassError(ERRORS.PACK_EXISTS, { pack: id });
    const copied = { ...origin.files, ...files };
    const own = { ...copied, "pack.json": manifestOf(copied, id) };
    requirePackTexts(id, own, this.#compiler);
    await this.#options.records.transact(actor, (tx) =>
      this.#write(tx, actor, "forked", id, own, { installed: false }, { pack: of, hash: origin.set.hash }),
    );
    await this.#tell();
    return this.get(actor, id);
  }

  async diff(actor: Actor, id: string, other: string): Promise<PackDifference> {
    return diffSets((await this.get(actor, other)).set, (await this.get(actor, id)).set);
  }

  /** Changes the texts of a fork. @throws SG_PACK_NOT_A_FORK, SG_PACK_TEXTS */
  edit(actor: Actor, id: string, files: PackFiles): Promise<PackInfo> {
    return this.#change(actor, "edited", id, (now) => {
      if (now.forkOf === undefined) throw new SandglassError(ERRORS.PACK_NOT_A_FORK, { pack: id });
      const edited = { ...now.files, ...files, "pack.json": now.files["pack.json"] ?? "" };
      requirePackTexts(id, edited, this.#compiler);
      return {
        files: edited,
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
    this.#compiler.compile(id, next.files);
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
    const { pack, set } = this.#compiler.compile(id, files);
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
    const written = await tx
      .insertInto("rule_packs")
      .values({ id, ...values, fork_of: fork?.pack ?? null, fork_hash: fork?.hash ?? null })
      // Of two forks under one id at the same moment the later is refused: it would replace the texts of the other.
      .onConflict((conflict) =>
        fork === undefined ? conflict.column("id").doUpdateSet(values) : conflict.column("id").doNothing(),
      )
      .executeTakeFirst();
    if (written.numInsertedOrUpdatedRows === 0n) throw new SandglassError(ERRORS.PACK_EXISTS, { pack: id });
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
    const { versions } = packInForce([set, ...this.#setsOf(id, older)], this.#options.now());
    return older.slice(0, versions - 1);
  }

  #setsOf(id: string, replaced: readonly ReplacedPack[]): TriggerSet[] {
    return replaced.map(({ files, setHash }) => this.#compiler.compile(id, files, setHash).set);
  }

  #infoOf(id: string, row: Selectable<RulePackTable> | undefined): PackInfo {
    const shipped = this.#options.shipped.get(id);
    const files = row?.files ?? shipped ?? {};
    const { pack, set } = this.#compiler.compile(id, files, row?.set_hash);
    return {
      id,
      pack,
      set,
      files,
      shipped: shipped !== undefined,
      installed: row?.installed ?? false,
      pinned: row?.pinned ?? false,
      update:
        row !== undefined && shipped !== undefined && this.#compiler.compile(id, shipped).set.hash !== row.set_hash,
      ...(row?.fork_of ? { forkOf: { pack: row.fork_of, hash: row.fork_hash ?? "" } } : {}),
    };
  }
}
