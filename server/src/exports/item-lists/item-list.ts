/** A list that is exported by the fields of its items. */
import type { Text } from "../table.ts";

/** A field of an item, dots going deeper, and its heading; width in characters. */
export type FieldColumn = readonly [field: string, en: string, zh: string, width?: number];

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
