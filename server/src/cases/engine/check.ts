/** Compares projections with the folds of their histories: what `sandglass check` reports. */
import { isDeepStrictEqual } from "node:util";
import { CaseworkError, foldVersions, type CaseAction, type Folded, type Obligation } from "@sandglass/casework";
import type { Tx } from "../../records/mod.ts";
import type { CaseEngine } from "./engine.ts";
import { getCase, listActions, toAction } from "./store.ts";

export interface CaseDifference {
  readonly id: string;
  /** The field that differs, or why the history cannot be folded. */
  readonly reason: string;
}

/**
 * Folds one case's history again. Due times that were computed with another version of the work calendar are not compared: they
 * stand as they were announced to the parties.
 * @returns undefined when the stored snapshot is what the history amounts to
 */
export async function checkCase(engine: CaseEngine, tx: Tx, id: string): Promise<CaseDifference | undefined> {
  const stored = await getCase(tx, id);
  const actions: CaseAction[] = (await listActions(tx, id)).map(toAction);
  let folded: Folded;
  try {
    const result = foldVersions(engine.typeOf(stored.kind).lifecycles, stored.started, actions, engine.foldOptions);
    if (result.version !== stored.definition)
      return { id, reason: `it is stored under version ${stored.definition}, its history leads to ${result.version}` };
    folded = result.folded;
  } catch (cause) {
    if (!(cause instanceof CaseworkError)) throw cause;
    return { id, reason: cause.message };
  }
  const { version } = engine.foldOptions.calendar;
  const others = new Set(stored.folded.obligations.filter((each) => each.calendar !== version).map((each) => each.id));
  const [snapshot, refolded] = [stored.folded, folded].map((each) => comparable(each, others));
  const differing = Object.keys({ ...snapshot, ...refolded }).find(
    (key) => !isDeepStrictEqual(snapshot?.[key], refolded?.[key]),
  );
  return differing === undefined ? undefined : { id, reason: `the snapshot differs from the fold in ${differing}` };
}

/** As JSON, without what depends on a calendar that is no longer in use. */
function comparable(folded: Folded, others: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  const plain = JSON.parse(JSON.stringify(folded)) as Record<string, unknown> & { obligations: Obligation[] };
  const obligations = plain.obligations.map((each) => {
    if (!others.has(each.id)) return each;
    const { dueAt: _dueAt, formerDue: _formerDue, calendar: _calendar, certainty: _certainty, ...rest } = each;
    return rest;
  });
  return { ...plain, obligations };
}
