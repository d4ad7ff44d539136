/** A person's request about its data, as the server discovers it. */
import { DATA_REQUEST, REQUEST_KINDS, type DataRequestData, type Lifecycle } from "@sandglass/casework";
import type { CaseType } from "../engine/case-type.ts";

export const caseType: CaseType = {
  kind: DATA_REQUEST.kind,
  prefix: "drq",
  lifecycles: [DATA_REQUEST as unknown as Lifecycle],
  // The title is read by more roles than may know the person.
  fieldsOf: (data) => {
    const { request = "delete", receivedAt = "" } = data as DataRequestData;
    const { en, zh } = REQUEST_KINDS[request];
    const day = receivedAt.slice(0, 10);
    return { title: { en: `${en}, ${day}`, zh: `${zh}，${day}` }, vehicles: [] };
  },
};
