/** The follow-up of a project that left the box, as the server discovers it. */
import { SANDBOX_FOLLOW_UP, type FollowUpData, type Json, type Lifecycle } from "@sandglass/casework";
import type { CaseServices } from "../engine/discover.ts";
import type { CaseType } from "../engine/case-type.ts";
import { departmentFacts } from "../sandbox-project/departments.ts";

export const caseType = ({ checkTriggerSet }: CaseServices): CaseType => ({
  kind: SANDBOX_FOLLOW_UP.kind,
  prefix: "fup",
  lifecycles: [SANDBOX_FOLLOW_UP as unknown as Lifecycle],
  fieldsOf: (data) => {
    const { title = "", vehicles = [], project } = data as FollowUpData;
    return { title: { en: title, zh: title }, vehicles, ...(project === undefined ? {} : { project }) };
  },
  prepare: async ({ tx }, _actor, name, input) => {
    if (name === "openTracking")
      return { input, ...(await departmentFacts(tx, (input as { readonly project?: string }).project)) };
    const { triggerSet } = input as { readonly triggerSet?: { readonly pack?: string; readonly text?: string } };
    if (name !== "setRules" || triggerSet === undefined) return { input };
    const { pack, text } = triggerSet;
    const { hash } = await checkTriggerSet({
      ...(pack === undefined ? {} : { pack }),
      ...(text === undefined ? {} : { text }),
    });
    return { input: { ...(input as object), triggerSet: { ...triggerSet, hash } } as Json };
  },
});
