/** An incident of network or data security, as the server discovers it: what it names is there for who names it. */
import { CYBER_INCIDENT, type CyberIncidentData, type Lifecycle } from "@sandglass/casework";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { CaseType } from "../engine/case-type.ts";
import { findCase } from "../engine/store.ts";

export const caseType: CaseType = {
  kind: CYBER_INCIDENT.kind,
  prefix: "cyb",
  lifecycles: [CYBER_INCIDENT as unknown as Lifecycle],
  fieldsOf: (data) => {
    const { title = "", accident, vulnerability } = data as CyberIncidentData;
    const item = vulnerability ?? accident;
    return { title: { en: title, zh: title }, vehicles: [], ...(item === undefined ? {} : { item }) };
  },
  prepare: async ({ tx }, _actor, name, input) => {
    if (name !== "discoverIncident") return { input };
    const { accident, vulnerability } = input as Pick<CyberIncidentData, "accident" | "vulnerability">;
    for (const [id, kind] of [
      [accident, "accident"],
      [vulnerability, "vulnerability"],
    ] as const)
      if (id !== undefined && (await findCase(tx, id))?.kind !== kind)
        throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
    return { input };
  },
};
