/** Which events an actor may know of: the same reach as the registry's row policies. */
import { covers } from "@sandglass/casework";
import { mayActor, reachesOfActor } from "../../access/mod.ts";
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
} as const;

export function isVisible(event: LiveEvent, actor: Actor): boolean {
  if (actor.kind === "system" || event.topic === "situation") return true;
  const object = OBJECT_OF[event.topic satisfies Exclude<Topic, "situation">];
  if (event.topic === "ledger" || event.topic === "alarm") return mayActor(actor, object, "read");
  const reaches = reachesOfActor(actor, object, "read");
  if (reaches.includes("all")) return true;
  const { organisations = [], region } = event.extent ?? {};
  if (reaches.includes("own") && actor.organisation !== "" && organisations.includes(actor.organisation)) return true;
  return (
    reaches.includes("territory") && actor.region !== undefined && region !== undefined && covers(actor.region, region)
  );
}
