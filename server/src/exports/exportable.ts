/** What a list tells of itself so that it can be exported. */
import type { Actor } from "../records/mod.ts";
import type { Cell, Column, Language, Text } from "./table.ts";

/** More rows are refused: a file that was cut off would look complete. */
export const ROW_LIMIT = 20_000;
/** Rows that are read at a time. */
export const PAGE_ROWS = 500;

export interface ExportRequest<Query> {
  readonly actor: Actor;
  readonly query: Query;
  readonly language: Language;
  /** UTC ms. */
  readonly now: number;
}

export type Row = readonly Cell[];

export interface ExportableList<Query> {
  /** Also the first part of the file's name. */
  readonly list: string;
  readonly title: Text;
  readonly columns: readonly Column[];
  /**
   * Whether the list has more rows than that, where it can be known without reading them: what is too large is then refused at once.
   * The rows are counted all the same.
   */
  readonly hasMoreThan?: (request: ExportRequest<Query>, rows: number) => Promise<boolean>;
  /** The rows as the actor sees them in the list, page after page; the reader may stop at any. */
  readonly read: (request: ExportRequest<Query>) => AsyncIterable<readonly Row[]>;
}
