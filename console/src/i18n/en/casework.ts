import type { casework as zh } from "../zh/casework.ts";

export const casework: typeof zh = {
  now: "What can be done now", nothingPossible: "In this state, your role has no action.", leadsTo: "State after it: {{state}}", staysInState: "Keeps the state",
  fourEyes: "needs a second person", fourEyesLong: "Two persons: this proposes, a second person confirms it.", secondPerson: "proposed; takes effect when you confirm",
  condition: "Required: {{text}}", issues: "Issues: {{documents}}", opens: "Starts the clock: {{obligations}}", basis: "Basis: {{source}} ({{certainty}})", recorded: "The action and its reason go into the ledger and cannot be changed.",
  required: "required", wordsHint: "Press Enter after each", addRow: "Add a row", removeRow: "Remove", confirm: "Confirm: {{action}}", done: "Done: {{action}}", possibleNow: "Possible now: {{actions}}",
  obligations: "Duties and clocks", noObligations: "No duty is running.", overdueBy: "overdue by {{duration}}", left: "{{duration}} left", due: "due {{time}}",
  timeline: "Timeline", noActions: "No action yet", openFinding: "Open the finding", flags: "Flags", proposed: "Proposed", repeats: "Show {{count}} more of the same", more: "Other actions ({{count}})", fewer: "Fewer actions",
};
