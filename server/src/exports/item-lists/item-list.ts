/** A list that is exported by the fields of its items. */
import type { Text } from "../table.ts";
import { ASSURANCE_WORDS, DISPOSITION_WORDS, FRAME_COMMAND_WORDS, type WordsOf } from "./words.ts";

/**
 * A field of an item, dots going deeper, and its heading; width in characters. With `words` the column says what a code means: such
 * columns stand behind the others, whose places programs may know.
 */
export type FieldColumn = readonly [field: string, en: string, zh: string, width?: number, words?: WordsOf];

export interface ItemList {
  /** As its route is written, below the prefix. */
  readonly path: string;
  readonly title: Text;
  readonly fields: readonly FieldColumn[];
  /** Where the items stand in the answer, dots going deeper; `items` when absent. */
  readonly items?: string;
}

export const list = (path: string, en: string, zh: string, fields: readonly FieldColumn[]): ItemList => ({
  path,
  title: { en, zh },
  fields,
});

export const ID: FieldColumn = ["id", "Id", "编号", 26];
export const TITLE: FieldColumn = ["title", "Title", "名称", 40];
export const STATE: FieldColumn = ["state", "State", "状态", 14];
export const LEAF: FieldColumn = ["leaf", "Ledger leaf", "账本记录", 30];
export const CERTAINTY: FieldColumn = ["certainty", "Certainty", "确定性", 10];
export const BASIS: FieldColumn = ["basis", "Source", "依据", 40];
export const EFFECTIVE: FieldColumn = ["effectiveFrom", "Effective from", "生效日期", 14];
export const VIN: FieldColumn = ["vin", "VIN (masked)", "车辆识别代号（脱敏）", 22];
export const ASSURANCE_IN_WORDS: FieldColumn = ["assurance", "Assurance in words", "可信等级名称", 14, ASSURANCE_WORDS];
export const DISPOSITION_IN_WORDS: FieldColumn = [
  "disposition",
  "Disposition in words",
  "处理结果名称",
  14,
  DISPOSITION_WORDS,
];
export const FRAME_COMMAND_IN_WORDS: FieldColumn = ["command", "Command in words", "命令名称", 20, FRAME_COMMAND_WORDS];
