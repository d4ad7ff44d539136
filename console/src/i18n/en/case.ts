import type { caseNs as zh } from "../zh/case.ts";

export const caseNs: typeof zh = {
  findings: "Findings",
  why: "Why",
  project: "Sandbox project",
  openProject: "Open the project",
  anyState: "Any state",
  overdueBy: "overdue by {{duration}}",
  left: "{{duration}} left",
  empty: "Nothing recorded yet",
  emptyNext: "Every step of the order appears here.",
  list: {
    title: "Hazard work orders",
    type: "Type",
    level: "Level",
    state: "State",
    flags: "Flags",
    vehicle: "Vehicle",
    maker: "Maker",
    due: "Due",
    opened: "Opened",
    empty: "No work order",
    emptyNext: "Findings of level 3 and above open an order by themselves.",
  },
};
