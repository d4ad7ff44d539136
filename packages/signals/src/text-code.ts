/** Text as numbers: the state of a trigger is one array of numbers, so texts are compared and counted by their codes. */

/** How a text becomes a number: `hash` tells equal from different, `version` keeps the order of versions. */
export type TextKind = "hash" | "version";

/** FNV-1a in two lanes, cut to 52 bits: exact as a double. */
export function hashText(text: string): number {
  let low = 0x811c_9dc5;
  let high = 0x050c_5d1f;
  for (let i = 0; i < text.length; i++) {
    low = Math.imul(low ^ text.charCodeAt(i), 0x0100_0193);
    high = Math.imul(high ^ text.charCodeAt(i), 0x0100_01b3);
  }
  return ((high >>> 0) & 0xf_ffff) * 4_294_967_296 + (low >>> 0);
}

/** Greatest numbers of the parts of a version; parts after the fourth and suffixes such as `-beta` are left out. */
const MOST = [9999, 9999, 9999, 999] as const;

/** `V2.10.3` comes after `2.9`. NaN for text that is no version. */
export function versionCode(text: string): number {
  const found = /^\s*[vV]?(\d+(?:\.\d+)*)/.exec(text);
  if (!found) return Number.NaN;
  const parts = (found[1] as string).split(".");
  return MOST.reduce((code, most, i) => code * (most + 1) + Math.min(most, Number(parts[i] ?? 0)), 0);
}

export function codeOfText(text: string, kind: TextKind): number {
  return kind === "version" ? versionCode(text) : hashText(text);
}
