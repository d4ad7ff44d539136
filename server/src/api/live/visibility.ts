/** Which events an actor may know of: the same reach as the row policies of what they name. */
import { within, type ObjectCode, type Reach } from "@sandglass/casework";
import { isRole, mayActor, reachesOfActor } from "../../access/mod.ts";
import type { Actor } from "../../records/mod.ts";
import type { LiveEvent, Topic } from "./event-hub.ts";

const OBJECT_OF = {
  finding: "finding",
  case: "hazardOrder",
  command: "vehicleCommand",
  project: "sandboxApplication",
  rule: "triggerRules",
  ledger: "ledger",
  alarm: "operation",
} as const satisfies Record<Exclude<Topic, "situation">, ObjectCode>;
/** What row policies know; the other reaches depend on records that an event does not carry. */
const REACHES: readonly Reach[] = ["all", "own", "territory", "assigned", "issued"];

export function isVisible(event: LiveEvent, actor: Actor): boolean {
  if (actor.kind === "system" || event.topic === "situation") return true;
  const object = event.object ?? OBJECT_OF[event.topic];
  if (event.topic === "ledger" || event.topic === "alarm") return mayActor(actor, object, "read");
  const { id, role, organisation, region } = actor;
  if (!isRole(role)) return false;
  const who = { id, role, organisation, ...(region === undefined ? {} : { region }) };
  const { organisations = [], regions = [], assigned = [], departments = [] } = event.extent ?? {};
  return reachesOfActor(actor, object, "read").some(
    (reach) =>
      REACHES.includes(reach) && within(reach, who, { organisations, regions, assigned, coIssuers: departments }),
  );
}
