/** Every field of a frame with its bytes, for the frame inspector. Never throws: what cannot be read is shown as bytes. */
import { bccOf } from "./bcc.ts";
import { findLayout } from "./decode.ts";
import { dialectOf, type Dialect } from "./dialect.ts";
import { controlFields } from "./control-fields.ts";
import { CodecError } from "./errors.ts";
import {
  Encryption,
  ENCRYPTION_NAMES,
  findEdition,
  HEADER_BYTES,
  MAX_DATA_UNIT_BYTES,
  MIN_FRAME_BYTES,
  uniqueIdOf,
  type Edition,
} from "./frame.ts";
import { findExtension, findParts } from "./gb45688.ts";
import { readElements, Scope } from "./interpret/decode.ts";
import { Reader, type TracedField } from "./interpret/reader.ts";
import { findCommand } from "./layout/commands.ts";
import { toHex } from "./text.ts";
import { formatTime, instantOf } from "./time.ts";
import { ALL_ONES, type NumberElement } from "./generate/source.ts";

/** Where a field stands, for colours. */
export type FieldSection = "header" | "time" | "body" | "check" | "damage";

/** Why a field holds no good value. */
export type FieldProblem =
  /** FE… or FF…, where the table defines them. */
  | "abnormal"
  | "invalid"
  /** Outside the range of the table. */
  | "outOfRange"
  /** The calculated BCC is another one. */
  | "mismatch"
  /** The bytes have no structure that is known. */
  | "unreadable"
  /** The data unit ends behind it, where its command or a count says that more must follow. */
  | "cutOff";

/** One field of a frame. Fields do not overlap, are in order and cover the frame completely. All of it is JSON. */
export interface Field {
  /** Byte offset in the frame. */
  readonly offset: number;
  readonly length: number;
  /** Path in full words, e.g. `vehicle.speed` or `motors.motors[0].torque`. */
  readonly name: string;
  /** The standard's own term. */
  readonly title: string;
  /** The bytes, as hexadecimal. */
  readonly raw: string;
  /** Physical value, code with its meaning, text; an object for bit fields. */
  readonly value: unknown;
  readonly unit?: string;
  /** Table or clause of GB/T 32960.3 and edition. */
  readonly clause: string;
  readonly section: FieldSection;
  /** The information item of a report that it belongs to, from 0. */
  readonly item?: number;
  /** The unsigned number on the wire, of fields that are one number. */
  readonly number?: number;
  /** How the number becomes the value, where it is not the value itself: (number + bias) ÷ perUnit. */
  readonly scale?: { readonly bias: number; readonly perUnit: number };
  /** Smallest and largest number that the table allows. */
  readonly range?: readonly [number, number];
  readonly problem?: FieldProblem;
}

const ENCRYPTIONS: Readonly<Record<number, string>> = {
  ...ENCRYPTION_NAMES,
  0xfe: "abnormal",
  0xff: "invalid",
};
const RESPONSES: Readonly<Record<number, string>> = {
  1: "success",
  2: "error",
  3: "VIN duplicate",
  4: "VIN unknown",
  5: "signature error",
  6: "structure error",
  7: "decryption error",
  0xfe: "command",
};

/** The fields of the bytes of one frame, damaged or not. */
export function fieldsOf(frame: Uint8Array, options: { readonly dialect?: Partial<Dialect> } = {}): Field[] {
  const dialect = dialectOf(options.dialect);
  const fields: Field[] = [];
  const edition = frame.length >= 2 ? findEdition(frame, 0) : undefined;
  let at = 0;
  let section: FieldSection = "header";
  const add = (field: Omit<Field, "offset" | "length" | "raw" | "section">, length: number): void => {
    if (length > 0) fields.push({ ...field, offset: at, length, raw: toHex(frame, at, at + length), section });
    at += length;
  };
  if (edition === undefined || frame.length < MIN_FRAME_BYTES) {
    section = "damage";
    add(
      { name: "damaged", title: "无法解析", value: "not a frame", clause: "6.2", problem: "unreadable" },
      frame.length,
    );
    return fields;
  }
  const command = findCommand(edition, frame[2]);
  add({ name: "start", title: "起始符", value: edition === 2016 ? "##" : "$$", clause: "6.2" }, 2);
  add(
    {
      name: "command",
      title: "命令标识",
      value: `${frame[2]} ${command?.kind ?? findExtension(frame[2])?.kind ?? "reserved or platform-defined"}`,
      clause: command === undefined ? (findExtension(frame[2])?.clause ?? "表3") : "表3",
    },
    1,
  );
  add(
    { name: "response", title: "应答标志", value: `${frame[3]} ${RESPONSES[frame[3]] ?? "reserved"}`, clause: "表4" },
    1,
  );
  add({ name: "vin", title: "唯一识别码", value: uniqueIdOf(frame), clause: "6.2" }, 17);
  add(
    {
      name: "encryption",
      title: "数据单元加密方式",
      value: `${frame[21]} ${ENCRYPTIONS[frame[21]] ?? "reserved"}`,
      clause: "表2",
    },
    1,
  );
  const claimed = (frame[22] << 8) | frame[23];
  const wrongLength = claimed !== frame.length - MIN_FRAME_BYTES;
  add(
    {
      name: "length",
      title: "数据单元长度",
      value: claimed,
      clause: "6.2",
      number: claimed,
      range: [0, MAX_DATA_UNIT_BYTES],
      ...(wrongLength ? { problem: "mismatch" as const } : {}),
    },
    2,
  );
  const end = Math.min(HEADER_BYTES + claimed, frame.length - 1);
  const { found, isCutOff } = dataUnit(frame, end, edition, dialect);
  for (const traced of found) fields.push(fieldOf(frame, traced, dialect));
  if (isCutOff) fields.push({ ...fields.pop()!, problem: "cutOff" });
  at = end;
  section = "check";
  const bcc = bccOf(frame, 2, end);
  const right = bcc === frame[end];
  add(
    {
      name: "bcc",
      title: "校验码",
      value: right ? "correct" : `wrong, calculated ${bcc.toString(16).padStart(2, "0")}`,
      clause: "6.2",
      ...(right ? {} : { problem: "mismatch" as const }),
    },
    1,
  );
  section = "damage";
  const after = frame.length - at;
  const rest = { name: "trailing", title: "帧后字节", value: `${after} bytes after the frame`, clause: "" };
  add({ ...rest, problem: "unreadable" }, after);
  return fields;
}

