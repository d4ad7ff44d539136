/** What a role may look at of a vehicle, by the matrix: a tab that only refuses is not offered. */
import { can, type ObjectCode, type RoleCode } from "@sandglass/casework";

/** Object of which each tab shows something. */
const SHOWN = {
  signals: "rawTelemetry",
  frames: "rawTelemetry",
  rules: "finding",
  findings: "finding",
  commands: "vehicleCommand",
  conformance: "platformEvaluation",
} as const satisfies Record<string, ObjectCode>;
export type VehicleTab = keyof typeof SHOWN;
const TABS = Object.keys(SHOWN) as readonly VehicleTab[];

/** In the order of the page; empty for who reads the register only. */
export function tabsOfVehicle(role: RoleCode): readonly VehicleTab[] {
  return TABS.filter((tab) => can(role, SHOWN[tab], "read"));
}
