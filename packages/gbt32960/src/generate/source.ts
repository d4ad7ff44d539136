/** Pieces of source that the generators share. All numbers in them come from the layout tables. */
import type { CodeElement, Element, QuantityElement, ViewElement } from "../layout/element.ts";

export type NumberElement = QuantityElement | CodeElement | ViewElement;
export const ALL_ONES = { 1: 0xff, 2: 0xffff, 4: 0xffff_ffff } as const;

/** Expression that reads an unsigned big-endian number at `base + offset` of `b`. */
export function readSource(size: 1 | 2 | 4, base: string, offset: number): string {
  const at = (i: number) => `b[${base}${offset + i === 0 ? "" : `+${offset + i}`}]`;
  if (size === 1) return at(0);
  if (size === 2) return `(${at(0)}<<8|${at(1)})`;
  return `((${at(0)}<<24|${at(1)}<<16|${at(2)}<<8|${at(3)})>>>0)`;
}

/** Statements that write number `v` at `p + offset` of `b`. */
export function writeSource(size: 1 | 2 | 4, v: string, offset: number): string {
  const at = (i: number) => `b[p${offset + i === 0 ? "" : `+${offset + i}`}]`;
  if (size === 1) return `${at(0)}=${v};`;
  if (size === 2) return `${at(0)}=${v}>>>8;${at(1)}=${v};`;
  return `${at(0)}=${v}>>>24;${at(1)}=${v}>>>16;${at(2)}=${v}>>>8;${at(3)}=${v};`;
}

export function biasedSource(v: string, bias: number): string {
  return bias === 0 ? v : bias < 0 ? `${v}-${-bias}` : `${v}+${bias}`;
}

/** Bytes of an element that is always equally long. */
export function fixedSize(element: Element): number | undefined {
  if (element.kind === "quantity" || element.kind === "code" || element.kind === "view") return element.size;
  return element.kind === "hexWord" ? 4 : undefined;
}

/** Bytes of the elements from index `from` up to the next one whose size is not fixed. */
export function fixedRun(elements: readonly Element[], from: number): number {
  let bytes = 0;
  for (let i = from; i < elements.length; i++) {
    const size = fixedSize(elements[i]);
    if (size === undefined) break;
    bytes += size;
  }
  return bytes;
}

/** Fewest bytes that the elements can take: their lists may be empty. */
export function minimumSize(elements: readonly Element[]): number {
  return elements.reduce((sum, element) => sum + (fixedSize(element) ?? 0), 0);
}

export { isCount } from "../layout/counts.ts";