/** The field that the interpreter traced in the data unit. */
function fieldOf(frame: Uint8Array, { element, ...traced }: TracedField, dialect: Dialect): Field {
  const { offset, length, number } = traced;
  const field = { ...traced, raw: toHex(frame, offset, offset + length) };
  if (UNREADABLE.has(traced.name)) return { ...field, section: "damage", problem: "unreadable" };
  if (element === undefined || number === undefined) {
    const isTime = length === 6 && /(^|\.)(time|validFrom|validTo)$/.test(traced.name);
    const wrong = isTime && Number.isNaN(instantOf(frame, offset));
    return { ...field, section: isTime ? "time" : "body", ...(wrong ? { problem: "outOfRange" } : {}) };
  }
  const { unit, bias, perUnit } = element;
  const [min, max] = rangeOf(element, traced.name, dialect);
  const problem = problemOf(element, number, min, max);
  return {
    ...field,
    ...(traced.name === "info" ? { value: activationInfo(number, dialect) } : {}),
    section: "body",
    ...(unit === "" ? {} : { unit }),
    ...(bias === 0 && perUnit === 1 ? {} : { scale: { bias, perUnit } }),
    ...(element.kind === "view" ? {} : { range: [min, max] as const }),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** Names of stretches without structure. */
const UNREADABLE: ReadonlySet<string> = new Set(["damaged", "trailing"]);

/** The raw range of the table, or what the dialect says. */
function rangeOf(element: NumberElement, name: string, dialect: Dialect): readonly [number, number] {
  if (name === "fuelCell.maxHydrogenConcentration") return [element.min, dialect.hydrogenConcentrationMax];
  if (name === "info") return [dialect.activationInfoBase, dialect.activationInfoBase + 2];
  return [element.min, element.max];
}

const ACTIVATION_INFO = ["activated", "chip already activated", "VIN duplicate"] as const;

/** The information code of an activation reply with its meaning. */
function activationInfo(raw: number, { activationInfoBase }: Dialect): string | number {
  const meaning = ACTIVATION_INFO[raw - activationInfoBase];
  return meaning === undefined ? raw : `${raw} ${meaning}`;
}

function problemOf(element: NumberElement, raw: number, min: number, max: number): FieldProblem | undefined {
  if (element.kind === "view" || (raw >= min && raw <= max)) return undefined;
  const ones = ALL_ONES[element.size];
  if (element.sentinels && raw >= ones - 1) return raw === ones ? "invalid" : "abnormal";
  return "outOfRange";
}

/**
 * Fields of the data unit in [24, end), gaps filled with a field of bytes; and whether it ends between two fields where more
 * must follow, so that no byte of its own shows it.
 */
function dataUnit(
  frame: Uint8Array,
  end: number,
  edition: Edition,
  dialect: Dialect,
): { readonly found: readonly TracedField[]; readonly isCutOff: boolean } {
  const found: TracedField[] = [];
  const bytesField = (offset: number, stop: number, name: string, title: string, value: unknown): void => {
    if (stop > offset) found.push({ offset, length: stop - offset, name, title, value, clause: "" });
  };
  if (frame[21] !== Encryption.none) {
    bytesField(HEADER_BYTES, end, "cipher", "密文", "encrypted");
    return { found, isCutOff: false };
  }
  const layout = findLayout(frame, edition, dialect);
  let at = HEADER_BYTES;
  if (layout === "reply") {
    if (end - HEADER_BYTES >= 6) {
      at += 6;
      found.push({
        offset: HEADER_BYTES,
        length: 6,
        name: "time",
        title: "应答时间",
        value: formatTime(frame, HEADER_BYTES),
        clause: "6.3.2",
      });
    }
    bytesField(at, end, "rest", "应答内容", "echoed or vendor-defined");
    return { found, isCutOff: false };
  }
  if (layout === undefined) {
    const extension = findExtension(frame[2]);
    const parts = extension === undefined ? undefined : findParts(extension.kind, frame, at, end);
    const clause = `${extension?.clause ?? ""} (assumed)`;
    for (const part of parts ?? []) found.push({ ...part, clause });
    if (parts === undefined) bytesField(at, end, "data", "数据单元", "no layout for this command");
    return { found, isCutOff: false };
  }
  const reader = new Reader(frame, HEADER_BYTES, end, edition, (field) => found.push(field), dialect);
  reader.clause = layout.clause;
  let problem: string | undefined;
  try {
    readElements(reader, layout.elements, {}, new Scope());
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    problem = error.message;
  }
  const last = found.at(-1);
  if (layout.kind === "terminalControl" && last?.name === "parameters")
    found.splice(-1, 1, ...controlFields(frame, frame[last.offset - 1], edition, last));
  at = last === undefined ? HEADER_BYTES : last.offset + last.length;
  if (problem === undefined) bytesField(at, end, "trailing", "剩余字节", "bytes after the last field");
  else bytesField(at, end, "damaged", "无法解析", problem);
  return { found, isCutOff: problem !== undefined && at >= end };
}
