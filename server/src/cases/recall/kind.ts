/** Defect investigation and recall, as the server discovers it: whose it is, which vehicles it reaches, what becomes public. */
import {
  RECALL_CASE,
  RECALL_CASE_V1,
  type Json,
  type Lifecycle,
  type RecallData,
  type RecallPlan,
} from "@sandglass/casework";
import type { CaseType } from "../engine/case-type.ts";
import { newestInput } from "../engine/newest-input.ts";
import { ownerOfLead, sourceOf, type Lead } from "./lead.ts";
import { showRecall } from "./public.ts";
import { countScope, fileScope, readScope } from "./scope.ts";
import { accountFor, countNew, type Accounted } from "./vehicles.ts";

const FILING = new Set(["filePlan", "changePlan"]);
const ACCOUNTING = new Set(["recordRemedy", "excludeVehicles"]);

export const caseType: CaseType = {
  kind: RECALL_CASE.kind,
  prefix: "rcl",
  lifecycles: [RECALL_CASE_V1 as unknown as Lifecycle, RECALL_CASE as unknown as Lifecycle],
  fieldsOf: (data) => {
    const { title = "", vehicle, project, ...lead } = data as RecallData;
    const source = sourceOf(lead);
    return {
      title: { en: title, zh: title },
      vehicles: vehicle === undefined ? [] : [vehicle],
      ...(project === undefined ? {} : { project }),
      ...(source === undefined ? {} : { item: source }),
    };
  },
  prepare: async (unit, _actor, name, input, folded, id) => {
    if (folded === undefined || id === undefined)
      return { input, facts: await ownerOfLead(unit.tx, input as unknown as Lead) };
    const { organisation, corrective } = folded.data as RecallData;
    if (FILING.has(name)) {
      const isRepeated = folded.state === "CORRECTIVE" && corrective === "repeat";
      return { input, facts: await countScope(unit.tx, id, organisation, planOf(input), isRepeated) };
    }
    if (ACCOUNTING.has(name))
      return { input, facts: { counted: await countNew(unit.tx, id, (input as unknown as Accounted).vehicles) } };
    return { input };
  },
  after: async (_engine, unit, stored, name) => {
    const data = stored.folded.data as RecallData;
    if (FILING.has(name)) await fileScope(unit, stored.id, data);
    if (ACCOUNTING.has(name))
      await accountFor(unit, stored.id, (await newestInput(unit.tx, stored.id)) as unknown as Accounted);
    await showRecall(unit, stored);
  },
  page: async ({ id }, tx) => ({ scope: await readScope(tx, id) }),
};

/** A changed plan stands inside of what is entered, a first one is it. */
function planOf(input: Json): RecallPlan {
  const entered = input as unknown as RecallPlan | { readonly plan: RecallPlan };
  return "plan" in entered ? entered.plan : entered;
}
