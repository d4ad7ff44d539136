/** Input schemas of a conformity test. */
import { choiceOf, flag, named, object, text } from "../schema.ts";

export { NOTHING, WITH_REASONS } from "../common-inputs.ts";

export const REGISTRATION = object(
  {
    subject: choiceOf(
      {
        platform: { en: "Platform of the enterprise", zh: "企业平台（平台符合性检测）" },
        model: { en: "Vehicle model", zh: "车型（车辆符合性检测）" },
      },
      { en: "What is tested", zh: "检测对象" },
    ),
    name: text({ en: "Name of the platform, or model as registered", zh: "平台名称或登记车型" }, 100),
    edition: choiceOf(
      {
        "2016": { en: "GB/T 32960-2016", zh: "GB/T 32960—2016" },
        "2025": { en: "GB/T 32960-2025", zh: "GB/T 32960—2025" },
      },
      { en: "Edition that applies", zh: "适用标准版本" },
    ),
  },
  {
    organisation: named(
      "organisation",
      text({ en: "Maker (entered by the supervisor)", zh: "企业（监管员填写）" }, 120),
    ),
  },
);
export const OUTCOME = object({
  passed: flag({ en: "Passed", zh: "通过" }),
  report: text({ en: "Number of the test report", zh: "检测报告编号" }, 120),
  findings: text({ en: "Findings", zh: "检测情况" }),
});
