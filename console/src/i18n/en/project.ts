import type { project as zh } from "../zh/project.ts";

export const project: typeof zh = {
  stages: "Stages of the project",
  since: "since",
  findings: "Findings",
  openFindings: "Findings of the project",
  byTrigger: "done by the trigger",
  findingRetracted:
    "Late data took this finding back ({{time}}): the project stays as it is until a person has reviewed it.",
  wayOn: {
    RESTRICTED: "What follows: the authority may lift the restriction; the enterprise may withdraw.",
    SUSPENDED:
      "What follows: the enterprise submits its mitigation with evidence, and the test resumes once the authority accepts it; rejected or late, the termination is reviewed. The enterprise may also withdraw.",
    TERMINATING:
      "What follows: two persons of the authority confirm the termination; where a test had begun they may drop it instead, and the project is suspended again.",
  },
  openCause: "Open the finding",
  limits: {
    title: "How near the rules are to firing",
    hint: "by the vehicle or service that is nearest",
    none: "No limits are set yet.",
    loading: "Reading the newest values of the vehicles…",
    noMargins: "No live margin yet: it appears once vehicles or services report.",
    unknown: "unknown",
    distance: "{{value}} away (scaled)",
    vehicle: "show",
    state: { inside: "not met", near: "near", over: "met", held: "not cleared", unknown: "unknown" },
  },
  containment: {
    title: "Limits of the plan",
    hint: "each limit, how it stands, and the rule that enforces it",
    limit: "Limit",
    value: "As agreed",
    rule: "Enforced by (open for the rule)",
    state: "Now",
    nearest: "nearest: {{value}}",
    byPeople: "watched by people, no rule is made from it",
    feeds: { frames: "reports of each vehicle", events: "events of each subject", screening: "all subjects together" },
    states: {
      firing: "broken",
      unknown: "undecided",
      kept: "kept",
      waiting: "no reports yet",
      screened: "by job, see findings",
      unenforced: "not enforced",
    },
  },
  triggers: { title: "Trigger set", none: "No triggers are set yet." },
  vehicles: { title: "Vehicles", services: "Services", first: "{{count, number}} shown" },
  list: {
    title: "Sandbox projects",
    name: "Project",
    stage: "Stage",
    state: "State",
    applicant: "Applicant",
    vehicles: "Subjects",
    findings: "Open findings",
    due: "Next due",
    updated: "Updated",
    empty: "No sandbox project",
    emptyNext: "A project appears here when a manufacturer applies.",
  },
};
