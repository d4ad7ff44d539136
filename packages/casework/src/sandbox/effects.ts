/** Effects that several actions of a sandbox project share. */

/** What follows from every suspension, whoever orders it. */
export const SUSPENSION_EFFECTS = [
  { kind: "meet", obligation: "confirmSuspension" },
  { kind: "lower", flag: "CONFIRM_AT_ONCE" },
  { kind: "open", obligation: "informCoAuthorities" },
  { kind: "open", obligation: "mitigation" },
  { kind: "issue", document: "suspensionOrder" },
] as const;

/** What ends with the test itself. */
export const TEST_ENDS = [
  { kind: "cancel", obligation: "testPeriod" },
  { kind: "cancel", obligation: "mitigation" },
  { kind: "cancel", obligation: "confirmSuspension" },
  { kind: "lower", flag: "CONFIRM_AT_ONCE" },
] as const;
