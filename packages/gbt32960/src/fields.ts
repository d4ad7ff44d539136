/** Every field of a frame with its bytes, for the frame inspector. Never throws: what cannot be read is shown as bytes. */
import { bccOf } from "./bcc.ts";
import { findLayout } from "./decode.ts";
import { CodecError } from "./errors.ts";
import { Encryption, findEdition, HEADER_BYTES, MIN_FRAME_BYTES, uniqueIdOf, type Edition } from "./frame.ts";
import { Reader, readElements, Scope, type TracedField } from "./interpret/decode.ts";
import { findCommand } from "./layout/commands.ts";
import { toHex } from "./text.ts";
import { formatTime } from "./time.ts";

/** One field of a frame. Fields do not overlap, are in order and cover the frame completely. */
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
}

const ENCRYPTIONS: Readonly<Record<number, string>> = {
  1: "none",
  2: "RSA",
  3: "AES",
  4: "SM2",
  5: "SM4",
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
export function fieldsOf(frame: Uint8Array): Field[] {
  const fields: Field[] = [];
  const edition = frame.length >= 2 ? findEdition(frame, 0) : undefined;
  let at = 0;
  const add = (field: Omit<TracedField, "offset" | "length">, length: number): void => {
    fields.push({ ...field, offset: at, length, raw: toHex(frame, at, at + length) });
    at += length;
  };
  if (edition === undefined || frame.length < MIN_FRAME_BYTES) {
    add({ name: "damaged", title: "无法解析", value: "not a frame", clause: "6.2" }, frame.length);
    return fields;
  }
  const command = findCommand(edition, frame[2]);
  add({ name: "start", title: "起始符", value: edition === 2016 ? "##" : "$$", clause: "6.2" }, 2);
  add(
    {
      name: "command",
      title: "命令标识",
      value: `${frame[2]} ${command?.kind ?? "reserved or platform-defined"}`,
      clause: "表3",
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
  add({ name: "length", title: "数据单元长度", value: claimed, clause: "6.2" }, 2);
  const end = Math.min(HEADER_BYTES + claimed, frame.length - 1);
  for (const field of dataUnit(frame, end, edition))
    fields.push({ ...field, raw: toHex(frame, field.offset, field.offset + field.length) });
  at = end;
  const bcc = bccOf(frame, 2, end);
  add(
    {
      name: "bcc",
      title: "校验码",
      value: bcc === frame[end] ? "correct" : `wrong, calculated ${bcc.toString(16).padStart(2, "0")}`,
      clause: "6.2",
    },
    1,
  );
  if (at < frame.length)
    add(
      { name: "trailing", title: "帧后字节", value: `${frame.length - at} bytes after the frame`, clause: "" },
      frame.length - at,
    );
  return fields;
}

/** Fields of the data unit in [24, end), gaps filled with a field of bytes. */
function dataUnit(frame: Uint8Array, end: number, edition: Edition): TracedField[] {
  const found: TracedField[] = [];
  const bytesField = (offset: number, stop: number, name: string, title: string, value: unknown): void => {
    if (stop > offset) found.push({ offset, length: stop - offset, name, title, value, clause: "" });
  };
  if (frame[21] !== Encryption.none) {
    bytesField(HEADER_BYTES, end, "cipher", "密文", "encrypted");
    return found;
  }
  const layout = findLayout(frame, edition);
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
    return found;
  }
  if (layout === undefined) {
    bytesField(at, end, "data", "数据单元", "no layout for this command");
    return found;
  }
  const reader = new Reader(frame, HEADER_BYTES, end, edition, (field) => found.push(field));
  reader.clause = layout.clause;
  let problem: string | undefined;
  try {
    readElements(reader, layout.elements, {}, new Scope());
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    problem = error.message;
  }
  const last = found.at(-1);
  at = last === undefined ? HEADER_BYTES : last.offset + last.length;
  if (problem === undefined) bytesField(at, end, "trailing", "剩余字节", "bytes after the last field");
  else bytesField(at, end, "damaged", "无法解析", problem);
  return found;
}
