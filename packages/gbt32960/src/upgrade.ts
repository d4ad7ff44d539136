/**
 * Parameters of the terminal-control command 01, remote upgrade (2016 table B.16, 2025 table B.12): values joined by
 * `;`, empty where absent. Address and port are binary and may contain `;` themselves, so the text fields are counted
 * from both ends and the binary ones taken by their size.
 *
 * The annex contradicts itself: its command row puts the URL first, its data table puts it next to last.
 */
import { encodeText, toHex, type TextValue } from "./text.ts";
import { CodecError } from "./errors.ts";

export type UpgradeOrder = "urlFirst" | "urlNextToLast";

/**
 * Which order upgrade parameters are in: the one whose URL has a scheme (`ftp://`), else the one that fits, else
 * `urlFirst`, the order of the command row.
 */
export function findUpgradeOrder(bytes: Uint8Array): UpgradeOrder {
  const [first, last] = [findUpgrade(bytes, "urlFirst"), findUpgrade(bytes, "urlNextToLast")];
  const hasScheme = (upgrade: UpgradeParameters | undefined) => /^[a-z]+:\/\//i.test(upgrade?.url ?? "");
  if (hasScheme(first)) return "urlFirst";
  return hasScheme(last) || (first === undefined && last !== undefined) ? "urlNextToLast" : "urlFirst";
}

export interface UpgradeParameters {
  readonly url: string;
  readonly accessPoint: string;
  readonly user: string;
  readonly password: string;
  /** Six bytes, IPv4 in the last four, as hexadecimal; empty when absent. */
  readonly address: string;
  readonly port: number | undefined;
  readonly manufacturer: string;
  readonly hardwareVersion: string;
  readonly firmwareVersion: string;
  /** Minutes until the upgrade must be done. */
  readonly timeLimit: number | undefined;
}

const SEPARATOR = 0x3b;
const TEXTS_BEFORE = {
  urlFirst: ["url", "accessPoint", "user", "password"],
  urlNextToLast: ["accessPoint", "user", "password"],
} as const;
const TEXTS_AFTER = {
  urlFirst: ["manufacturer", "hardwareVersion", "firmwareVersion"],
  urlNextToLast: ["manufacturer", "hardwareVersion", "firmwareVersion", "url"],
} as const;

/**
 * Reads upgrade parameters in one order. A binary field is either whole or absent: all combinations are tried, whole
 * fields first.
 * @returns undefined where the bytes do not have that structure
 */
export function findUpgrade(bytes: Uint8Array, order: UpgradeOrder = "urlFirst"): UpgradeParameters | undefined {
  const before = TEXTS_BEFORE[order];
  let at = 0;
  for (let i = 0; i < before.length; i++) {
    at = bytes.indexOf(SEPARATOR, at) + 1;
    if (at === 0) return undefined;
  }
  for (const address of [6, 0]) {
    for (const port of [2, 0]) {
      for (const limit of [2, 0]) {
        const found = split(bytes, order, at, address, port, limit);
        if (found !== undefined) return found;
      }
    }
  }
  return undefined;
}

/** The parameters if the binary fields have these sizes. @param at where the address begins */
function split(
  bytes: Uint8Array,
  order: UpgradeOrder,
  at: number,
  address: number,
  port: number,
  limit: number,
): UpgradeParameters | undefined {
  const portAt = at + address + 1;
  const textsAt = portAt + port + 1;
  const limitAt = bytes.length - limit;
  if (
    limitAt <= textsAt ||
    bytes[portAt - 1] !== SEPARATOR ||
    bytes[textsAt - 1] !== SEPARATOR ||
    bytes[limitAt - 1] !== SEPARATOR
  )
    return undefined;
  const after = textsOf(bytes.subarray(textsAt, limitAt - 1));
  const names = TEXTS_AFTER[order];
  if (after.length !== names.length) return undefined;
  const texts = Object.fromEntries([
    ...textsOf(bytes.subarray(0, at - 1)).map((text, i) => [TEXTS_BEFORE[order][i], text]),
    ...after.map((text, i) => [names[i], text]),
  ]);
  const word = (from: number, size: number): number | undefined =>
    size === 0 ? undefined : (bytes[from] << 8) | bytes[from + 1];
  return {
    ...texts,
    address: toHex(bytes, at, at + address),
    port: word(portAt, port),
    timeLimit: word(limitAt, limit),
  } as unknown as UpgradeParameters;
}

function textsOf(bytes: Uint8Array): string[] {
  return Array.from(bytes, (byte) => String.fromCharCode(byte))
    .join("")
    .split(";");
}

/** The `parameters` of a terminal-control message for an upgrade, as hexadecimal. */
export function formatUpgrade(upgrade: UpgradeParameters, order: UpgradeOrder = "urlFirst"): string {
  const word = (value: number | undefined): string => (value === undefined ? "" : value.toString(16).padStart(4, "0"));
  const texts = (names: readonly (keyof UpgradeParameters)[]): string[] =>
    names.map((name) => textHex(upgrade[name] as string, name));
  return [
    ...texts(TEXTS_BEFORE[order]),
    upgrade.address,
    word(upgrade.port),
    ...texts(TEXTS_AFTER[order]),
    word(upgrade.timeLimit),
  ].join("3b");
}

function textHex(value: TextValue, name: string): string {
  const bytes = encodeText(value, "ascii");
  if (bytes === undefined || bytes.includes(SEPARATOR))
    throw new CodecError("SG_MESSAGE_INVALID", `${name} must be ASCII without ";"`);
  return toHex(bytes);
}
