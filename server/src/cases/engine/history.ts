/** A case as it was after one of its actions. */
import { foldVersions, type CaseAction, type Folded, type Lifecycle } from "@sandglass/casework";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { Tx } from "../../records/mod.ts";
import type { CaseEngine } from "./engine.ts";
import { getCase, listActions, toAction } from "./store.ts";

export interface CaseMoment {
  readonly kind: string;
  readonly action: CaseAction;
  /** After the action. */
  readonly folded: Folded;
  readonly lifecycle: Lifecycle;
}

/** @throws SG_NOT_FOUND for a case or action that is not there, or hidden from the transaction's actor */
export async function getMoment(engine: CaseEngine, tx: Tx, id: string, actionId: string): Promise<CaseMoment> {
  const stored = await getCase(tx, id);
  const actions = (await listActions(tx, id)).map(toAction);
  const index = actions.findIndex((each) => each.id === actionId);
  const action = actions[index];
  if (action === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: "action", id: actionId });
  const { lifecycles } = engine.typeOf(stored.kind);
  const { folded, version } = foldVersions(lifecycles, stored.started, actions.slice(0, index + 1), engine.foldOptions);
  return { kind: stored.kind, action, folded, lifecycle: engine.lifecycleOf({ ...stored, definition: version }) };
}
