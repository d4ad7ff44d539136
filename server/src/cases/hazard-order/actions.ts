/** The hazard work order as a kind of case, and what is done with one. */
import { HAZARD_TYPES, HAZARD_WORK_ORDER, type HazardOrderData, type Lifecycle } from "@sandglass/casework";
import type { Actor } from "../../records/mod.ts";
import type { CaseType } from "../engine/case-type.ts";
import type { ActionMeta, CaseEngine } from "../engine/engine.ts";
import type { StoredCase } from "../engine/store.ts";

export const ORDER_KIND = HAZARD_WORK_ORDER.kind;

export const HAZARD_ORDER_TYPE: CaseType = {
  kind: ORDER_KIND,
  prefix: "ord",
  lifecycles: [HAZARD_WORK_ORDER as unknown as Lifecycle],
  fieldsOf: (data) => {
    const { type, level, item, vehicle, project } = data as HazardOrderData;
    const { en, zh } = HAZARD_TYPES[type];
    return {
      title: { en: `${en}: ${item}`, zh: `${zh}：${item}` },
      vehicles: vehicle === undefined ? [] : [vehicle],
      item,
      level,
      ...(project === undefined ? {} : { project }),
    };
  },
};

/** Takes an action on an order. Errors as `CaseEngine.act`. */
export function actOnOrder(engine: CaseEngine, actor: Actor, id: string, name: string, input: unknown, meta: ActionMeta = {}): Promise<StoredCase> {
  return engine.transact(actor, (unit) => engine.act(unit, id, name, input, { ...meta, kind: ORDER_KIND }));
}
