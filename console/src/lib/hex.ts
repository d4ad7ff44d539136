/** A raw frame as bytes beside its decoded fields: which byte belongs to which field. */
export interface FieldSpan {
  readonly offset: number;
  readonly length: number;
}

/** Parses hex digits, spaces allowed. Undefined when it is no even run of hex digits. */
export function parseHex(hex: string): Uint8Array | undefined {
  const digits = hex.replace(/\s+/g, "");
  if (digits.length % 2 !== 0 || /[^0-9a-fA-F]/.test(digits)) return undefined;
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16);
  return bytes;
}

/**
 * For each byte the index of its innermost field, -1 for none. Where fields nest (a body and the fields inside it),
 * the shortest one wins; of equal ones the later.
 */
export function ownersOf(fields: readonly FieldSpan[], length: number): Int32Array {
  const owners = new Int32Array(length).fill(-1);
  const order = fields.map((_, index) => index).sort((a, b) => fields[b].length - fields[a].length || a - b);
  for (const index of order) {
    const { offset, length: size } = fields[index];
    owners.fill(index, Math.max(0, offset), Math.min(length, offset + size));
  }
  return owners;
}

/** Two upper-case digits per byte. */
export function hexByte(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}

/** Printable ASCII or a middle dot. */
export function asciiOf(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·";
}
