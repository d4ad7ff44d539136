/** A table as a workbook: the first sheet says what it is, the second holds the rows. Texts are texts there, never formulas. */
import writeXlsxFile, { type SheetData } from "write-excel-file/node";
import { yesOrNo, type Cell, type Language, type Table } from "./table.ts";

const OFFSET_MS = 8 * 3_600_000;
/** What XML 1.0 cannot hold, half surrogate pairs among it. */
const UNWRITABLE = /(?![\t\n\r])\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/gu;
/** The most characters of a cell in Excel. */
const CELL_LENGTH = 32_767;
const ABOUT: Readonly<Record<Language, string>> = { en: "About", zh: "说明" };

const textCell = (text: string, bold = false) => ({
  type: String,
  value: text.replaceAll(UNWRITABLE, "").slice(0, CELL_LENGTH),
  ...(bold ? { fontWeight: "bold" as const } : {}),
});

function cellOf(cell: Cell, language: Language) {
  switch (typeof cell) {
    case "undefined":
      return null;
    case "number":
      return Number.isFinite(cell) ? { type: Number, value: cell } : null;
    case "boolean":
      return textCell(yesOrNo(cell, language));
    case "object":
      // Excel knows no time zones: the wall clock of Asia/Shanghai, as the heading says.
      return { type: Date, value: new Date(cell.time + OFFSET_MS), format: "yyyy-mm-dd hh:mm:ss" };
    case "string":
      return cell === "" ? null : textCell(cell);
  }
}

export async function toWorkbook(table: Table, language: Language): Promise<Buffer> {
  const about: SheetData = table.remarks.map(([label, value]) => [textCell(label, true), textCell(value)]);
  const rows: SheetData = [
    table.headings.map((heading) => textCell(heading, true)),
    ...table.rows.map((row) => row.map((cell) => cellOf(cell, language))),
  ];
  return writeXlsxFile([
    { sheet: ABOUT[language], data: about, columns: [{ width: 24 }, { width: 90 }] },
    {
      sheet: table.title.slice(0, 31),
      data: rows,
      columns: table.widths.map((width) => ({ width })),
      stickyRowsCount: 1,
    },
  ]).toBuffer();
}
