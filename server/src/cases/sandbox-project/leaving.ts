/** How a project ended: the final report of the enterprise, and the action that led out, with the persons and the ledger leaf of each. */
import type { CaseActor, SandboxState } from "@sandglass/casework";
import type { Static } from "typebox";
import { personNames } from "../../access/mod.ts";
import type { Tx } from "../../records/mod.ts";
import type { CaseEngine } from "../engine/engine.ts";
import type { StoredCase } from "../engine/store.ts";
import { actionView } from "../engine/view.ts";
import type { LeavingView } from "./schema.ts";

/** 9.1: the last of each kind; an upheld appeal leads back in, and the end after it counts. */
export async function leavingOf(
  engine: CaseEngine,
  tx: Tx,
  stored: StoredCase,
  actor: CaseActor,
): Promise<Static<typeof LeavingView>> {
  const lifecycle = engine.lifecycleOf(stored);
  const ended = lifecycle.states[stored.folded.state as SandboxState]?.end !== undefined;
  const rows = await tx
    .selectFrom("case_actions")
    .selectAll()
    .where("case_id", "=", stored.id)
    .where((eb) =>
      eb.or([
        eb("name", "=", "finalReport"),
        eb.and([eb("to_state", "=", stored.folded.state), eb("to_state", "<>", eb.ref("from_state"))]),
        eb("proposed", "=", true),
      ]),
    )
    .orderBy("sequence")
    .execute();
  const names = await personNames(
    tx,
    rows.map((each) => each.actor_id),
  );
  const view = (row: (typeof rows)[number] | undefined) =>
    row === undefined ? null : actionView(lifecycle, row, actor.role, names);
  const decision = ended
    ? rows.findLast((each) => each.to_state === stored.folded.state && each.from_state !== each.to_state)
    : undefined;
  const proposal = rows.findLast(
    (each) => each.proposed && each.name === decision?.name && each.sequence < decision.sequence,
  );
  return {
    report: view(rows.findLast((each) => each.name === "finalReport")),
    decision: view(decision),
    proposal: view(proposal),
  };
}
