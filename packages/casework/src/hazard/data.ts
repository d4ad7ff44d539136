/** What a hazard work order carries, and the pure rules over it. */
import type { Extent } from "../access/extent.ts";
import type { Text } from "../text.ts";
import type { DeadlineCode } from "../time/deadlines.ts";
import type { HazardType } from "./states.ts";

/** One finding that the order answers. */
export interface OrderFinding {
  readonly finding: string;
  readonly trigger: string;
  readonly version: number;
  readonly level: number;
  /** RFC 3339. */
  readonly onset: string;
  readonly clearedAt?: number;
  readonly sentence: Text;
  /** What the rule calls it. */
  readonly name?: Text;
}

export interface HazardOrderData {
  readonly type: HazardType;
  /** 0 to 4; only ever rises. */
  readonly level: number;
  /** What is wrong: orders of one vehicle are merged by it. */
  readonly item: string;
  readonly vehicle?: string;
  readonly organisation?: string;
  readonly region?: string;
  readonly project?: string;
  readonly findings: readonly OrderFinding[];
  readonly assigned: readonly string[];
  readonly contactAttempts: number;
  readonly notifiedAt?: number;
  readonly resolvedAt?: number;
  readonly disposalReference?: string;
  readonly reopenings: number;
}

export const EMPTY_ORDER: HazardOrderData = {
  type: "FAULT_L1",
  level: 0,
  item: "",
  findings: [],
  assigned: [],
  contactAttempts: 0,
  reopenings: 0,
};

export function extentOfOrder(data: HazardOrderData): Extent {
  return {
    organisations: data.organisation === undefined ? [] : [data.organisation],
    regions: data.region === undefined ? [] : [data.region],
    assigned: data.assigned,
  };
}

/** The repair limit that holds for an order. */
export function repairDeadline({ type, level }: Pick<HazardOrderData, "type" | "level">): DeadlineCode {
  switch (type) {
    case "HAZARD_SINGLE":
    case "FREQUENT_ALARM":
      return "hazardSingle";
    case "HAZARD_REPEAT":
      return "hazardRepeat";
    case "MODEL_LEVEL":
      return "batchCheck";
    case "LONG_OFFLINE":
      return "locateVehicle";
    case "CLUSTER_PARKING":
      return "siteCheck";
    case "THERMAL_EVENT":
      return "repairThermal";
    case "FAULT_L1":
    case "FAULT_L2":
    case "FAULT_L3":
    case "SANDBOX_TRIGGER":
      return level >= 4
        ? "repairThermal"
        : level === 3
          ? "repairLevel3"
          : level === 2
            ? "repairLevel2"
            : "repairLevel1";
  }
}

/** The time in which the owner must be told: at once from level 3 on. */
export function noticeDeadline({ level, type }: Pick<HazardOrderData, "type" | "level">): DeadlineCode {
  return level >= 3 || type === "THERMAL_EVENT" ? "notifyOwnerAtOnce" : "notifyOwner";
}

/** Type of the order for a fault of a level (X-3: level 4 of the 2025 edition is a thermal event). */
export function typeOfLevel(level: number): HazardType {
  return level >= 4 ? "THERMAL_EVENT" : level === 3 ? "FAULT_L3" : level === 2 ? "FAULT_L2" : "FAULT_L1";
}

/** Whether any finding of the order still stands. */
export function isStanding(data: HazardOrderData): boolean {
  return data.findings.some((each) => each.clearedAt === undefined);
}
