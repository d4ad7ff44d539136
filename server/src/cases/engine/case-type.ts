/** What the engine needs to know of a kind of case beyond its lifecycle. One value per aggregate folder. */
import type { CaseActor, Folded, Json, Lifecycle, Text } from "@sandglass/casework";
import type { Tx } from "../../records/mod.ts";
import type { ActionMeta, CaseEngine } from "./engine.ts";
import type { StoredCase } from "./store.ts";
import type { Unit } from "./unit.ts";
import type { CaseRow } from "./view.ts";

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
   * Checks and completes an input that has passed its schema, against the rest of the records; it writes nothing, since a
   * preview asks it too. `folded` and `id` are absent for a creation. Throws a SandglassError to refuse.
   */
  prepare?(
    unit: Unit,
    actor: CaseActor,
    name: string,
    input: Json,
    folded: Folded | undefined,
    id?: string,
  ): Promise<PreparedInput>;
  /** The action that follows the first one by itself (`open` takes it), so that a preview can say both. */
  readonly continues?: string;
  /** How a case is opened where more than the first action belongs to it. */
  open?(engine: CaseEngine, unit: Unit, input: unknown, meta: ActionMeta): Promise<StoredCase>;
  /** What else follows in the same transaction: further cases, public rows. `name` is the action; not called for a proposal. */
  after?(engine: CaseEngine, unit: Unit, stored: StoredCase, name: string): Promise<void>;
  /** Actions after which `after` opens or changes other cases: a preview of these says which. */
  readonly reaching?: ReadonlySet<string>;
  /** Fields of its own in a line of a list; JSON. */
  line?(row: CaseRow): object;
  /** Fields of its own on the page; JSON. */
  page?(stored: StoredCase, tx: Tx): Promise<object>;
}

/** The action that opens a case: the first of the table that needs none before it. */
export function creationOf(lifecycle: Lifecycle): string {
  const found = Object.entries(lifecycle.actions).find(([, { from }]) => from === "nothing");
  if (found === undefined) throw new Error(`${lifecycle.kind} has no action that opens a case`);
  return found[0];
}

/** The lifecycle a new case starts with. */
export function newestLifecycle(type: CaseType): Lifecycle {
  return type.lifecycles.reduce((newest, each) => (each.version > newest.version ? each : newest));
}
