/** Access: identities, the registry of vehicles, platforms, and the scopes that telemetry queries need. */
import type { Actor, Records } from "../records/mod.ts";
import type { Secrets } from "../secrets/mod.ts";
import { readAccessLog, type LoggedAccess, type LogQuery } from "./access-log.ts";
import { Administration } from "./administration.ts";
import { Directory } from "./directory.ts";
import { Identities } from "./identities.ts";
import { OwnAccounts } from "./own-account.ts";
import { Passkeys } from "./passkeys.ts";
import { Platforms } from "./platforms.ts";
import { Registry, type LeafWriter } from "./registry.ts";
import { Scopes, type CaseVehicles } from "./scopes.ts";
import { SecondFactors } from "./second-factors.ts";
import { Sessions } from "./sessions.ts";
import { SingleSignOn, type Provider } from "./sso.ts";
import { Subjects } from "./subjects.ts";
import { Tokens } from "./tokens.ts";
import { VehicleKeys } from "./vehicle-keys.ts";
import { createVehicleKeyer } from "./vehicle-key.ts";

export interface Access {
  /** Organisations and accounts. */
  readonly directory: Directory;
  /** Signing in. */
  readonly identities: Identities;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly passkeys: Passkeys;
  /** What people do with their own account. */
  readonly ownAccounts: OwnAccounts;
  /** What the security administrator does with those of others. */
  readonly administration: Administration;
  readonly singleSignOn: SingleSignOn;
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
  readonly secrets: Secrets;
  /** UTC ms. */
  readonly now: () => number;
  readonly allowDemo: boolean;
  readonly appendLeaf: LeafWriter;
  readonly caseVehicles: CaseVehicles;
  /** Of single sign-on; default: none. */
  readonly providers?: readonly Provider[];
}

export function createAccess(options: AccessOptions): Access {
  const { records, secrets, now } = options;
  // Losing it orphans all telemetry.
  const secret = secrets.load("registry.key");
  const keyOf = createVehicleKeyer(secret);
  const registry = new Registry({ records, keyOf, appendLeaf: options.appendLeaf, now });
  const vehicleKeys = new VehicleKeys({ records, registry, now });
  const subjects = new Subjects({ records, secret, now });
  const { allowDemo } = options;
  const sessions = new Sessions({ records, now, allowDemo });
  const factors = new SecondFactors({ records, now, key: secrets.load("identity.key") });
  const passkeys = new Passkeys({ records, now });
  const identities = new Identities({ records, now, allowDemo, sessions, factors, passkeys });
  return {
    directory: new Directory(records),
    identities,
    sessions,
    passkeys,
    tokens: new Tokens({ records, now, allowDemo }),
    ownAccounts: new OwnAccounts({ records, now, sessions, factors, passkeys }),
    administration: new Administration({ records, now, sessions, factors }),
    singleSignOn: new SingleSignOn({ records, now, identities, providers: options.providers ?? [] }),
    platforms: new Platforms({ records, now }),
    scopes: new Scopes(registry, subjects, options.caseVehicles),
    registry,
    vehicleKeys,
    subjects,
    keyOf,
    readLog: (actor, query) => readAccessLog(records, actor, query),
  };
}
