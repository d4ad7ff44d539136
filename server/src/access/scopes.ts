/** Makes history scopes from actors. See scope.ts for what a scope is. */
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Actor } from "../records/mod.ts";
import type { Registry } from "./registry.ts";
import { reachesOfActor } from "./rights.ts";
import { makeScope, type HistoryScope } from "./scope.ts";
import type { Subjects } from "./subjects.ts";
import { vehicleIdOf } from "./vehicle-key.ts";

/** Which vehicles belong to a case that the actor may see; wired by roles from the cases. */
export type CaseVehicles = (actor: Actor) => Promise<ReadonlySet<bigint>>;

export class Scopes {
  readonly #registry: Registry;
  readonly #caseVehicles: CaseVehicles;
  readonly #subjects: Subjects;

  constructor(registry: Registry, subjects: Subjects, caseVehicles: CaseVehicles) {
    this.#registry = registry;
    this.#subjects = subjects;
    this.#caseVehicles = caseVehicles;
  }

  /** Keys of the vehicles in the actor's cases. */
  caseVehicles(actor: Actor): Promise<ReadonlySet<bigint>> {
    return this.#caseVehicles(actor);
  }

  /**
   * Scope over one vehicle. A private car's telemetry is not its territory's, and its position not its maker's: these see it by
   * a case only (§8.2: "public-service", "not private cars"; ).
   * @throws SG_NOT_FOUND, SG_FORBIDDEN, SG_NEEDS_CASE
   */
  async ofVehicle(actor: Actor, key: bigint): Promise<HistoryScope> {
    const reaches = actor.kind === "system" ? (["all"] as const) : reachesOfActor(actor, "rawTelemetry", "read");
    const isDirect = reaches.some((reach) => reach === "all" || reach === "own" || reach === "territory");
    const hasCase = reaches.some((reach) => reach === "case") && (await this.#caseVehicles(actor)).has(key);
    const vehicle = isDirect || !hasCase ? await this.#registry.get(actor, key) : undefined;
    const direct = reaches.some(
      (reach) => reach === "all" || reach === "own" || (reach === "territory" && vehicle?.isPrivate !== true),
    );
    if (!direct && !hasCase)
      throw new SandglassError(reaches.length > 0 ? ERRORS.NEEDS_CASE : ERRORS.FORBIDDEN, {
        role: actor.role,
        object: "rawTelemetry",
        vehicle: vehicleIdOf(key),
        right: "read",
      });
    const [location, fullVin] = await Promise.all([
      this.#reaches(actor, "location", key, vehicle?.isPrivate === true),
      this.#reaches(actor, "vinFull", key, false),
    ]);
    return makeScope(actor, new Set([key]), { location, fullVin });
  }

  /** Scope over the events of a subject that is no vehicle. @throws SG_NOT_FOUND, SG_FORBIDDEN, SG_NEEDS_CASE */
  async ofSubject(actor: Actor, id: string): Promise<HistoryScope> {
    const { key } = await this.#subjects.get(actor, id);
    // Which subjects exist for `own` and `territory` the row policies have decided.
    const reaches = actor.kind === "system" ? (["all"] as const) : reachesOfActor(actor, "subjectEvents", "read");
    const isDirect = reaches.some((reach) => reach === "all" || reach === "own" || reach === "territory");
    const byCase = !isDirect && reaches.some((reach) => reach === "case") && (await this.#caseVehicles(actor)).has(key);
    if (!isDirect && !byCase)
      throw new SandglassError(reaches.length > 0 ? ERRORS.NEEDS_CASE : ERRORS.FORBIDDEN, {
        role: actor.role,
        object: "subjectEvents",
        subject: id,
        right: "read",
      });
    return makeScope(actor, new Set([key]), { location: false, fullVin: false });
  }

  /** Scope over the events of every subject that is no vehicle and that the actor may read one by one. */
  async ofSubjects(actor: Actor): Promise<HistoryScope> {
    const none = { location: false, fullVin: false };
    const reaches = actor.kind === "system" ? (["all"] as const) : reachesOfActor(actor, "subjectEvents", "read");
    if (reaches.some((reach) => reach === "all")) return makeScope(actor, "all", none);
    // Which subjects exist for `own` and `territory` the row policies decide.
    const isDirect = reaches.some((reach) => reach === "own" || reach === "territory");
    const keys = new Set(isDirect ? await this.#subjects.keysFor(actor) : []);
    if (reaches.some((reach) => reach === "case")) for (const key of await this.#caseVehicles(actor)) keys.add(key);
    return makeScope(actor, keys, none);
  }

  /** Scope over every vehicle whose telemetry the actor may read one by one, or over those of them that are `among` these. */
  async ofFleet(actor: Actor, among?: readonly bigint[]): Promise<HistoryScope> {
    const reaches = actor.kind === "system" ? (["all"] as const) : reachesOfActor(actor, "rawTelemetry", "read");
    const beyondCases = (object: "location" | "vinFull"): boolean =>
      actor.kind === "system" || reachesOfActor(actor, object, "read").some((reach) => reach !== "case");
    const may = { location: beyondCases("location"), fullVin: beyondCases("vinFull") };
    if (reaches.some((reach) => reach === "all")) return makeScope(actor, "all", may);
    const keys = new Set<bigint>();
    const isTerritory = reaches.some((reach) => reach === "territory");
    if (isTerritory || reaches.some((reach) => reach === "own"))
      for (const key of await this.#registry.keysOf(actor, isTerritory ? "public" : "all", among)) keys.add(key);
    if (reaches.some((reach) => reach === "case")) for (const key of await this.#caseVehicles(actor)) keys.add(key);
    // One answer for the whole fleet: with a private car in it, positions are asked for vehicle by vehicle.
    const mixed = may.location && !isTerritory && (await this.#registry.keysOf(actor, "private", among)).size > 0;
    return makeScope(actor, keys, mixed ? { ...may, location: false } : may);
  }

  /**
   * Scope for figures over the fleet (how many send, how many frames), never for values of one vehicle: who may read
   * the register may count.
   */
  async ofFigures(actor: Actor): Promise<HistoryScope> {
    const all =
      actor.kind === "system" || reachesOfActor(actor, "vehicleRegister", "read").some((reach) => reach === "all");
    return makeScope(actor, all ? "all" : await this.#registry.keysOf(actor), { location: false, fullVin: false });
  }

  /** For a vehicle whose telemetry the actor may read, so that `own` and `territory` are settled already. */
  async #reaches(actor: Actor, object: "location" | "vinFull", key: bigint, isPrivate: boolean): Promise<boolean> {
    if (actor.kind === "system") return true;
    const reaches = reachesOfActor(actor, object, "read");
    if (reaches.some((reach) => reach === "all" || (!isPrivate && (reach === "own" || reach === "territory"))))
      return true;
    return reaches.includes("case") && (await this.#caseVehicles(actor)).has(key);
  }
}
