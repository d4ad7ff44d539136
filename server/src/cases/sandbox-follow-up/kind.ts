/** The follow-up of a project that left the box, as the server discovers it. */
import { SANDBOX_FOLLOW_UP, type FollowUpData, type Lifecycle, type ProjectTriggerSet } from "@sandglass/casework";
import type { CaseServices } from "../engine/discover.ts";
import type { CaseType } from "../engine/case-type.ts";
import { departmentFacts } from "../sandbox-project/departments.ts";
import { requireTriggers, withHash } from "../sandbox-project/policy.ts";

export const caseType = (services: CaseServices): CaseType => ({
  kind: SANDBOX_FOLLOW_UP.kind,
  prefix: "fup",
  lifecycles: [SANDBOX_FOLLOW_UP as unknown as Lifecycle],
  fieldsOf: (data) => {
    const { title = "", vehicles = [], project } = data as FollowUpData;
    return { title: { en: title, zh: title }, vehicles, ...(project === undefined ? {} : { project }) };
  },
  prepare: async ({ tx }, actor, name, input, folded) => {
    if (name === "openTracking") return { input, ...(await departmentFacts(tx, actor, name, input)) };
    const { triggerSet } = input as { readonly triggerSet?: ProjectTriggerSet };
    if (name !== "setRules" || triggerSet === undefined) return { input };
    requireTriggers(name, triggerSet);
    const before = (folded?.data as FollowUpData | undefined)?.triggerSet;
    return { input: await withHash(services, input, triggerSet, before) };
  },
});
