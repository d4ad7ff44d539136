import type { project as zh } from "../zh/project.ts";

export const project: typeof zh = {
  stages: "Stages of the project",
  since: "since",
  findings: "Findings",
  openFindings: "Findings of the project",
  byTrigger: "done by the trigger",
  findingRetracted:
    "Late data took this finding back ({{time}}): the project stays as it is until a person has reviewed it.",
  openCause: "Open the finding",
  limits: {
    title: "Limits and live margins",
    hint: "of the vehicle nearest to each limit",
    none: "No limits are set yet.",
    loading: "Reading the newest values of the vehicles…",
    noMargins: "No live margin yet: it appears once the vehicles report.",
    unknown: "unknown",
    distance: "{{value}} away (scaled)",
    vehicle: "vehicle",
    state: { inside: "inside", near: "near", over: "beyond", held: "not cleared", unknown: "unknown" },
  },
  triggers: { title: "Trigger set", none: "No triggers are set yet." },
  vehicles: { title: "Vehicles" },
  list: {
    title: "Sandbox projects",
    name: "Project",
    stage: "Stage",
    state: "State",
    applicant: "Applicant",
    vehicles: "Vehicles",
    findings: "Open findings",
    due: "Next due",
    updated: "Updated",
    empty: "No sandbox project",
    emptyNext: "A project appears here when a manufacturer applies.",
  },
};
