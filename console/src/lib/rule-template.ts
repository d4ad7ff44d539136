/** What a new draft begins with. */
import type { Language } from "./format.ts";

export const TEMPLATES: Readonly<Record<Language, string>> = {
  zh: `触发器 MY-RULE-1 版本 1 "Cell over-temperature" / "单体过温" {
  适用于 车辆 ;
  依据 "待填写" 确定性 P ;
  当 最高单体温度 > 60 °C 持续 30 秒 ;
  等级 2 ;
}
`,
  en: `trigger MY-RULE-1 version 1 "Cell over-temperature" / "单体过温" {
  applies to vehicle ;
  basis "to be filled in" certainty P ;
  when max_cell_temp > 60 °C for 30 s ;
  severity 2 ;
}
`,
};
