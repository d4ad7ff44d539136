/** The frame inspector on a terminal: one line per field. */
import { fieldsOf, splitFrames, toHex, type Field } from "@sandglass/gbt32960";
import { parseHex } from "./convert.ts";

const RAW_WIDTH = 24;

/** Lines that explain a pasted dump: each frame in it, and the damage between them. */
export function explainBytes(line: string, separate: boolean): string[] {
  const lines: string[] = separate ? [""] : [];
  const bytes = parseHex(line);
  if (bytes === undefined) return [...lines, "SG_HEX: not a hexadecimal line"];
  const pieces = splitFrames(bytes);
  pieces.forEach((piece, i) => {
    if (i > 0) lines.push("");
    if (piece.kind === "frame") {
      if (pieces.length > 1) lines.push(`frame at byte ${piece.offset}, ${piece.bytes.length} bytes`);
      lines.push(...fieldsOf(piece.bytes).map(fieldLine));
    } else {
      lines.push(`${piece.code}: ${piece.length} bytes at ${piece.offset} are no frame`);
      const damaged = bytes.subarray(piece.offset, piece.offset + piece.length);
      if (damaged.length >= 2) lines.push(...fieldsOf(damaged).map(fieldLine));
      else lines.push(toHex(damaged));
    }
  });
  return lines;
}

function fieldLine(field: Field): string {
  const raw = field.raw.length > RAW_WIDTH ? `${field.raw.slice(0, RAW_WIDTH - 1)}…` : field.raw;
  const value = typeof field.value === "object" ? JSON.stringify(field.value) : String(field.value);
  const unit = field.unit === undefined || field.unit === "" || typeof field.value !== "number" ? "" : ` ${field.unit}`;
  const short = value.length > 60 ? `${value.slice(0, 59)}…` : value;
  return `${String(field.offset).padStart(5)} ${String(field.length).padStart(4)}  ${raw.padEnd(RAW_WIDTH)}  ${field.name.padEnd(44)} ${short}${unit}  [${field.title}${field.clause === "" ? "" : `, ${field.clause}`}]`;
}
