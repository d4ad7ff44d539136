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
  situation: ["finding", "vehicleRegister", "sandboxApplication", "aiSandboxFile"],
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

export function pagesOf(role: RoleCode): readonly PageName[] {
  // Who reads vehicles by case comes to them from the case: there is no list of them.
  const has = (object: ObjectCode): boolean =>
    object === "vehicleRegister"
      ? reachesOf(role, object, "read").some((reach) => reach !== "case")
      : RIGHTS.some((right) => can(role, object, right));
  return PAGES.filter((page) => SHOWN[page].length === 0 || SHOWN[page].some(has));
}

/** Where somebody begins whose role has no part in the situation: those who handle cases only, who keep the log, the accounts or the platform. */
export function homeOf(role: RoleCode): "/" | "/cases" | "/audit" | "/admin" | "/links" | "/account" {
  if (pagesOf(role).includes("situation")) return "/";
  if (pagesOf(role).includes("cases")) return "/cases";
  if (can(role, "log", "read")) return "/audit";
  if (can(role, "identity", "read")) return "/admin";
  return pagesOf(role).includes("links") ? "/links" : "/account";
}
