/** An incident of network or data security, as the server discovers it. */
import { CYBER_INCIDENT, type CyberIncidentData, type Lifecycle } from "@sandglass/casework";
import type { CaseType } from "../engine/case-type.ts";

export const caseType: CaseType = {
  kind: CYBER_INCIDENT.kind,
  prefix: "cyb",
  lifecycles: [CYBER_INCIDENT as unknown as Lifecycle],
  fieldsOf: (data) => {
    const { title = "" } = data as CyberIncidentData;
    return { title: { en: title, zh: title }, vehicles: [] };
  },
};
