/** Which numbers are lengths of lists. */
import type { Element } from "./element.ts";

/** Whether the number is the length of a list among its siblings. */
export function isCount(element: Element, siblings: readonly Element[]): boolean {
  return siblings.some((sibling) => sibling.kind === "list" && sibling.count === element.name);
}
