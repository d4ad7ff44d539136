/** Realtime bodies of both editions by type. */
import type { Edition } from "../frame.ts";
import { BODIES_2016 } from "./edition-2016.ts";
import { BODIES_2025, SIGNATURE_2025 } from "./edition-2025.ts";
import type { BodyLayout } from "./shared.ts";

export const BODIES: Readonly<Record<Edition, readonly BodyLayout[]>> = {
  2016: BODIES_2016,
  2025: [...BODIES_2025, SIGNATURE_2025],
};

const BY_TYPE: Readonly<Record<Edition, readonly (BodyLayout | undefined)[]>> = {
  2016: byType(BODIES[2016]),
  2025: byType(BODIES[2025]),
};

function byType(bodies: readonly BodyLayout[]): readonly (BodyLayout | undefined)[] {
  const table: (BodyLayout | undefined)[] = Array.from({ length: 256 }, () => undefined);
  for (const layout of bodies) table[layout.type] = layout;
  return table;
}

/** Layout of a body; undefined for user-defined types and for types that the edition does not define. */
export function findBody(edition: Edition, type: number): BodyLayout | undefined {
  return BY_TYPE[edition][type];
}

export function findBodyByKind(edition: Edition, kind: string): BodyLayout | undefined {
  return BODIES[edition].find((layout) => layout.kind === kind);
}

/** Types 80–FE carry a WORD length (2016 table 19, 2025 table 9). */
export function isUserDefined(type: number): boolean {
  return type >= 0x80 && type <= 0xfe;
}

/**
 * In edition 2025, where the signature block starts at or after `from`, looking back from the end of the data unit:
 * an unknown type carries no length, but the signature must fill the rest exactly. -1 if there is none.
 */
export function signatureFromEnd(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at + 6 <= end; at++) {
    if (bytes[at] !== 0xff || bytes[at + 1] < 1 || bytes[at + 1] > 3) continue;
    const r = (bytes[at + 2] << 8) | bytes[at + 3];
    const sAt = at + 4 + r;
    if (sAt + 2 > end) continue;
    const s = (bytes[sAt] << 8) | bytes[sAt + 1];
    if (sAt + 2 + s === end) return at;
  }
  return -1;
}
