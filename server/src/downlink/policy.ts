/** Which commands need a second person. Data, not law: REQUIREMENTS §8.2 asks for four eyes elsewhere; these are ours (P). */
import { allows, basis, type CaseActor, type LegalBasis, type Right } from "@sandglass/casework";
import { isRole } from "../access/mod.ts";
import type { Actor } from "../records/mod.ts";
import type { CommandRequest } from "./command.ts";

export interface ApprovalRule {
  readonly id: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly basis: LegalBasis;
  readonly applies: (request: CommandRequest) => boolean;
}

/** Domain and port of the platform and of the public platform, with the lengths: they lead the vehicle elsewhere. */
const ADDRESS_PARAMETERS: ReadonlySet<number> = new Set([0x04, 0x05, 0x06, 0x0d, 0x0e, 0x0f]);

export const APPROVAL_RULES: readonly ApprovalRule[] = [
  {
    id: "control",
    title: {
      en: "A control command acts on the vehicle",
      zh: "控制类指令直接作用于车辆",
    },
    basis: basis("8.2", "Sandglass: four eyes for control commands", "P"),
    applies: ({ kind }) => kind === "control",
  },
  {
    id: "address",
    title: {
      en: "The setting leads the vehicle's reports to another platform",
      zh: "该设置会改变车辆的上报平台",
    },
    basis: basis("8.2", "Sandglass: four eyes for settings that redirect data", "P"),
    applies: (request) => request.kind === "set" && request.parameters.some(({ id }) => ADDRESS_PARAMETERS.has(id)),
  },
];

/** The first rule that asks for a second person; undefined = none does. */
export function findApprovalRule(request: CommandRequest): ApprovalRule | undefined {
  return APPROVAL_RULES.find((rule) => rule.applies(request));
}

/** Whether an actor has a right over commands to a vehicle. */
export function mayCommand(
  actor: Actor,
  right: Extract<Right, "read" | "write" | "decide">,
  vehicle: { readonly organisation: string | undefined; readonly region: string | undefined },
): boolean {
  if (!isRole(actor.role)) return false;
  const who: CaseActor = {
    id: actor.id,
    role: actor.role,
    organisation: actor.organisation,
    ...(actor.region === undefined ? {} : { region: actor.region }),
  };
  return allows(who, "vehicleCommand", right, {
    organisations: vehicle.organisation === undefined ? [] : [vehicle.organisation],
    regions: vehicle.region === undefined ? [] : [vehicle.region],
    assigned: [],
  });
}
