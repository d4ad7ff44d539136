/**
 * Under which user PostgreSQL runs. It refuses to run as root; as root we start it as uid 65534 (`nobody`) without
 * creating a user on the host. As an ordinary user nothing changes.
 *
 * A folder such as /root (mode 0700) cannot be traversed by that uid. Then PostgreSQL gets the one capability that
 * lets it pass (CAP_DAC_READ_SEARCH, or CAP_DAC_OVERRIDE where a container grants only that), by `setpriv` of
 * util-linux. Rejected: opening the folder's mode (it is not ours), copying the binaries elsewhere (nothing may be
 * written outside the data folder), passing directory descriptors (PostgreSQL resolves its own path with realpath).
 */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { ERRORS, SandglassError } from "../../errors/mod.ts";

const NOBODY = 65534;

export interface Identity {
  /** Owner of the cluster's files; undefined = the user who runs us. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  /** Options for `spawn`. */
  readonly spawn: { readonly uid?: number; readonly gid?: number };
  /** Words in front of the command. */
  readonly prefix: readonly string[];
}

export const OWN_IDENTITY: Identity = { owner: undefined, spawn: {}, prefix: [] };

/**
 * @param cluster folder of the cluster, present or not
 * @param needed paths which the server must be able to reach
 */
export function chooseIdentity(cluster: string, needed: readonly string[]): Identity {
  const self = process.getuid?.();
  const found = existsSync(cluster) ? statSync(cluster) : undefined;
  if (self !== 0) {
    if (found !== undefined && self !== undefined && found.uid !== self) {
      throw new SandglassError(ERRORS.RECORDS_DATA_FOLDER, {
        folder: cluster,
        reason: `it belongs to uid ${found.uid}`,
      });
    }
    return OWN_IDENTITY;
  }
  const owner =
    found !== undefined && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : { uid: NOBODY, gid: NOBODY };
  const blocked = needed.map((target) => findBlockedFolder(target, owner)).find((folder) => folder !== undefined);
  if (blocked === undefined) return { owner, spawn: owner, prefix: [] };
  const prefix = findPassage(blocked, owner);
  if (prefix === undefined) {
    throw new SandglassError(ERRORS.RECORDS_DATA_FOLDER, {
      folder: blocked,
      reason: `uid ${owner.uid} cannot pass through it`,
    });
  }
  return { owner, spawn: {}, prefix };
}

/** The highest folder on the way to `target` that `owner` may not pass; undefined = free way. */
export function findBlockedFolder(target: string, owner: { uid: number; gid: number }): string | undefined {
  const absolute = path.resolve(target);
  const parents: string[] = [];
  for (let at = path.dirname(absolute); ; at = path.dirname(at)) {
    parents.unshift(at);
    if (at === path.dirname(at)) break;
  }
  return parents.find((folder) => existsSync(folder) && !mayPass(folder, owner));
}

function mayPass(folder: string, owner: { uid: number; gid: number }): boolean {
  const { mode, uid, gid } = statSync(folder);
  if (uid === owner.uid) return (mode & 0o100) !== 0;
  if (gid === owner.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

function findPassage(blocked: string, owner: { uid: number; gid: number }): readonly string[] | undefined {
  for (const capability of ["dac_read_search", "dac_override"]) {
    const prefix = [
      "setpriv",
      `--reuid=${owner.uid}`,
      `--regid=${owner.gid}`,
      "--clear-groups",
      "--no-new-privs",
      `--inh-caps=-all,+${capability}`,
      `--ambient-caps=-all,+${capability}`,
      `--bounding-set=-all,+${capability}`,
    ];
    const [command = "", ...rest] = prefix;
    const probe = spawnSync(command, [...rest, "sh", "-c", 'cd "$1"', "sh", blocked], { stdio: "ignore", cwd: "/" });
    if (probe.status === 0) return prefix;
  }
  return undefined;
}
