/** A list as rows of cells, before it becomes a file. */

export type Language = "en" | "zh";

export interface Text {
  readonly en: string;
  readonly zh: string;
}

/** UTC ms. */
export interface Instant {
  readonly time: number;
}

/** A cell: text, number, an instant, yes or no, or nothing. */
export type Cell = string | number | boolean | Instant | undefined;

export interface Column {
  readonly title: Text;
  /** Characters, for spreadsheets. */
  readonly width?: number;
  /** Instants are written as wall clock of Asia/Shanghai; the heading says so. */
  readonly isTime?: boolean;
}

/** What stands in the file beside the rows, in the order given. */
export type Remark = readonly [label: string, value: string];

export interface Table {
  readonly title: string;
  readonly headings: readonly string[];
  readonly widths: readonly number[];
  readonly rows: readonly (readonly Cell[])[];
  readonly remarks: readonly Remark[];
}

const YES: Readonly<Record<Language, readonly [no: string, yes: string]>> = { en: ["no", "yes"], zh: ["否", "是"] };
export const ZONE: Text = { en: "Beijing time", zh: "北京时间" };
const OFFSET_MS = 8 * 3_600_000;

export function instant(time: number | undefined): Instant | undefined {
  return time === undefined ? undefined : { time };
}

/** Wall clock of Asia/Shanghai, to the second. */
export function wallClock(time: number): string {
  return new Date(time + OFFSET_MS).toISOString().slice(0, 19).replace("T", " ");
}

export function yesOrNo(value: boolean, language: Language): string {
  return YES[language][value ? 1 : 0];
}

export function headingsOf(columns: readonly Column[], language: Language): string[] {
  return columns.map(({ title, isTime }) =>
    isTime === true ? `${title[language]} (${ZONE[language]})` : title[language],
  );
}
