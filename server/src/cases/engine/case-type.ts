/** What the engine needs to know of a kind of case beyond its lifecycle. One value per aggregate folder. */
import type { CaseActor, Folded, Json, Lifecycle, Text } from "@sandglass/casework";
import type { Unit } from "./unit.ts";

/** The search fields of the projection row. */
export interface CaseFields {
  readonly title: Text;
  /** Opaque vehicle ids. */
  readonly vehicles: readonly string[];
  readonly project?: string;
  readonly item?: string;
  readonly level?: number;
}

export interface PreparedInput {
  readonly input: Json;
  /** What the server itself established; part of the action, given to guards and effects. */
  readonly facts?: Json;
}

export interface CaseType {
  readonly kind: string;
  /** Prefix of ids: `prj`, `ord`. */
  readonly prefix: string;
  /** Every version that a running case may be pinned to; a new case starts with the last. */
  readonly lifecycles: readonly [Lifecycle, ...Lifecycle[]];
  fieldsOf(data: unknown): CaseFields;
  /**
   * Checks and completes an input that has passed its schema, against the rest of the records. `folded` is absent for a
   * creation. Throws a SandglassError to refuse.
   */
  prepare?(unit: Unit, actor: CaseActor, name: string, input: Json, folded: Folded | undefined): Promise<PreparedInput>;
}

/** The lifecycle a new case starts with. */
export function newestLifecycle(type: CaseType): Lifecycle {
  return type.lifecycles.reduce((newest, each) => (each.version > newest.version ? each : newest));
}
