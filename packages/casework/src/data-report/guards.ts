/** Conditions of the yearly data-security report. What the law sets is skipped by no role. */
import { DATA_BASES } from "../data-security/law.ts";
import type { Context, Guard } from "../lifecycle/definition.ts";
import type { Infer } from "../schema.ts";
import type { DataReportData } from "./data.ts";
import type { ASSESSMENT } from "./inputs.ts";
import type { DataReportFlag, DataReportState } from "./states.ts";

type ReportGuard<Input = never> = Guard<DataReportState, DataReportFlag, DataReportData, Input>;
type ReportContext<Input = never> = Context<DataReportState, DataReportFlag, DataReportData, Input>;

export const isOwed = ({ data }: Pick<ReportContext, "data">): boolean => data.grounds.length > 0;

export const IS_OWED: ReportGuard = {
  code: "owed",
  needs: "state",
  text: { en: "By the counts no report is owed", zh: "按所填数量无须报送年度报告" },
  holds: isOwed,
};
export const IS_NOT_OWED: ReportGuard = {
  code: "notOwed",
  needs: "state",
  text: { en: "By the counts the report is owed", zh: "按所填数量须报送年度报告" },
  holds: (context) => !isOwed(context),
  unskippable: DATA_BASES.yearly,
};
export const PRINCIPLES_EXPLAINED: ReportGuard<Infer<typeof ASSESSMENT>> = {
  code: "principles",
  needs: "input",
  text: { en: "What departs from a principle must be explained", zh: "未遵循处理原则的，须说明理由" },
  holds: ({ input: { principles } }) =>
    principles.departures !== undefined ||
    (principles.inVehicle && principles.notByDefault && principles.precision && principles.deidentified),
};
export const HANDED_OVER_LAWFULLY: ReportGuard<Infer<typeof ASSESSMENT>> = {
  code: "handovers",
  needs: "input",
  text: {
    en: "Whoever receives personal information or important data must be bound by contract and supervised; important data may be handed over only after an assessment",
    zh: "提供个人信息、重要数据须签订合同并监督；提供重要数据前须开展风险评估",
  },
  holds: ({ input: { handovers } }) =>
    handovers.every(({ contract, important, assessedBefore }) => contract && (assessedBefore || !important)),
  unskippable: DATA_BASES.handover,
};
export const CONSENTED: ReportGuard<Infer<typeof ASSESSMENT>> = {
  code: "consents",
  needs: "input",
  text: {
    en: "Sensitive personal information needs separate consent, that of persons under 14 their guardians'",
    zh: "处理敏感个人信息须取得单独同意；处理不满十四周岁未成年人个人信息须取得监护人同意",
  },
  holds: ({ input: { assessments } }) =>
    assessments.every(
      ({ activity, separateConsent, minors, guardians }) =>
        (separateConsent || activity !== "sensitive") && (guardians || !minors),
    ),
  unskippable: DATA_BASES.consent,
};
