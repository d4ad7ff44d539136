/** The data export, as the server discovers it. */
import { DATA_EXPORT, type DataExportData, type Lifecycle } from "@sandglass/casework";
import type { CaseType } from "../engine/case-type.ts";

export const caseType: CaseType = {
  kind: DATA_EXPORT.kind,
  prefix: "dex",
  lifecycles: [DATA_EXPORT as unknown as Lifecycle],
  fieldsOf: (data) => {
    const { title = "" } = data as DataExportData;
    return { title: { en: title, zh: title }, vehicles: [] };
  },
};
