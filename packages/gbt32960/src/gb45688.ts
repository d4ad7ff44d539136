/**
 * Messages of GB/T 45688-2025 (in force 2025-12-01): fault and hazard results, disposal and accident reports, sent in
 * frames of GB/T 32960.3 with command ids that it reserves.
 *
 * Certain (F: the text was read, tables B.1 and B.6): the ids, and that a disposal report says of 12 faults and 12
 * hazards 0 normal, 1 not yet disposed of, FF invalid (table B.4). How the fields are laid out in the data unit was in
 * no text at hand. So the data unit stays as it is in `data`, whatever it holds; `reading` is what an assumed structure
 * (P) makes of it, and is absent where the bytes do not fit. No frame is malformed for not fitting an assumption.
 */
import { findBytes, toHex } from "./text.ts";
import { findTimeBytes, formatTime, instantOf } from "./time.ts";

/** How sure a statement is: F read in the text, P an assumption. */
export type Certainty = "F" | "P";

interface ExtensionLayout {
  readonly command: number;
  readonly kind: ExtensionKind;
  readonly title: string;
  readonly clause: string;
}
export type ExtensionKind = "faultResult" | "hazardResult" | "disposalReport" | "accidentReport" | "publicHazardResult";

export const EXTENSIONS: readonly ExtensionLayout[] = [
  { command: 0x10, kind: "faultResult", title: "故障结果上报", clause: "GB/T 45688 表B.1" },
  { command: 0x11, kind: "hazardResult", title: "隐患结果上报", clause: "GB/T 45688 表B.1" },
  { command: 0x12, kind: "disposalReport", title: "故障和隐患处置上报", clause: "GB/T 45688 表B.1, 表B.4" },
  { command: 0x13, kind: "accidentReport", title: "事故信息上报", clause: "GB/T 45688 表B.1, 表B.5" },
  { command: 0x90, kind: "publicHazardResult", title: "公共平台隐患结果下发", clause: "GB/T 45688 表B.6" },
];

/** What is certain of these messages, and what is not. */
export const EXTENSION_CERTAINTY = { command: "F", structure: "P" } as const;

/** The layout of a command; undefined for commands that are none of these. */
export function findExtension(command: number): ExtensionLayout | undefined {
  return EXTENSIONS.find((layout) => layout.command === command);
}
export function findExtensionByKind(kind: string): ExtensionLayout | undefined {
  return EXTENSIONS.find((layout) => layout.kind === kind);
}

/** Faults of a disposal report: the alarm bits that table A.6 takes over (F), in their order (P). */
export const DISPOSAL_FAULTS = [
  "temperatureDifference",
  "batteryHighTemperature",
  "cellOverVoltage",
  "cellUnderVoltage",
  "stateOfChargeJump",
  "poorCellConsistency",
  "insulation",
  "dcDcTemperature",
  "dcDcState",
  "motorControllerTemperature",
  "highVoltageInterlock",
  "motorTemperature",
] as const;

/** Hazards of a disposal report: the models C.1–C.12 (F), in their order (P). */
export const DISPOSAL_HAZARDS = [
  "chargingHighestTemperature",
  "chargingHighestCellVoltage",
  "chargingCellVoltageRange",
  "dischargingHighestTemperature",
  "dischargingLowestCellVoltage",
  "motorTemperature",
  "motorControllerTemperature",
  "dcDcTemperature",
  "insulation",
  "voltageSampling",
  "standing",
  "clusteredParking",
] as const;

/** What an assumed structure makes of the data unit: a leading time, as in every timed message of GB/T 32960.3. */
export interface ExtensionReading {
  /** Absent where the data unit does not begin with a calendar time. */
  readonly time?: string;
  /** Of a disposal report: 0 normal, 1 not yet disposed of, 255 invalid. */
  readonly faults?: Readonly<Record<(typeof DISPOSAL_FAULTS)[number], number>>;
  readonly hazards?: Readonly<Record<(typeof DISPOSAL_HAZARDS)[number], number>>;
  /** What follows the time, in messages whose structure is not known further. */
  readonly rest?: string;
}

