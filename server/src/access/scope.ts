/**
 * What of the telemetry an actor may read. The history store has no row policies, so every query of it takes such a
 * scope; only this module makes one, from an actor.
 *
 * Matrix row "Raw telemetry": `all`, `own`, `territory` reach vehicles through the registry's row policies; `case`
 * reaches the vehicles of cases that the actor may see; `aggregate` reaches no single vehicle.
 */
import type { Actor } from "../records/mod.ts";

declare const scopeBrand: unique symbol;

export interface HistoryScope {
  readonly [scopeBrand]: true;
  readonly actor: Actor;
  /** Keys of the vehicles that may be read, or `all`. */
  readonly vehicles: "all" | ReadonlySet<bigint>;
  /** False: location columns (longitude, latitude, position status) must be left out, raw frames too. */
  readonly location: boolean;
  /** False: the VIN inside raw frames must be masked. */
  readonly fullVin: boolean;
}

export function scopeAllows(scope: HistoryScope, vehicle: bigint): boolean {
  return scope.vehicles === "all" || scope.vehicles.has(vehicle);
}

/** For access only: everybody else gets a scope from `Scopes`. */
export function makeScope(
  actor: Actor,
  vehicles: "all" | ReadonlySet<bigint>,
  may: { readonly location: boolean; readonly fullVin: boolean },
): HistoryScope {
  return { actor, vehicles, ...may } as HistoryScope;
}
