/**
 * Parameters of the terminal-control command 01, remote upgrade (2016 table B.16, 2025 table B.12): values joined by
 * `;`, empty where absent. Address and port are binary and may contain `;` themselves, so binary fields are taken by
 * their size, and the texts by what then fits.
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
type UpgradeName = keyof UpgradeParameters;

const DIAL: readonly UpgradeName[] = ["accessPoint", "user", "password", "address", "port"];
const VERSIONS: readonly UpgradeName[] = ["manufacturer", "hardwareVersion", "firmwareVersion"];
const NAMES: Readonly<Record<UpgradeOrder, readonly UpgradeName[]>> = {
  urlFirst: ["url", ...DIAL, ...VERSIONS, "timeLimit"],
  urlNextToLast: [...DIAL, ...VERSIONS, "url", "timeLimit"],
};
/** Sizes of the table. Binary fields are whole or absent. */
const BINARY_SIZES: Partial<Record<UpgradeName, number>> = { address: 6, port: 2, timeLimit: 2 };
/** Texts whose size the table fixes; terminals in the field send others too. */
const TEXT_SIZES: Partial<Record<UpgradeName, number>> = { manufacturer: 4, hardwareVersion: 5, firmwareVersion: 5 };

/** One upgrade parameter in the bytes, without the `;` behind it. */
export interface UpgradePart {
  readonly name: UpgradeName;
  readonly from: number;
  readonly to: number;
}

/** A URL may hold `;` itself (RFC 3986 path parameters); more of them than that are noise. */
const MAX_URL_SEPARATORS = 16;

function separatorsFrom(bytes: Uint8Array, at: number): readonly number[] {
  const found: number[] = [];
  for (let i = bytes.indexOf(SEPARATOR, at); i >= 0 && found.length <= MAX_URL_SEPARATORS;) {
    found.push(i);
    i = bytes.indexOf(SEPARATOR, i + 1);
  }
  return found;
}

/** Sizes that a field beginning at `at` may have, the likeliest first. @param longUrl the URL may hold `;` */
function sizesOf(name: UpgradeName, bytes: Uint8Array, at: number, longUrl: boolean): readonly number[] {
  const binary = BINARY_SIZES[name];
  if (binary !== undefined) return [binary, 0];
  if (name === "url" && longUrl) return separatorsFrom(bytes, at).map((separator) => separator - at);
  const separator = bytes.indexOf(SEPARATOR, at);
  const counted = (separator < 0 ? bytes.length : separator) - at;
  const fixed = TEXT_SIZES[name];
  if (fixed === undefined || fixed === counted) return [counted];
  return longUrl ? [fixed, counted] : [counted, fixed];
}

/**
 * Where the upgrade parameters stand, in one order. Texts end at the next `;`; where that does not fit, those of fixed
 * size are taken by their size, as the binary fields always are, and the URL goes on to a later `;`.
 * @returns undefined where the bytes do not have that structure
 */
export function findUpgradeParts(bytes: Uint8Array, order: UpgradeOrder): readonly UpgradePart[] | undefined {
  const names = NAMES[order];
  const find = (index: number, from: number, longUrl: boolean): UpgradePart[] | undefined => {
    const last = index === names.length - 1;
    for (const size of sizesOf(names[index], bytes, from, longUrl)) {
      const to = from + size;
      if (last ? to !== bytes.length : bytes[to] !== SEPARATOR) continue;
      const rest = last ? [] : find(index + 1, to + 1, longUrl);
      if (rest !== undefined) return [{ name: names[index], from, to }, ...rest];
    }
    return undefined;
  };
  return find(0, 0, false) ?? find(0, 0, true);
}

/** Reads upgrade parameters in one order. @returns undefined where the bytes do not have that structure */
export function findUpgrade(bytes: Uint8Array, order: UpgradeOrder = "urlFirst"): UpgradeParameters | undefined {
  const parts = findUpgradeParts(bytes, order);
  if (parts === undefined) return undefined;
  return Object.fromEntries(
    parts.map(({ name, from, to }) => [name, upgradeValue(bytes, name, from, to)]),
  ) as unknown as UpgradeParameters;
}

/** The value of one part: a text, the address as hexadecimal, a number where it is not absent. */
export function upgradeValue(
  bytes: Uint8Array,
  name: UpgradeName,
  from: number,
  to: number,
): string | number | undefined {
  if (name === "address") return toHex(bytes, from, to);
  if (BINARY_SIZES[name] === 2) return to === from ? undefined : (bytes[from] << 8) | bytes[from + 1];
  return String.fromCharCode(...bytes.subarray(from, to));
}

/** The `parameters` of a terminal-control message for an upgrade, as hexadecimal. */
export function formatUpgrade(upgrade: UpgradeParameters, order: UpgradeOrder = "urlFirst"): string {
  return NAMES[order]
    .map((name) => {
      const value = upgrade[name];
      if (name === "address") return upgrade.address;
      if (BINARY_SIZES[name] === undefined) return textHex(value as string, name);
      return typeof value === "number" ? value.toString(16).padStart(4, "0") : "";
    })
    .join("3b");
}

function textHex(value: TextValue, name: string): string {
  const bytes = encodeText(value, "ascii");
  if (bytes === undefined || bytes.includes(SEPARATOR))
    throw new CodecError("SG_MESSAGE_INVALID", `${name} must be ASCII without ";"`);
  return toHex(bytes);
}
