/** The yearly data-security report, as the server discovers it. */
import { DATA_REPORT, type DataReportData, type Lifecycle } from "@sandglass/casework";
import type { CaseType } from "../engine/case-type.ts";

export const caseType: CaseType = {
  kind: DATA_REPORT.kind,
  prefix: "dsr",
  lifecycles: [DATA_REPORT as unknown as Lifecycle],
  fieldsOf: (data) => {
    const { year = 0 } = data as DataReportData;
    return { title: { en: `Data-security report ${year}`, zh: `${year}年度汽车数据安全报告` }, vehicles: [] };
  },
};
