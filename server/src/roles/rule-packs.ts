/** Rule packs from the folder `packs/` of the checkout: read, compiled, ready to supervise and to show. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CATALOGUE } from "@sandglass/signals";
import { compilePack, loadPack, PackError, type Pack, type TriggerSet } from "@sandglass/triggers";
import { ERRORS, SandglassError } from "../errors/mod.ts";

export const PACKS_FOLDER = join(dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))), "packs");

export interface CompiledPack {
  /** File name → text. */
  readonly files: Readonly<Record<string, string>>;
  readonly pack: Pack;
  readonly set: TriggerSet;
}

/** Every pack of the folder by id. A pack that does not compile stops the start: its rules would silently not run. */
export function readPacks(folder = PACKS_FOLDER): ReadonlyMap<string, CompiledPack> {
  const packs = new Map<string, CompiledPack>();
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (!statSync(path).isDirectory()) continue;
    const files = Object.fromEntries(readdirSync(path).map((file) => [file, readFileSync(join(path, file), "utf8")]));
    try {
      const pack = loadPack(files);
      packs.set(pack.manifest.id, { files, pack, set: compilePack(pack, CATALOGUE) });
    } catch (error) {
      if (error instanceof PackError)
        throw new SandglassError(ERRORS.PACK_INVALID, { pack: name, reason: error.message }, { cause: error });
      throw error;
    }
  }
  return packs;
}

/** The packs named in the configuration, in that order. */
export function selectPacks(packs: ReadonlyMap<string, CompiledPack>, names: string): readonly CompiledPack[] {
  return names
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "")
    .map((name) => {
      const found = packs.get(name);
      if (found === undefined)
        throw new SandglassError(ERRORS.PACK_UNKNOWN, { pack: name, possible: [...packs.keys()] });
      return found;
    });
}
