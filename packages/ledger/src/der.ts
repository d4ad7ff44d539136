/** Just enough of DER (X.690) for time-stamps: definite lengths, one-byte tags. Reading never throws on any input. */

export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  /** Tag, length and content. */
  readonly bytes: Uint8Array;
}

export const TAG = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  OCTETS: 0x04,
  OID: 0x06,
  TIME: 0x18,
  SEQUENCE: 0x30,
  SET: 0x31,
  CONTEXT_0: 0xa0,
} as const;

/** The element that a text consists of; undefined when it is none or something follows it. */
export function findDer(bytes: Uint8Array): DerElement | undefined {
  const list = findDerList(bytes);
  return list?.length === 1 ? list[0] : undefined;
}

/** The elements that stand one behind the other; undefined when one of them is broken. */
export function findDerList(bytes: Uint8Array): DerElement[] | undefined {
  const found: DerElement[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at];
    let length = bytes[at + 1];
    let start = at + 2;
    if (length === undefined || (tag & 0x1f) === 0x1f) return undefined;
    if (length >= 0x80) {
      const count = length & 0x7f;
      if (count === 0 || count > 4 || start + count > bytes.length) return undefined;
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + bytes[start + i];
      start += count;
    }
    const end = start + length;
    if (end > bytes.length) return undefined;
    found.push({ tag, content: bytes.subarray(start, end), bytes: bytes.subarray(at, end) });
    at = end;
  }
  return found;
}

/** Elements inside of one; undefined when it has another tag or is broken. */
export function findInside(element: DerElement | undefined, tag: number): DerElement[] | undefined {
  return element?.tag === tag ? findDerList(element.content) : undefined;
}

export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const lengthBytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) lengthBytes.unshift(rest % 256);
  const head = length < 0x80 ? [tag, length] : [tag, 0x80 | lengthBytes.length, ...lengthBytes];
  const bytes = new Uint8Array(head.length + length);
  bytes.set(head);
  let at = head.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** `1.2.840.…` of the content of an object identifier; undefined when it is none. */
export function findOid(element: DerElement | undefined): string | undefined {
  if (element?.tag !== TAG.OID || element.content.length === 0) return undefined;
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of element.content) {
    arc = arc * 128 + (byte & 0x7f);
    if (arc > Number.MAX_SAFE_INTEGER / 128) return undefined;
    if (byte >= 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  if (arcs.length === 0 || (element.content.at(-1) ?? 0) >= 0x80) return undefined;
  const [first, ...others] = arcs;
  const top = Math.min(Math.floor(first / 40), 2);
  return [top, first - 40 * top, ...others].join(".");
}
