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
  { kind: "cancel", obligation: "stageReport" },
  { kind: "cancel", obligation: "periodicAssessment" },
  { kind: "cancel", obligation: "decideExtension" },
  { kind: "lower", flag: "CONFIRM_AT_ONCE" },
] as const;

/**
 * What ends with the project, and when deception or illegality is established. That the co-issuing departments are told of a suspension
 * (9.1, R-6.26) is not among them: it was effective, and what came of it is the more reason to tell them. Nor are duties to report an
 * incident: the law does not know the sandbox. Both stay until they are met.
 */
export const PROJECT_ENDS = (
  [
    "completenessCheck",
    "completeApplication",
    "decision",
    "tacitDecision",
    "decideAppeal",
    "startTest",
    "testPeriod",
    "correctiveTask",
    "confirmSuspension",
    "mitigation",
    "terminationReview",
    "breachReview",
    "retractionReview",
    "finalReport",
    "stageReport",
    "periodicAssessment",
    "decideExtension",
    "answerService",
    "answerInformation",
    "deepTestFiling",
  ] as const
).map((obligation) => ({ kind: "cancel" as const, obligation }));
