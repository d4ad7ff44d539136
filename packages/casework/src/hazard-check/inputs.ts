/** Input schemas of the hazard check's actions. */
import { choiceOf, flag, instant, integer, list, named, object, text } from "../schema.ts";

export { NOTHING, WITH_REASONS } from "../common-inputs.ts";

const COUNT = (en: string, zh: string) => integer(0, 100_000_000, { en, zh });
const BY_BAND = (label: { readonly en: string; readonly zh: string }) =>
  object(
    {
      below100: COUNT("Below 100 000 km", "10万公里以下"),
      to200: COUNT("100 000 to 200 000 km", "10万至20万公里"),
      above200: COUNT("Above 200 000 km", "20万公里以上"),
    },
    {},
    label,
  );

export const ANNOUNCEMENT = object(
  {
    title: text({ en: "Title", zh: "名称" }, 200),
    organisation: named("organisation", text({ en: "Maker", zh: "企业" }, 120)),
    year: integer(2018, 2100, { en: "Year", zh: "年度" }),
    finishBy: instant({ en: "To be finished by", zh: "完成期限" }),
  },
  { notice: text({ en: "Notice", zh: "通知文号" }, 200) },
);
/** What the notices have checked. */
export const CHECK_ITEMS = {
  battery: {
    en: "Battery: collision, deformation, flooding, temperature, voltage, current, insulation",
    zh: "动力电池：碰撞、变形、涉水、温度、电压、电流、绝缘",
  },
  electronics: { en: "Key electronics, driver assistance and its misuse", zh: "关键电子电器（含辅助驾驶及误用）" },
  weather: { en: "Extreme weather, heat, cold", zh: "极端天气、高温、低温" },
  platform: { en: "Connection to the platform", zh: "平台接入" },
} as const;
export const PLAN = object({
  population: BY_BAND({ en: "Operating vehicles", zh: "营运车辆数" }),
  items: list(choiceOf(CHECK_ITEMS), { en: "What is checked", zh: "排查内容" }, 1, 4),
  returnConditions: text({
    en: "When private cars are to be brought in: mileage or age, collision, flooding, warning lamps",
    zh: "私家车召回检查条件：里程或车龄、碰撞、浸水、仪表严重故障",
  }),
});
export const REMINDER = object({
  channel: choiceOf(
    {
      phone: { en: "Phone", zh: "电话" },
      sms: { en: "Text message", zh: "短信" },
      vehicle: { en: "In the vehicle", zh: "车机" },
    },
    { en: "Channel", zh: "渠道" },
  ),
  owners: COUNT("Owners", "车主数"),
});
export const RESULTS = object({
  checked: BY_BAND({ en: "Checked", zh: "已排查" }),
  hazards: COUNT("With a hazard", "发现隐患"),
  handled: COUNT("Hazards handled", "已处置隐患"),
  summary: text({ en: "Statistics and measures", zh: "统计与措施" }),
});
export const SPOT_CHECK = object({
  spotCheck: text({ en: "What the spot check found", zh: "抽查情况" }),
  convincing: flag({ en: "The report holds", zh: "报告属实" }),
});
