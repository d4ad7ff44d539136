/** Which decoded field of a frame carries a signal, and the bytes around it. */
import { ALARM_NAMES } from "@sandglass/gbt32960";
import { BIT_SIGNALS, findSignal } from "@sandglass/signals";
import type { FrameField } from "../api/shapes/telemetry.ts";
import { RESPONSE_FLAGS } from "./commands.ts";
import { ENCRYPTIONS, findChineseWord } from "./field-words.ts";
import type { Language } from "./format.ts";
import { hexByte, parseHex, type FieldSpan } from "./hex.ts";
import { COMMANDS, label, type Terms } from "./vocabulary.ts";

interface NamedField extends FieldSpan {
  readonly name: string;
}

/** Last parts of the names that the codec gives to the fields behind a signal. */
const FIELD_NAMES: Readonly<Record<string, readonly string[]>> = {
  "vehicle.state": ["vehicleState"],
  "charge.state": ["chargingState"],
  "run.mode": ["runningMode"],
  speed: ["vehicle.speed"],
  mileage: ["mileage"],
  total_voltage: ["totalVoltage"],
  total_current: ["totalCurrent"],
  soc: ["stateOfCharge"],
  "dcdc.state": ["dcDcState"],
  gear: ["gear"],
  accelerator: ["acceleratorTravel"],
  brake: ["brakePedal"],
  insulation_resistance: ["insulationResistance"],
  insulation: ["insulationResistance"],
  max_cell_voltage: ["maxCellVoltage"],
  min_cell_voltage: ["minCellVoltage"],
  max_cell_temp: ["maxTemperature"],
  min_cell_temp: ["minTemperature"],
  cell_spread: ["maxCellVoltage"],
  temp_spread: ["maxTemperature"],
  "location.longitude": ["longitude"],
  "location.latitude": ["latitude"],
  "motor.state": ["motors.state"],
  "alarm.level": ["alarm.level", "highestAlarmLevel"],
  "alarm.flags": ["alarm.flags", "generalAlarmFlags"],
};

/** Whether a field's path ends with the wanted name: indices are left out, so `motors.motors[0].state` ends with `motors.state`. */
function endsWith(path: string, wanted: string): boolean {
  const plain = `.${path.replace(/\[\d+\]/g, "")}`.toLowerCase();
  return plain.endsWith(`.${wanted}`.toLowerCase());
}

/** Lists whose extremes are signals of edition 2025, which carries no extremes of its own. */
const LIST_NAMES: Readonly<Record<string, string>> = {
  max_cell_voltage: "cellVoltages.voltage",
  min_cell_voltage: "cellVoltages.voltage",
  cell_spread: "cellVoltages.voltage",
  max_cell_temp: "temperature",
  min_cell_temp: "temperature",
  temp_spread: "temperature",
};

/** The entry of a list that is the extreme which the signal means. */
function findExtreme(
  fields: readonly (NamedField & { readonly value?: unknown })[],
  signal: string,
): number | undefined {
  const name = LIST_NAMES[signal];
  if (name === undefined) return undefined;
  const lowest = signal.startsWith("min_");
  let found: number | undefined;
  for (const [index, field] of fields.entries()) {
    if (
      typeof field.value !== "number" ||
      !/\[\d+\]/.test(field.name) ||
      field.name.startsWith("motors") ||
      !(
        endsWith(field.name, name) ||
        (name === "temperature" && /temperatures?(?:\[\d+\])?(?:\.temperature)?$/i.test(field.name))
      )
    )
      continue;
    const best = found === undefined ? undefined : (fields[found].value as number);
    if (best === undefined || (lowest ? field.value < best : field.value > best)) found = index;
  }
  return found;
}

/** Index of the field that carries the signal; undefined when the frame has none or it is not known. */
export function findFieldOf(
  fields: readonly (NamedField & { readonly value?: unknown })[],
  signal: string,
): number | undefined {
  const names = FIELD_NAMES[signal] ?? (signal.startsWith("alarm.") ? FIELD_NAMES["alarm.flags"] : undefined);
  if (!names) return undefined;
  for (const name of names) {
    const index = fields.findIndex((field) => endsWith(field.name, name));
    if (index !== -1) return index;
  }
  return findExtreme(fields, signal);
}

export interface Excerpt {
  readonly offset: number;
  readonly before: string;
  readonly bytes: string;
  readonly after: string;
}

/** A field's bytes with three bytes on each side. */
export function excerptOf(hex: string, field: FieldSpan, around = 3): Excerpt | undefined {
  const bytes = parseHex(hex);
  if (!bytes || field.offset + field.length > bytes.length) return undefined;
  const words = (from: number, to: number): string =>
    [...bytes.subarray(Math.max(0, from), Math.max(0, to))].map(hexByte).join(" ");
  const end = field.offset + Math.min(field.length, 4);
  return {
    offset: field.offset,
    before: words(field.offset - around, field.offset),
    bytes: words(field.offset, end),
    after: words(end, end + around),
  };
}

/** Names of the alarm bits in the catalogue, by the name that the codec gives them. */
const ALARM_TERMS: Terms = Object.fromEntries(BIT_SIGNALS.map(({ bit, names }) => [ALARM_NAMES[bit], names]));

/** Set parts of a structure: gear and position status. */
const PART_NAMES: Terms = {
  drivingForce: { zh: "有驱动力", en: "driving force" },
  brakingForce: { zh: "有制动力", en: "braking force" },
  valid: { zh: "有效", en: "valid" },
  south: { zh: "南纬", en: "south" },
  west: { zh: "西经", en: "west" },
};