/** One stretch of the data unit as the assumed structure names it. */
export interface ExtensionPart {
  readonly offset: number;
  readonly length: number;
  readonly name: string;
  readonly title: string;
  readonly value: unknown;
  readonly number?: number;
}

const DISPOSAL_VALUES: Readonly<Record<number, string>> = { 0: "normal", 1: "not yet disposed", 255: "invalid" };
const DISPOSAL_BYTES = DISPOSAL_FAULTS.length + DISPOSAL_HAZARDS.length;

/**
 * The parts of the data unit in bytes [from, to): they cover it completely.
 * @returns undefined where it does not fit the assumed structure
 */
export function findParts(
  kind: ExtensionKind,
  bytes: Uint8Array,
  from: number,
  to: number,
): readonly ExtensionPart[] | undefined {
  const timed = to - from >= 6 && !Number.isNaN(instantOf(bytes, from));
  const parts: ExtensionPart[] = [];
  if (timed) parts.push({ offset: from, length: 6, name: "time", title: "时间", value: formatTime(bytes, from) });
  const at = timed ? from + 6 : from;
  if (kind === "disposalReport") {
    if (to - at !== DISPOSAL_BYTES) return undefined;
    const part = (group: string, title: string) => (name: string, i: number) => {
      const offset = at + (group === "faults" ? i : DISPOSAL_FAULTS.length + i);
      const number = bytes[offset];
      const meaning = DISPOSAL_VALUES[number];
      const value = meaning === undefined ? number : `${number} ${meaning}`;
      parts.push({ offset, length: 1, name: `${group}.${name}`, title, value, number });
    };
    DISPOSAL_FAULTS.forEach(part("faults", "故障处置状态"));
    DISPOSAL_HAZARDS.forEach(part("hazards", "隐患处置状态"));
    return parts;
  }
  if (!timed) return undefined;
  if (at < to)
    parts.push({ offset: at, length: to - at, name: "rest", title: "信息内容", value: toHex(bytes, at, to) });
  return parts;
}

/** What the assumed structure makes of the data unit in bytes [from, to); undefined where it does not fit. */
export function findReading(
  kind: ExtensionKind,
  bytes: Uint8Array,
  from: number,
  to: number,
): ExtensionReading | undefined {
  const parts = findParts(kind, bytes, from, to);
  if (parts === undefined) return undefined;
  const group = (prefix: string) =>
    Object.fromEntries(
      parts
        .filter(({ name }) => name.startsWith(prefix))
        .map(({ name, number }) => [name.slice(prefix.length), number]),
    );
  const plain = Object.fromEntries(
    parts.filter(({ number }) => number === undefined).map(({ name, value }) => [name, value]),
  );
  if (kind !== "disposalReport") return plain;
  return { ...plain, faults: group("faults."), hazards: group("hazards.") } as ExtensionReading;
}

/** The data unit that has this reading, as hexadecimal; undefined where the reading is none of this kind. */
export function findData(kind: ExtensionKind, reading: ExtensionReading): string | undefined {
  const { time, faults, hazards, rest } = reading;
  const bytes: number[] = [];
  if (time !== undefined) {
    const parts = findTimeBytes(time);
    if (parts === undefined) return undefined;
    bytes.push(...parts);
  }
  if (kind === "disposalReport") {
    for (const name of DISPOSAL_FAULTS) bytes.push(faults?.[name] ?? -1);
    for (const name of DISPOSAL_HAZARDS) bytes.push(hazards?.[name] ?? -1);
    if (rest !== undefined) return undefined;
  } else if (faults !== undefined || hazards !== undefined || time === undefined) return undefined;
  if (bytes.some((byte) => !Number.isInteger(byte) || byte < 0 || byte > 255)) return undefined;
  if (rest !== undefined && findBytes(rest) === undefined) return undefined;
  return toHex(Uint8Array.from(bytes)) + (rest ?? "");
}
