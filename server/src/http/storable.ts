/**
 * Texts that no store can keep: PostgreSQL has no U+0000 in texts and in JSON, and half of a surrogate pair is no character in
 * UTF-8. They are refused where a request comes in; further inside they would be failures of a query.
 */

/** Deeper than any body of the API; a body of this depth is refused by its schema or unused. */
const DEPTH = 64;

/** Where a text, or a name of a member, cannot be kept: `/input/reason`. Undefined when all can. */
export function findUnstorable(value: unknown, path = "", depth = 0): string | undefined {
  if (typeof value === "string") return isStorable(value) ? undefined : path;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || depth > DEPTH) return undefined;
  for (const [name, each] of Object.entries(value)) {
    if (!isStorable(name)) return path;
    const found = findUnstorable(each, `${path}/${name}`, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

export const isStorable = (text: string): boolean => !text.includes("\0") && text.isWellFormed();