/** What header and check fields say, where the codec says it in English. */
const HEADER_WORDS: Readonly<Record<string, Terms>> = {
  response: { ...RESPONSE_FLAGS, 254: { zh: "命令", en: "command" } },
  command: COMMANDS,
  encryption: ENCRYPTIONS,
};

/** What the codec says of bytes without fields. */
const STRETCHES: Readonly<Record<string, string>> = {
  "not a frame": "不是报文",
  encrypted: "密文",
  "echoed or vendor-defined": "原样返回或厂商自定义",
  "no layout for this command": "该命令无标准结构",
  "bytes after the last field": "末字段之后的字节",
};

/** Why the bytes of a data unit are no fields: which one would be next, and what it lacks. */
function missingBytes(value: string): string | undefined {
  const [, name, needed, left] = /: (\S+) needs (\d+) bytes at \d+, (\d+) left$/.exec(value) ?? [];
  return name && `此处应为 ${name}，需 ${needed} 字节，仅剩 ${left} 字节`;
}

function headerWords(name: string, value: string, language: Language): string | undefined {
  if (name === "bcc") {
    if (value === "correct") return language === "zh" ? "正确" : value;
    const calculated = /^wrong, calculated ([0-9a-f]{2})$/.exec(value)?.[1];
    return calculated === undefined || language === "en" ? undefined : `错误，应为 ${calculated.toUpperCase()}`;
  }
  const code = /^(\d+) /.exec(value)?.[1];
  const words = HEADER_WORDS[name]?.[code ?? ""]?.[language];
  return code === undefined || words === undefined ? undefined : `${code} ${words}`;
}

/** The clause in the reader's language: tables and annexes have the same numbers in both. */
export function clauseText(clause: string | null | undefined, language: Language): string {
  if (clause === null || clause === undefined) return "";
  const plain = clause.replace(/^GB\/T 32960\.3[- ]?/, "");
  return language === "zh" ? plain : plain.replaceAll("附录", "annex ").replaceAll("表", "table ");
}

const NONE = { zh: "无", en: "none" } as const;

/** A decoded value in words: codes get the catalogue's name, structures their set parts. */
export function describeField(field: { readonly name: string; readonly value?: unknown }, language: Language): string {
  const { value } = field;
  if (value === null || value === undefined) return "";
  if (typeof value === "string") {
    const header =
      headerWords(field.name, value, language) ??
      (language === "zh" ? (STRETCHES[value] ?? missingBytes(value)) : undefined);
    if (header !== undefined) return header;
    const code = /^(\d+) /.exec(value)?.[1];
    if (code === undefined || language === "en") return value;
    const signal = Object.keys(FIELD_NAMES).find((id) => FIELD_NAMES[id].some((name) => endsWith(field.name, name)));
    const named = signal === undefined ? undefined : findSignal(signal)?.values?.[Number(code)]?.[language];
    const word = named ?? findChineseWord(field.name, Number(code));
    return word === undefined ? value : `${code} ${word}`;
  }
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return value.length === 0 ? NONE[language] : value.map(String).join(", ");
  const parts = Object.entries(value).flatMap(([key, part]): string[] => {
    if (key === "raw" || part === false || part === null) return [];
    if (part === true) return [label(PART_NAMES, key, language)];
    if (Array.isArray(part))
      return part.length === 0 ? [] : [part.map((word) => label(ALARM_TERMS, String(word), language)).join(", ")];
    return [typeof part === "object" ? JSON.stringify(part) : String(part)];
  });
  return parts.length === 0 ? NONE[language] : parts.join(" · ");
}

export const FIELD_PROBLEMS: Terms = {
  abnormal: { zh: "异常", en: "abnormal" },
  invalid: { zh: "无效", en: "invalid" },
  outOfRange: { zh: "超出范围", en: "out of range" },
  mismatch: { zh: "不一致", en: "does not match" },
  unreadable: { zh: "无法解析", en: "unreadable" },
  cutOff: { zh: "其后数据缺失", en: "what must follow is missing" },
};

/** Name of a field: the standard's term with its number in a list, or the path in full words. */
export function fieldTitle(field: Pick<FrameField, "name" | "title">, language: Language): string {
  if (language === "en") return field.name;
  const entry = /\[(\d+)\](?:\.[a-zA-Z]+)?$/.exec(field.name)?.[1];
  return `${field.title ?? field.name}${entry === undefined ? "" : ` ${Number(entry) + 1}`}`;
}

/** How the number on the wire becomes the value, and what the table allows: `0x01E8 = 488, ÷ 10 = 48.8 km/h, 0–2200`. */
export function explainField(field: FrameField, language: Language): string {
  const zh = language === "zh";
  const parts: string[] = [];
  if (field.number !== undefined) {
    const { bias, perUnit } = field.scale ?? { bias: 0, perUnit: 1 };
    const shift = bias === 0 ? "" : bias > 0 ? ` + ${bias}` : ` − ${-bias}`;
    const divide = perUnit === 1 ? "" : ` ÷ ${perUnit}`;
    const steps =
      shift !== "" && divide !== "" ? `(${field.number}${shift})${divide}` : `${field.number}${shift}${divide}`;
    parts.push(`0x${String(field.raw ?? "").toUpperCase()} = ${field.number}`);
    if (field.scale !== undefined && typeof field.value === "number")
      parts.push(`${steps} = ${field.value}${field.unit ? ` ${field.unit}` : ""}`);
  }
  if (field.range !== undefined) parts.push(`${zh ? "允许" : "allowed"} ${field.range[0]}–${field.range[1]}`);
  if (field.problem !== undefined) parts.push(label(FIELD_PROBLEMS, field.problem, language));
  return parts.join(zh ? "；" : "; ");
}
