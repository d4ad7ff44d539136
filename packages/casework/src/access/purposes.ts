/**
 * Purposes for which personal data (a VIN, a position, a name) may be opened. Who opens it names one; it stands in the log beside
 * the reason. Which role may name which purpose is ours (P); the duties behind them are quoted where there are any.
 */
import { basis, type LegalBasis } from "../basis.ts";
import { NETWORK_DATA, RECALL_REGULATION } from "../sources.ts";
import type { Text } from "../text.ts";
import type { RoleCode } from "./roles.ts";

export interface Purpose {
  readonly title: Text;
  readonly roles: readonly RoleCode[];
  readonly basis: LegalBasis;
}

const LOCAL = ["LOCAL_IIT", "LOCAL_PLATFORM", "LOCAL_MOT"] as const;
const POLICE = ["MPS", "TRAFFIC_POLICE"] as const;
const PRODUCT = basis("8.2", "Sandglass permission matrix: need to know by case", "P");

export const PURPOSES = {
  "case-handling": {
    title: { en: "Handling a case", zh: "案件办理" },
    roles: ["SAMR", "RECALL_CENTER", "MIIT", "EIDC", ...LOCAL, ...POLICE, "FIRE", "EXPERT", "LAB", "SUPERVISOR_ALL"],
    basis: PRODUCT,
  },
  "hazard-handling": {
    title: { en: "Handling a hazard of a vehicle", zh: "车辆隐患处置" },
    roles: ["OEM", "IMPORTER", "OPERATOR", "NAT_PLATFORM", ...LOCAL, "MIIT", "EIDC", "DEALER_REPAIR", "SUPERVISOR_ALL"],
    basis: basis("R-3.23", "GB/T 45688-2025 Annex D.2", "F", "2025-12-01"),
  },
  "defect-investigation": {
    title: { en: "Investigating a defect or recall", zh: "缺陷调查与召回" },
    roles: ["SAMR", "RECALL_CENTER", "OEM", "IMPORTER", "SUPERVISOR_ALL"],
    basis: basis("R-1.19", RECALL_REGULATION("7, 14, 25"), "F", "2013-01-01"),
  },
  "accident-rescue": {
    title: { en: "Rescue and accident investigation", zh: "救援与事故调查" },
    roles: ["FIRE", ...POLICE, "MEM", "RECALL_CENTER", "EIDC", "SUPERVISOR_ALL"],
    basis: PRODUCT,
  },
  "owner-service": {
    title: { en: "Informing or serving the owner", zh: "告知与服务车主" },
    roles: ["OEM", "IMPORTER", "OPERATOR", "DEALER_REPAIR"],
    basis: PRODUCT,
  },
  "data-quality": {
    title: { en: "Checking registered data", zh: "登记数据核对" },
    roles: ["NAT_PLATFORM", "LOCAL_PLATFORM", "OEM", "IMPORTER", "SUPERVISOR_ALL"],
    basis: PRODUCT,
  },
  inspection: {
    title: { en: "Inspection; the data serve it only", zh: "监督检查（限于检查目的）" },
    roles: ["SAMR", "MIIT", "EIDC", ...LOCAL, ...POLICE, "SUPERVISOR_ALL"],
    basis: basis("R-5.52", NETWORK_DATA("51, 53"), "F", "2025-01-01"),
  },
  "own-data": {
    title: { en: "One's own data", zh: "查阅本人数据" },
    roles: ["OWNER", "DRIVER", "SUBJECT"],
    basis: PRODUCT,
  },
} as const satisfies Record<string, Purpose>;
export type PurposeCode = keyof typeof PURPOSES;
export const PURPOSE_CODES = Object.keys(PURPOSES) as readonly PurposeCode[];

/** Purposes that a role may name; none = it opens no personal data. */
export function purposesOf(role: string): readonly PurposeCode[] {
  return PURPOSE_CODES.filter((code) => (PURPOSES[code].roles as readonly string[]).includes(role));
}

export function isPurposeOf(role: string, purpose: string): purpose is PurposeCode {
  return (purposesOf(role) as readonly string[]).includes(purpose);
}
