/** Moving through the fields of a frame by keys, and their colours. Pure. */
import type { FieldSpan } from "./hex.ts";

export const BYTES_PER_LINE = 16;

/**
 * The field that a key leads to from the active one; undefined for keys that do not move. Left and right go from field
 * to field, up and down to the field one line of bytes away.
 */
export function fieldByKey(
  key: string,
  active: number | undefined,
  fields: readonly FieldSpan[],
  owners: Int32Array,
): number | undefined {
  if (fields.length === 0) return undefined;
  const last = fields.length - 1;
  const from = active ?? -1;
  switch (key) {
    case "ArrowRight":
      return Math.min(last, from + 1);
    case "ArrowLeft":
      return Math.max(0, from - 1);
    case "Home":
      return 0;
    case "End":
      return last;
    case "ArrowDown":
    case "ArrowUp": {
      if (active === undefined) return 0;
      const { offset, length } = fields[active];
      // Down leaves a long field behind its last byte, up before its first.
      const at = key === "ArrowDown" ? Math.max(offset + BYTES_PER_LINE, offset + length) : offset - BYTES_PER_LINE;
      const owner = owners[Math.max(0, Math.min(owners.length - 1, at))] ?? -1;
      return owner < 0 ? active : owner;
    }
    default:
      return undefined;
  }
}

export interface Tinted {
  readonly section?: string | undefined;
  readonly item?: number | undefined;
}

/** Colour class of a field: its section, and for information items one of four in turn. */
export function tintOf({ section, item }: Tinted): string {
  switch (section) {
    case "header":
    case "time":
    case "check":
    case "damage":
      return section;
    case "body":
      return `body${(item ?? 0) % 4}`;
    default:
      return "";
  }
}
