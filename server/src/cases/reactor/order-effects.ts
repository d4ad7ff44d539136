/** What a firing does to hazard work orders: one open order per vehicle and item, merged to the highest level. */
import { type HazardOrderData, type HazardState, type Json, typeOfLevel } from "@sandglass/casework";
import type { CaseEngine } from "../engine/engine.ts";
import type { Unit } from "../engine/unit.ts";
import { findOpenOrder, ORDER_KIND } from "../hazard-order/actions.ts";
import { ownerOf, type Firing } from "./firing.ts";
import type { Reason } from "./reason.ts";

/** Level from which a firing opens an order by itself (P); below it the plan's effect decides. */
export const ORDER_LEVEL = 3;

export async function raiseOrder(engine: CaseEngine, unit: Unit, firing: Firing, reason: Reason): Promise<string> {
  const { vehicle, trigger: item, project } = firing;
  const finding = {
    finding: firing.finding,
    trigger: firing.trigger,
    version: firing.version,
    level: firing.level,
    onset: new Date(firing.onset).toISOString(),
    sentence: reason.sentence,
    name: { en: firing.title.en, zh: firing.title.zh },
  };
  const type = project === undefined ? typeOfLevel(firing.level) : "SANDBOX_TRIGGER";
  const open = await findOpenOrder(unit.tx, vehicle, item);
  if (open === undefined) {
    const { organisation, region } = await ownerOf(unit.tx, firing.vehicleKey);
    const input = { type, level: firing.level, item, vehicle, finding, ...optional({ organisation, region, project }) };
    const created = await engine.create(unit, ORDER_KIND, "detect", input);
    await engine.act(unit, created.id, "classify", {});
    return created.id;
  }
  const state = open.folded.state as HazardState;
  if (isKnown(open.folded.data as HazardOrderData, firing)) return open.id;
  if (state === "RESOLVED") {
    await engine.act(unit, open.id, "recurrence", { finding });
    await engine.act(unit, open.id, "reopen", {});
    return open.id;
  }
  if (state === "REOPENED") await engine.act(unit, open.id, "reopen", {});
  if (state === "DETECTED") await engine.act(unit, open.id, "classify", {});
  await engine.act(unit, open.id, "merge", { finding, ...(project === undefined ? {} : { project }) });
  return open.id;
}

export async function clearOrder(engine: CaseEngine, unit: Unit, firing: Firing): Promise<void> {
  const open = await findOpenOrder(unit.tx, firing.vehicle, firing.trigger);
  if (open === undefined) return;
  const known = (open.folded.data as HazardOrderData).findings.find((each) => each.finding === firing.finding);
  if (known === undefined || known.clearedAt !== undefined) return;
  await engine.act(unit, open.id, "clear", {
    finding: firing.finding,
    clearedAt: new Date(firing.at).toISOString(),
    how: firing.kind === "superseded" || firing.kind === "retracted" ? firing.kind : "cleared",
  });
}

/** A finding that the order already holds at this level or above adds nothing. */
function isKnown(data: HazardOrderData, firing: Firing): boolean {
  return data.findings.some((each) => each.finding === firing.finding && each.level >= firing.level);
}

function optional(fields: Readonly<Record<string, string | undefined>>): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
