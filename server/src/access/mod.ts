/** Access: who may do what, which vehicles exist for whom, and how a VIN is hidden. */
export * from "../records/actor.ts";
export { createAccess, type Access, type AccessOptions } from "./access.ts";
export { logAccess, type AccessEntry, type LoggedAccess, type LogQuery } from "./access-log.ts";
export { Administration, type AccountChange, type OrganisationChange, type RolePolicy } from "./administration.ts";
export { DEMO_ACCOUNTS, DEMO_ORGANISATIONS, seedDemo, type DemoAccount, type DemoFleet } from "./demo-seed.ts";
export { Identities, type FactorAnswer, type FactorMethod, type SignIn } from "./identities.ts";
export { Directory, type Account, type NewAccount } from "./directory.ts";
export type { Organisation } from "./directory-rows.ts";
export { ensureFirstAdministrators } from "./first-administrator.ts";
export { OwnAccounts, type OwnAccount } from "./own-account.ts";
export { relyingPartyOf, type PasskeyRegistration, type PasskeyResponse, type RelyingParty } from "./passkeys.ts";
export {
  Sessions,
  type Client,
  type OpenedSession,
  type PendingStep,
  type Session,
  type SessionLine,
} from "./sessions.ts";
export { parseProviders, SingleSignOn, type Provider } from "./sso.ts";
export { Tokens, type ApiToken, type MadeToken, type NewToken, type OwnToken } from "./tokens.ts";
export { createId } from "./ids.ts";
export {
  importVehicles,
  IMPORT_LIMIT,
  organisationOfRow,
  parseVehicleCsv,
  type ImportReport,
  type ImportRow,
} from "./import-vehicles.ts";
export { personNames, type PersonNames } from "./person-names.ts";
export { platformRefusal, Platforms, type NewPlatform, type Platform, type PlatformRules } from "./platforms.ts";
export { FLEET_GROUPS, type FleetGroup, type FleetSum } from "./fleet-sums.ts";
export type { OpenVehicle } from "./list-vehicles.ts";
export type { SeenVehicle } from "./note-seen.ts";
export { Registry, type LeafWriter } from "./registry.ts";
export type { Vehicle } from "./vehicle-rows.ts";
export type { NewVehicle, Registration } from "./register-vehicles.ts";
export { isRole, mayActor, reachesOfActor, requirePerson, requireRight } from "./rights.ts";
export { isStanding } from "./standing.ts";
export { scopeAllows, type HistoryScope } from "./scope.ts";
export { Scopes, type CaseVehicles } from "./scopes.ts";
export {
  parseSubjectId,
  subjectIdOf,
  Subjects,
  type ListSubjects,
  type NewSubject,
  type OtherKind,
  type Subject,
} from "./subjects.ts";
export { createVehicleKeyer, parseVehicleId, vehicleIdOf } from "./vehicle-key.ts";
export { VehicleKeys, type StoredVehicleKey, type VehicleKeyEntry } from "./vehicle-keys.ts";
export { checkVin, maskVin, type VinCheck, type VinWarning } from "./vin.ts";
