/** A change of a case as a live event: to whom the case exists, by party, territory, assignment or programme. */
import type { CaseChange } from "../cases/mod.ts";
import type { LiveEvent } from "../api/mod.ts";

export function caseEventOf(change: CaseChange): LiveEvent {
  const { id, kind, state, version, action, organisations, regions, assigned, departments, object } = change;
  return {
    topic: kind === "sandbox-project" ? "project" : "case",
    data: { id, state, version, action },
    extent: { organisations, regions, assigned, departments },
    object,
  };
}
