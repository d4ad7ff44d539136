/** Access: identities, the registry of vehicles, platforms, and the scopes that telemetry queries need. */
import type { Actor, Records } from "../records/mod.ts";
import { readAccessLog, type LoggedAccess, type LogQuery } from "./access-log.ts";
import { Directory } from "./directory.ts";
import { Identities } from "./identities.ts";
import { Platforms } from "./platforms.ts";
import { Registry, type LeafWriter } from "./registry.ts";
import { Scopes, type CaseVehicles } from "./scopes.ts";
import { Subjects } from "./subjects.ts";
import { VehicleKeys } from "./vehicle-keys.ts";
import { createVehicleKeyer, loadRegistryKey } from "./vehicle-key.ts";

export interface Access {
  /** Organisations and accounts. */
  readonly directory: Directory;
  /** Sessions and tokens. */
  readonly identities: Identities;
  readonly registry: Registry;
  /** Public keys against which signatures are checked. */
  readonly vehicleKeys: VehicleKeys;
  /** AI services, backend accounts, platforms. */
  readonly subjects: Subjects;
  readonly platforms: Platforms;
  readonly scopes: Scopes;
  /** VIN (latin1, as received) → key. */
  readonly keyOf: (vin: string) => bigint;
  readonly readLog: (actor: Actor, query: LogQuery) => Promise<LoggedAccess[]>;
}

export interface AccessOptions {
  readonly records: Records;
  /** Holds `keys/registry.key`. */
  readonly dataDir: string;
  /** UTC ms. */
  readonly now: () => number;
  readonly allowDemo: boolean;
  readonly appendLeaf: LeafWriter;
  readonly caseVehicles: CaseVehicles;
}

export function createAccess(options: AccessOptions): Access {
  const { records, now } = options;
  const secret = loadRegistryKey(options.dataDir);
  const keyOf = createVehicleKeyer(secret);
  const registry = new Registry({ records, keyOf, appendLeaf: options.appendLeaf, now });
  const vehicleKeys = new VehicleKeys({ records, registry, now });
  const subjects = new Subjects({ records, secret, now });
  return {
    directory: new Directory(records),
    identities: new Identities({ records, now, allowDemo: options.allowDemo }),
    platforms: new Platforms({ records, now }),
    scopes: new Scopes(registry, subjects, options.caseVehicles),
    registry,
    vehicleKeys,
    subjects,
    keyOf,
    readLog: (actor, query) => readAccessLog(records, actor, query),
  };
}
