/**
 * `npm pack` and `npm publish` in this folder take what is built, not the sources (with `--ignore-scripts=false`,
 * because .npmrc here ignores scripts). Before, package.json becomes that of the built package in dist; after, the one of
 * this repository is put back. npm calls it (`prepack`, `postpack`).
 */
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { buildPackage, type BuiltManifest } from "./build.ts";

/** Puts the built package's manifest in the place of the one in `folder`. */
export function usePackageToPublish(folder: string): void {
  const [manifest, kept, dist] = ["package.json", "package.json.kept", "dist"].map((name) => join(folder, name));
  // A pack that was stopped has left the manifest of this repository there.
  if (!existsSync(kept)) copyFileSync(manifest, kept);
  buildPackage(dist);
  const built = JSON.parse(readFileSync(join(dist, "package.json"), "utf8")) as BuiltManifest;
  const inDist = (target: string): string => (target === "./package.json" ? target : target.replace("./", "./dist/"));
  const exports = Object.entries(built.exports).map(([name, target]) => [
    name,
    typeof target === "string"
      ? inDist(target)
      : Object.fromEntries(Object.entries(target).map(([condition, file]) => [condition, inDist(file)])),
  ]);
  const published = {
    ...built,
    files: ["dist", "!dist/package.json", "!dist/README.md"],
    exports: Object.fromEntries(exports) as BuiltManifest["exports"],
    types: inDist(built.types),
  };
  writeFileSync(manifest, `${JSON.stringify(published, undefined, 2)}\n`);
}

/** Puts the manifest of this repository back. */
export function useSources(folder: string): void {
  const kept = join(folder, "package.json.kept");
  if (existsSync(kept)) renameSync(kept, join(folder, "package.json"));
  rmSync(join(folder, "dist"), { recursive: true, force: true });
}

if (import.meta.main) (process.argv[2] === "restore" ? useSources : usePackageToPublish)(import.meta.dirname);
