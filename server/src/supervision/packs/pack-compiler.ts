/** Texts of packs that are kept or come with the program, compiled. */
import { CATALOGUE } from "@sandglass/signals";
import { compilePack, loadPack, PackError, regionsOf, type Pack, type TriggerSet } from "@sandglass/triggers";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { PackFiles, PackRegions } from "./pack-info.ts";

export interface CompiledTexts {
  readonly pack: Pack;
  readonly set: TriggerSet;
}

const KEPT = 200;

export class PackCompiler {
  readonly #regions: PackRegions | undefined;
  readonly #compiled = new Map<string, CompiledTexts>();

  constructor(regions?: PackRegions) {
    this.#regions = regions;
  }

  /**
   * Compiled once for the same texts and regions. `setHash`: what it compiled to when it was installed or forked; it
   * means the regions of then. @throws SG_PACK_INVALID
   */
  compile(id: string, files: PackFiles, setHash?: string): CompiledTexts {
    const pinned = setHash === undefined ? undefined : this.#regions?.pinnedTo(setHash);
    const texts = JSON.stringify(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
    const named = pinned ?? this.#regions?.today() ?? [];
    // Today's regions can change: what was compiled with them is not kept unless it names none.
    const key = pinned === undefined ? texts : `${texts}\n${setHash}`;
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    try {
      const pack = loadPack(files);
      const compiled = { pack, set: compilePack(pack, CATALOGUE, { regions: named }) };
      if (pinned === undefined && regionsOf(compiled.set).length > 0) return compiled;
      if (this.#compiled.size > KEPT) this.#compiled.clear();
      this.#compiled.set(key, compiled);
      return compiled;
    } catch (error) {
      if (!(error instanceof PackError)) throw error;
      throw new SandglassError(ERRORS.PACK_INVALID, { pack: id, reason: error.message }, { cause: error });
    }
  }
}
