/**
 * Pasted bytes in the address, behind `#`: a browser never sends that part to a server. Base64 with the URL alphabet.
 */

/** Longest dump that is put into the address, bytes. */
export const ADDRESS_LIMIT = 16_384;
const PREFIX = "bytes=";

/** The fragment without `#`; undefined for a dump that is too long. */
export function writeDump(bytes: Uint8Array): string | undefined {
  if (bytes.length > ADDRESS_LIMIT) return undefined;
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return PREFIX + btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The bytes of a fragment, with or without `#`; undefined for any other one. */
export function readDump(hash: string): Uint8Array | undefined {
  const text = hash.replace(/^#/, "");
  if (!text.startsWith(PREFIX)) return undefined;
  try {
    const decoded = atob(text.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/"));
    return decoded.length === 0 ? undefined : Uint8Array.from(decoded, (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
