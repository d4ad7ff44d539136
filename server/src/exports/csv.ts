/**
 * CSV as RFC 4180 has it, UTF-8 with a byte order mark (without it Excel reads Chinese as another character set), lines ended by CRLF.
 *
 * A spreadsheet takes a field that begins with `=`, `+`, `-` or `@` (also behind a tab or a line break) for a formula, which
 * can send the rest of the sheet elsewhere. Such texts get an apostrophe in front, as OWASP has it; numbers stay numbers.
 */
import { setImmediate as yieldToOthers } from "node:timers/promises";
import { wallClock, yesOrNo, type Cell, type Language, type Table } from "./table.ts";

const BOM = "\uFEFF";
/** Full-width forms too: spreadsheets in Chinese and Japanese settings read them as the ASCII ones. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;
const SPECIAL = /[",\r\n]/;
/** Rows between which other work gets its turn. */
const CHUNK = 2_000;

/** The text, with an apostrophe in front where a spreadsheet would calculate. */
export function defuse(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

export function csvField(cell: Cell, language: Language): string {
  switch (typeof cell) {
    case "undefined":
      return "";
    case "number":
      return Number.isFinite(cell) ? String(cell) : "";
    case "boolean":
      return yesOrNo(cell, language);
    case "object":
      return wallClock(cell.time);
    case "string": {
      const text = defuse(cell);
      return SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    }
  }
}

/** Rows first, so that programs read the heading where they expect it; the remarks follow behind an empty line, each begun by `#`. */
export async function toCsv(table: Table, language: Language): Promise<Buffer> {
  const line = (cells: readonly Cell[]): string => `${cells.map((cell) => csvField(cell, language)).join(",")}\r\n`;
  const parts = [BOM, line(table.headings)];
  for (let at = 0; at < table.rows.length; at += CHUNK) {
    if (at > 0) await yieldToOthers();
    parts.push(
      table.rows
        .slice(at, at + CHUNK)
        .map(line)
        .join(""),
    );
  }
  parts.push("\r\n", ...table.remarks.map(([label, value]) => line([`# ${label}`, value])));
  return Buffer.from(parts.join(""), "utf8");
}
