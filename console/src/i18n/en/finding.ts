import type { finding as zh } from "../zh/finding.ts";

export const finding: typeof zh = {
  listTitle: "Findings", openOrder: "Work order", openProject: "Sandbox project",
  margin: "beyond by", marginName: "Beyond by", timeMargin: "Time margin", lasting: "for {{duration}} so far", lasted: "lasted {{duration}}, cleared",
  vehicle: "Vehicle", maker: "Maker", onset: "Onset", status: "Status", provisional: "provisional",
  verdict: "How it was judged", collected: "event time", escalated: "Raised", clearedMark: "Cleared", heldFor: "for {{duration}}",
  legend: { realtime: "─ realtime", reissued: "○ reissued", gap: "▨ no data" },
  truth: { true: "true", false: "false", unknown: "unknown" },
  noSamples: "No samples to show for this period", noSamplesNext: "The raw frames may be archived; those in the witness table can still be opened.",
  witnesses: "Witness frames", witnessesHint: "first, event, extreme, last", witnessCount: "{{count}} in all",
  noWitnesses: "No witness frames", noWitnessesNext: "The finding stands on missing data: there is no sample for it.",
  columns: { collected: "Collected", received: "Received", command: "Command", role: "Role", signal: "Signal", value: "Value", bytes: "Raw bytes" },
  openFrame: "Open frame",
  quality: {
    title: "Quality of evidence", samples: "Samples", samplesValue: "{{count}} frames, every {{period}}", gaps: "No data", noGaps: "none", reissued: "Reissued", invalid: "Invalid or abnormal",
    frames: "{{count}} frames", onsetObserved: "Onset", observed: "observed", notObserved: "not observed",
  },
  rule: { title: "Rule", id: "Id", version: "version {{version}}", basis: "Basis", certainty: "Certainty", effective: "Effective", hash: "Version hash", text: "Text of the rule" },
  related: { title: "Related", project: "Sandbox project", sameVehicle: "All findings of this vehicle", sameRule: "All findings of this rule" },
  proof: "Proof",
  timeline: { title: "Timeline", since: "Condition began to hold" },
  filters: { level: "Level and above", status: "Status", anyLevel: "All levels", anyStatus: "Any status", trigger: "Rule", vehicle: "Vehicle", project: "Project" },
  list: { title: "Findings", level: "Level", name: "Finding", vehicle: "Vehicle", trigger: "Rule", onset: "Onset", lasted: "Lasted", margin: "Beyond by", status: "Status", project: "Project", empty: "No finding matches", emptyNext: "Widen the filters, or wait for a rule to fire." },
};
