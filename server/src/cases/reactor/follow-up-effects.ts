/** What a firing does to the follow-up whose tracking rules found it: it is put on the file, and somebody must review it. */
import { SANDBOX_FOLLOW_UP, type FollowUpData } from "@sandglass/casework";
import type { CaseEngine } from "../engine/engine.ts";
import { findCase } from "../engine/store.ts";
import type { Unit } from "../engine/unit.ts";
import type { Firing } from "./firing.ts";
import { findingInput, type Reason } from "./reason.ts";

/** @returns whether the firing belongs to a follow-up, ended ones included */
export async function noteTracked(engine: CaseEngine, unit: Unit, firing: Firing, reason: Reason): Promise<boolean> {
  const stored = firing.project === undefined ? undefined : await findCase(unit.tx, firing.project);
  if (stored === undefined || stored.kind !== SANDBOX_FOLLOW_UP.kind) return false;
  const hasEnded = engine.lifecycleOf(stored).states[stored.folded.state]?.end !== undefined;
  const known = (stored.folded.data as FollowUpData).findings.find((each) => each.finding === firing.finding);
  if (hasEnded || (known !== undefined && known.level >= firing.level)) return true;
  await engine.act(unit, stored.id, "noteFinding", findingInput(firing, reason));
  return true;
}
