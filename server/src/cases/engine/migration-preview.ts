/** What moving a case to another version of its procedure would change, for the person who decides; nothing is written. */
import {
  applyMigration,
  differences,
  MIGRATE,
  procedureChanges,
  type CaseActor,
  type Difference,
  type LegalBasis,
  type ProcedureChange,
  type Text,
} from "@sandglass/casework";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { CaseEngine } from "./engine.ts";
import { ActionRefusedError } from "./refused.ts";
import type { StoredCase } from "./store.ts";

export interface MigrationPreview {
  readonly from: number;
  readonly to: number;
  readonly title: Text;
  readonly basis: LegalBasis;
  /** Of this case, as far as the role may read it. */
  readonly changes: readonly Difference[];
  /** Of the procedure. */
  readonly procedure: readonly ProcedureChange[];
}

/** @throws SG_CASE_VERSION, and ActionRefusedError as the migration itself */
export function previewMigration(
  engine: CaseEngine,
  stored: StoredCase,
  to: number,
  actor: CaseActor,
  at: number,
): MigrationPreview {
  const { lifecycles, kind } = engine.typeOf(stored.kind);
  const current = engine.lifecycleOf(stored);
  const target = lifecycles.find((each) => each.version === to);
  if (target === undefined) {
    const possible = lifecycles.map((each) => String(each.version));
    throw new SandglassError(ERRORS.CASE_VERSION, { kind, version: to, possible });
  }
  const before = stored.folded;
  const outcome = applyMigration(current, target, before, {
    id: "preview",
    name: MIGRATE,
    at: Math.max(at, before.since),
    actor,
    input: { to },
  });
  if (outcome.kind === "refused") throw new ActionRefusedError(MIGRATE, outcome.refusal, [], []);
  const { title, basis } = target.migrations!.find(({ from }) => from === current.version)!;
  return {
    from: current.version,
    to,
    title,
    basis,
    changes: differences(target, actor.role, before, outcome.folded),
    procedure: procedureChanges(current, target),
  };
}
