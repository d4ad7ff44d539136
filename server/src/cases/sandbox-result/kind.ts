/** A result of a project on its way to use by others, as the server discovers it. */
import { SANDBOX_RESULT, type Lifecycle, type ResultData } from "@sandglass/casework";
import type { CaseType } from "../engine/case-type.ts";
import { departmentFacts } from "../sandbox-project/departments.ts";

export const caseType: CaseType = {
  kind: SANDBOX_RESULT.kind,
  prefix: "res",
  lifecycles: [SANDBOX_RESULT as unknown as Lifecycle],
  fieldsOf: (data) => {
    const { title = "", project } = data as ResultData;
    return { title: { en: title, zh: title }, vehicles: [], ...(project === undefined ? {} : { project }) };
  },
  prepare: async ({ tx }, actor, name, input) => ({
    input,
    ...(name === "openResult" ? await departmentFacts(tx, actor, name, input) : {}),
  }),
};
