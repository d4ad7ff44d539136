/** Which pages a role has any use of, by the matrix: a page that only refuses is not offered. */
import { can, reachesOf, RIGHTS, type ObjectCode, type RoleCode } from "@sandglass/casework";
import { PAGES, type PageName } from "./shortcuts.ts";

const CASES: readonly ObjectCode[] = [
  "sandboxApplication",
  "aiSandboxFile",
  "hazardOrder",
  "accidentTrackA",
  "accidentTrackB",
  "recallFile",
  "otaFiling",
  "vulnerability",
  "cyberIncident",
  "importantDataReport",
  "platformEvaluation",
];
/** Objects of which a page shows something; a page without any is for everybody. */
const SHOWN: Readonly<Record<PageName, readonly ObjectCode[]>> = {
  situation: ["finding", "vehicleRegister"],
  findings: ["finding"],
  vehicles: ["vehicleRegister", "subjectRegister"],
  projects: ["sandboxApplication", "aiSandboxFile"],
  cases: CASES,
  duties: CASES,
  rules: ["triggerRules", "finding"],
  quality: ["vehicleRegister", "platformEvaluation", "platformLink"],
  commands: ["vehicleCommand"],
  links: ["platformLink"],
  inspector: [],
  ledger: ["ledger", "custody"],
};

function has(role: RoleCode, object: ObjectCode): boolean {
  // Who reads vehicles by case comes to them from the case: there is no list of them.
  return object === "vehicleRegister"
    ? reachesOf(role, object, "read").some((reach) => reach !== "case")
    : RIGHTS.some((right) => can(role, object, right));
}

export function pagesOf(role: RoleCode): readonly PageName[] {
  return PAGES.filter((page) => SHOWN[page].length === 0 || SHOWN[page].some((object) => has(role, object)));
}

/** What the situation shows a role: a zero would say that there is nothing, where the role may not know of anything. */
export interface SituationParts {
  readonly vehicles: boolean;
  readonly findings: boolean;
  readonly orders: boolean;
  readonly projects: boolean;
  readonly cases: boolean;
}

export function partsOfSituation(role: RoleCode): SituationParts {
  return {
    vehicles: has(role, "vehicleRegister"),
    findings: can(role, "finding", "read"),
    orders: can(role, "hazardOrder", "read"),
    projects: pagesOf(role).includes("projects"),
    cases: pagesOf(role).includes("cases"),
  };
}

/** Where somebody begins whose role has no part in the situation: those who handle cases only, who keep the log, the accounts or the platform. */
export function homeOf(role: RoleCode): "/" | "/cases" | "/audit" | "/admin" | "/links" | "/account" {
  if (pagesOf(role).includes("situation")) return "/";
  if (pagesOf(role).includes("cases")) return "/cases";
  if (can(role, "log", "read")) return "/audit";
  if (can(role, "identity", "read")) return "/admin";
  return pagesOf(role).includes("links") ? "/links" : "/account";
}
