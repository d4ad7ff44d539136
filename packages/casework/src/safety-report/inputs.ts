/** Input schemas of the yearly safety report. */
import { flag, integer, named, object, pattern, text } from "../schema.ts";

export { NOTHING, WITH_REASONS } from "../common-inputs.ts";

export const OPENING = object(
  { year: integer(2021, 2100, { en: "Year", zh: "年度" }) },
  {
    region: named("region", pattern("^[1-9][0-9]{5}$", { en: "Region", zh: "地区" })),
    organisation: named(
      "organisation",
      text({ en: "Maker (entered by the supervisor)", zh: "企业（监管员填写）" }, 120),
    ),
  },
);
export const REPORT = object(
  {
    lifeFile: flag({ en: "A file for each vehicle sold, for its life", zh: "已售车辆一车一档、全生命周期" }),
    batteryTrace: flag({ en: "Batteries can be traced", zh: "动力电池可追溯" }),
    allMonitored: flag({ en: "All vehicles sold are monitored", zh: "已售车辆全部接入监测" }),
    keptForLife: flag({
      en: "Data of safety, faults and charging kept for the life of the product",
      zh: "运行安全、故障、充电数据保存不少于产品生命周期",
    }),
    batteryStorage: flag({ en: "Batteries stored apart, with fire separation", zh: "动力电池独立存放并设防火分隔" }),
    screening: text({ en: "Hazard screening of the year", zh: "隐患排查情况" }),
    accidents: text({
      en: "Accidents: plan, rescue scheme, investigations, results",
      zh: "事故预案、救援方案、调查与结果",
    }),
  },
  { departures: text({ en: "What is not met, why, and until when", zh: "未满足事项、原因与期限" }) },
);
