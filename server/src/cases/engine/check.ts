/** Compares projections with the folds of their histories: what `sandglass check` reports. */
import { isDeepStrictEqual } from "node:util";
import { CaseworkError, fold, type CaseAction } from "@sandglass/casework";
import type { Tx } from "../../records/mod.ts";
import type { CaseEngine } from "./engine.ts";
import { getCase, listActions, toAction } from "./store.ts";

export interface CaseDifference {
  readonly id: string;
  /** What differs: the path of the first field, or why the history cannot be folded. */
  readonly reason: string;
}

/** Folds one case's history again. Returns undefined when the stored snapshot is what the history amounts to. */
export async function checkCase(engine: CaseEngine, tx: Tx, id: string): Promise<CaseDifference | undefined> {
  const stored = await getCase(tx, id);
  const lifecycle = engine.lifecycleOf(stored);
  const actions: CaseAction[] = (await listActions(tx, id)).map(toAction);
  let folded: unknown;
  try {
    folded = JSON.parse(JSON.stringify(fold(lifecycle, actions, engine.foldOptions)));
  } catch (cause) {
    if (!(cause instanceof CaseworkError)) throw cause;
    return { id, reason: cause.message };
  }
  const snapshot = stored.folded as unknown as Record<string, unknown>;
  const differing = Object.keys({ ...snapshot, ...(folded as object) }).find(
    (key) => !isDeepStrictEqual(snapshot[key], (folded as Record<string, unknown>)[key]),
  );
  return differing === undefined ? undefined : { id, reason: `the snapshot differs from the fold in ${differing}` };
}
