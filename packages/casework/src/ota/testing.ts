/** For tests only: inputs that satisfy the guards of the OTA filing. */
import type { Json } from "../lifecycle/definition.ts";
import { permitsOf, type OtaData } from "./data.ts";

export const OTA_CAMPAIGN = {
  title: "Charge control 3.2",
  purpose: "Charges more evenly",
  models: ["A1"],
  component: "BMS",
  fromVersions: ["3.1"],
  toVersion: "3.2",
  targeted: 1_000,
  releaseAt: "2026-12-10T00:00:00Z",
} as const satisfies Json;

export const OTA_ANSWERS = {
  removesDefect: false,
  changesParameters: true,
  touchesAutomatedDriving: false,
  touchesDriverAssistance: false,
  grounds: "Charging power rises",
} as const satisfies Json;

export const OTA_ASSESSMENT = {
  userNotice: "Shown before the download",
  versionReadable: true,
  protection: "Signed",
  preconditions: "Parked, P",
  powerReserve: "SOC above 30 %",
  failureHandling: "Back to the old version",
  test: "200 vehicles",
  notDirectlyAbroad: true,
} as const satisfies Json;

const STAGE = { stage: "Employees", vehicles: 50 } as const;

/** @returns undefined for an action that the OTA filing does not have */
export function acceptedOtaInput(name: string, data?: unknown): Json | undefined {
  const { answers, permits = {}, results = [] } = (data ?? {}) as Partial<OtaData>;
  switch (name) {
    case "prepareOta":
    case "reviseOta":
      return OTA_CAMPAIGN;
    case "classifyOta":
      return OTA_ANSWERS;
    case "assessOta":
      return OTA_ASSESSMENT;
    case "fileOta":
      return { packageName: "bms-3.2.bin", packageSha256: "ab".repeat(32) };
    case "evaluateOta":
      return { evaluation: "Package as described" };
    case "permitOta":
      return { permit: "2026-B-1", kind: permitsOf(answers).find((kind) => permits[kind] === undefined) ?? "change" };
    case "releaseOta":
    case "widenOta":
      return STAGE;
    case "reportOtaResults":
      return { succeeded: results.at(-1)?.succeeded ?? 40, failed: 0, refused: 1 };
    case "returnOta":
    case "haltOta":
    case "resumeOta":
    case "rollBackOta":
    case "withdrawOta":
      return { reasons: "as examined" };
    default:
      return undefined;
  }
}

/** What of an OTA filing's data decides on what it offers. */
export function otaKey(data: Partial<OtaData>): readonly unknown[] {
  return [
    data.class,
    data.assessment === undefined,
    Object.keys(data.permits ?? {}),
    (data.results ?? []).length > 0,
    (data.results ?? []).length > (data.resultsAtEnd ?? 0),
    data.haltedBy,
  ];
}
