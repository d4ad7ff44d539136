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

  /** Scope over one vehicle. @throws SG_NOT_FOUND, SG_FORBIDDEN, SG_NEEDS_CASE */
  async ofVehicle(actor: Actor, key: bigint): Promise<HistoryScope> {
    const reaches = actor.kind === "system" ? (["all"] as const) : reachesOfActor(actor, "rawTelemetry", "read");
    const direct = reaches.some((reach) => reach === "all" || reach === "own" || reach === "territory");
    const byCase = !direct && reaches.some((reach) => reach === "case") && (await this.#caseVehicles(actor)).has(key);
    if (!byCase) {
      await this.#registry.get(actor, key);
      if (!direct)
        throw new SandglassError(reaches.length > 0 ? ERRORS.NEEDS_CASE : ERRORS.FORBIDDEN, {
          role: actor.role,
          object: `rawTelemetry ${vehicleIdOf(key)}`,
          right: "read",
        });
    }
    const [location, fullVin] = await Promise.all([
      this.#reaches(actor, "location", key),
      this.#reaches(actor, "vinFull", key),
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
        object: `subjectEvents ${id}`,
        right: "read",
      });
    return makeScope(actor, new Set([key]), { location: false, fullVin: false });
  }

  /** Scope over every vehicle whose telemetry the actor may read one by one. */
  async ofFleet(actor: Actor): Promise<HistoryScope> {
    const reaches = actor.kind === "system" ? (["all"] as const) : reachesOfActor(actor, "rawTelemetry", "read");
    const beyondCases = (object: "location" | "vinFull"): boolean =>
      actor.kind === "system" || reachesOfActor(actor, object, "read").some((reach) => reach !== "case");
    const may = { location: beyondCases("location"), fullVin: beyondCases("vinFull") };
    if (reaches.some((reach) => reach === "all")) return makeScope(actor, "all", may);
    const keys = new Set<bigint>();
    if (reaches.some((reach) => reach === "own" || reach === "territory"))
      for (const key of await this.#registry.keysOf(actor)) keys.add(key);
    if (reaches.some((reach) => reach === "case")) for (const key of await this.#caseVehicles(actor)) keys.add(key);
    return makeScope(actor, keys, may);
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
  async #reaches(actor: Actor, object: "location" | "vinFull", key: bigint): Promise<boolean> {
    if (actor.kind === "system") return true;
    const reaches = reachesOfActor(actor, object, "read");
    if (reaches.some((reach) => reach === "all" || reach === "own" || reach === "territory")) return true;
    return reaches.includes("case") && (await this.#caseVehicles(actor)).has(key);
  }
}
