/** Chinese words for the codes of fields that are no signals of the catalogue: the codec says them in English. */
import { TERMINAL_CONTROLS, terminalParameters } from "@sandglass/gbt32960";
import { label, type Terms } from "./vocabulary.ts";

const term = (zh: string, en: string) => ({ zh, en });

export const ENCRYPTIONS: Terms = {
  1: term("不加密", "none"),
  2: term("RSA", "RSA"),
  3: term("AES", "AES"),
  4: term("SM2", "SM2"),
  5: term("SM4", "SM4"),
  254: term("异常", "abnormal"),
  255: term("无效", "invalid"),
};

/** Ids and meanings are the same in both editions; widths and ranges differ. */
const PARAMETERS: Terms = Object.fromEntries(terminalParameters(2025).map(({ id, title }) => [id, title]));
const CONTROLS: Terms = Object.fromEntries(Object.values(TERMINAL_CONTROLS).map(({ id, title }) => [id, title]));
const SWITCHED: Terms = { 1: term("工作", "working"), 2: term("断开", "open") };
const DISPOSAL: Terms = {
  0: term("正常", "normal"),
  1: term("未处置", "not yet disposed"),
  255: term("无效", "invalid"),
};

/** By the end of the field's path, indices left out. */
const WORDS: readonly (readonly [RegExp, Terms])[] = [
  [/^control$/, CONTROLS],
  [/^(parameters|ids)\.id$/, PARAMETERS],
  [/\.samplingMonitor$/, { 1: term("是", "on"), 2: term("否", "off") }],
  [/^encryptionRule$/, ENCRYPTIONS],
  [/^(faults|hazards)\./, DISPOSAL],
  [/^status$/, { 1: term("成功", "success"), 2: term("失败", "failure") }],
  [
    /^info$/,
    {
      0: term("已激活", "activated"),
      1: term("芯片已激活", "chip already activated"),
      2: term("VIN重复", "VIN duplicate"),
    },
  ],
  [/\.highVoltageDcDcState$/, SWITCHED],
  [/^engine\.state$/, { 1: term("启动", "started"), 2: term("关闭", "off") }],
  [/^location\.coordinateSystem$/, { 3: term("其他", "other") }],
];

/** What a code means in Chinese; undefined where the codec's own words are all there is. */
export function findChineseWord(path: string, code: number): string | undefined {
  const plain = path.replace(/\[\d+\]/g, "");
  const terms = WORDS.find(([end]) => end.test(plain))?.[1];
  return terms?.[code] === undefined ? undefined : label(terms, code, "zh");
}
