/** What the third version adds: what was repaired is closed out in time, and the maker is told from when on it can be. */
import { HAZARD_ACTIONS } from "./actions.ts";

const { confirmed, repairRecord, close, recurrence } = HAZARD_ACTIONS;
const OPENS = { kind: "open", obligation: "closeOut" } as const;

export const HAZARD_CLOSING_ACTIONS = {
  confirmed: { ...confirmed, effects: [...(confirmed.effects ?? []), OPENS] },
  repairRecord: { ...repairRecord, effects: [...(repairRecord.effects ?? []), OPENS] },
  close: { ...close, effects: [{ kind: "meet", obligation: "closeOut" }, ...(close.effects ?? [])] },
  recurrence: {
    ...recurrence,
    effects: [{ kind: "cancel", obligation: "closeOut" }, ...(recurrence.effects ?? [])],
  },
} as const;
