/**
 * The readable path from bytes to values: it walks a layout table element by element. It is the reference for the
 * generated decoders, decodes everything that is not hot, and feeds the frame inspector through `trace`.
 */
import { DEFAULT_DIALECT, isReserved, type Dialect } from "../dialect.ts";
import { CodecError } from "../errors.ts";
import type { Edition } from "../frame.ts";
import { findBody, isUserDefined, signatureFromEnd } from "../layout/bodies.ts";
import type { Element, ListElement } from "../layout/element.ts";
import type { BodyLayout } from "../layout/shared.ts";
import { decodeText, toHex } from "../text.ts";
import { formatTime } from "../time.ts";
import {
  ALARM_BITS_2016,
  ALARM_BITS_2025,
  alarmFlags,
  fixStatus,
  gear2016,
  gear2025,
  hexWord,
  type AlarmFlags,
} from "../views.ts";
import { readParameters } from "./parameters.ts";
import { readUnsigned, type Reader } from "./reader.ts";

export { Reader, readUnsigned, type Trace, type TracedField } from "./reader.ts";

/** A realtime item as the interpreter shows it. */
export type RawItem = { type: number; kind: string } & Record<string, unknown>;

const ALL_ONES = { 1: 0xff, 2: 0xffff, 4: 0xffff_ffff } as const;

/** Items that follow a count: FE/FF and FFFE/FFFF say that there is no list. */
export function listLength(count: number, size: 1 | 2 | 4): number {
  return count >= ALL_ONES[size] - 1 ? 0 : count;
}

/** Lengths, text sizes and lists of lengths read so far in one body, by element name. */
export class Scope {
  readonly counts = new Map<string, number>();
  /** Codes that are FE or FF (FFFE, FFFF). */
  readonly sentinels = new Set<string>();
  readonly lists = new Map<string, readonly number[]>();

  count(name: string): number {
    return this.counts.get(name) ?? 0;
  }
}

/** Reads `elements` into `out`. */
export function readElements(
  reader: Reader,
  elements: readonly Element[],
  out: Record<string, unknown>,
  scope: Scope,
): void {
  for (const element of elements) {
    if (element.kind === "items") out[element.name] = readItems(reader);
    else out[element.name] = readElement(reader, element, scope);
  }
}

function readElement(reader: Reader, element: Element, scope: Scope): unknown {
  const { bytes } = reader;
  switch (element.kind) {
    case "quantity": {
      const at = reader.take(element.size, element.name);
      const raw = readUnsigned(bytes, at, element.size);
      const ones = ALL_ONES[element.size];
      const value =
        !element.sentinels || raw < ones - 1
          ? (raw + element.bias) / element.perUnit
          : raw === ones
            ? "invalid"
            : "abnormal";
      reader.noteNumber(at, element, raw, value);
      return value;
    }
    case "code": {
      const at = reader.take(element.size, element.name);
      const raw = readUnsigned(bytes, at, element.size);
      scope.counts.set(element.name, listLength(raw, element.size));
      if (raw >= ALL_ONES[element.size] - 1) scope.sentinels.add(element.name);
      else scope.sentinels.delete(element.name);
      const meaning = element.values?.[raw];
      reader.noteNumber(at, element, raw, meaning === undefined ? raw : `${raw} ${meaning}`);
      return raw;
    }
    case "view": {
      const at = reader.take(element.size, element.name);
      const raw = readUnsigned(bytes, at, element.size);
      const value = spelled(view(element.view, raw, reader.edition), reader.dialect);
      reader.noteNumber(at, element, raw, value);
      return value;
    }
    case "hexWord": {
      const at = reader.take(4, element.name);
      const value = hexWord(readUnsigned(bytes, at, 4));
      reader.note(at, element.name, element.title, value);
      return value;
    }
    case "time": {
      const at = reader.take(6, element.name);
      const value = formatTime(bytes, at);
      reader.note(at, element.name, element.title, value);
      return value;
    }
    case "text": {
      const size = typeof element.size === "number" ? element.size : scope.count(element.size);
      const at = reader.take(size, element.name);
      const value = decodeText(bytes, at, at + size, element.charset);
      reader.note(at, element.name, element.title, value);
      return value;
    }
    case "blob": {
      const at = reader.take(2, element.name);
      const length = readUnsigned(bytes, at, 2);
      reader.note(at, `${element.name}Length`, `${element.title}长度`, length);
      const from = reader.take(length, element.name);
      const value = toHex(bytes, from, from + length);
      if (length > 0) reader.note(from, element.name, element.title, value);
      return value;
    }
    case "list":
      return readList(reader, element, scope);
    case "textGroups": {
      const counts = scope.lists.get(element.counts) ?? [];
      return counts.map((count, group) =>
        Array.from({ length: listLength(count, 1) }, (_, i) => {
          const at = reader.take(element.size, element.name);
          const value = decodeText(bytes, at, at + element.size, "ascii");
          reader.note(at, `${element.name}[${group}][${i}]`, element.title, value);
          return value;
        }),
      );
    }
    case "rest": {
      const at = reader.at;
      reader.at = reader.end;
      const value = toHex(bytes, at, reader.end);
      if (at < reader.end) reader.note(at, element.name, element.title, value);
      return value;
    }
    case "parameters":
      return readParameters(reader, scope.count(element.count), element.name);
    case "items":
      return readItems(reader);
  }
}

function readList(reader: Reader, element: ListElement, scope: Scope): readonly unknown[] {
  const count = scope.count(element.count);
  if (reader.dialect.countSentinels === "malformed" && scope.sentinels.has(element.count))
    throw new CodecError("SG_BODY_TRUNCATED", `${reader.prefix}${element.count} is a sentinel`, reader.at);
  const { of } = element;
  const prefix = reader.prefix;
  const list: unknown[] = [];
  if (!isGroup(of)) {
    // A text size of 0 means that the codes were not uploaded: there are no items, whatever the count says.
    if (of.kind === "text" && typeof of.size === "string" && scope.count(of.size) === 0) return list;
    for (let i = 0; i < count; i++) {
      reader.prefix = `${prefix}${element.name}[${i}].`;
      list.push(readElement(reader, of, scope));
    }
    if (of.kind === "code") scope.lists.set(element.name, list as readonly number[]);
  } else {
    for (let i = 0; i < count; i++) {
      reader.prefix = `${prefix}${element.name}[${i}].`;
      const item: Record<string, unknown> = {};
      readElements(reader, of, item, scope);
      list.push(item);
    }
  }
  reader.prefix = prefix;
  return list;
}

/** Whether a list is of objects. `Array.isArray` does not narrow readonly arrays. */
export function isGroup(of: Element | readonly Element[]): of is readonly Element[] {
  return Array.isArray(of);
}

/** The object that a number of bits is shown as. */
export function view(name: "gear" | "fix" | "flags", raw: number, edition: Edition): unknown {
  if (name === "gear") return edition === 2016 ? gear2016(raw) : gear2025(raw);
  if (name === "fix") return fixStatus(raw);
  return alarmFlags(raw, edition === 2016 ? ALARM_BITS_2016 : ALARM_BITS_2025);
}

/** Alarm flags in the names of the dialect. */
function spelled(value: unknown, { alarmBit22 }: Dialect): unknown {
  if (alarmBit22 === DEFAULT_DIALECT.alarmBit22 || typeof value !== "object" || value === null || !("active" in value))
    return value;
  const { active, ...rest } = value as AlarmFlags;
  return { ...rest, active: active.map((name) => (name === DEFAULT_DIALECT.alarmBit22 ? alarmBit22 : name)) };
}

/** Information items up to the end of the data unit, or up to the byte after a signature. */
export function readItems(reader: Reader): RawItem[] {
  const items: RawItem[] = [];
  while (reader.at < reader.end) {
    const item = readItem(reader);
    items.push(item);
    if (item.kind === "signature") break;
  }
  return items;
}

/** One item, type byte included. */
export function readItem(reader: Reader): RawItem {
  const at = reader.take(1, "type");
  const type = reader.bytes[at];
  const layout = isReserved(reader.dialect, reader.edition, type) ? undefined : findBody(reader.edition, type);
  const clause = reader.clause;
  const prefix = reader.prefix;
  reader.items++;
  reader.inItem = true;
  let item: RawItem;
  if (layout !== undefined) {
    reader.clause = layout.clause;
    reader.prefix = `${prefix}${layout.kind}.`;
    reader.note(at, "type", layout.title, type);
    item = readBody(reader, layout);
  } else if (isUserDefined(type)) {
    reader.prefix = `${prefix}oem.`;
    reader.note(at, "type", "自定义信息类型", type);
    item = {
      type,
      kind: "oem",
      data: readElement(reader, { kind: "blob", name: "data", title: "自定义数据" }, new Scope()),
    };
  } else {
    reader.prefix = `${prefix}unknown.`;
    reader.note(at, "type", "未定义信息类型", type);
    item = readUnknown(reader, type);
  }
  reader.clause = clause;
  reader.prefix = prefix;
  reader.inItem = false;
  return item;
}

/** A body whose type byte has been read. */
export function readBody(reader: Reader, layout: BodyLayout): RawItem {
  const item: RawItem = { type: layout.type, kind: layout.kind };
  readElements(reader, layout.elements, item, new Scope());
  return item;
}

function readUnknown(reader: Reader, type: number): RawItem {
  const signature = reader.edition === 2025 ? signatureFromEnd(reader.bytes, reader.at, reader.end) : -1;
  const from = reader.at;
  reader.at = signature < 0 ? reader.end : signature;
  const data = toHex(reader.bytes, from, reader.at);
  if (reader.at > from) reader.note(from, "data", "未定义信息", data);
  return { type, kind: "unknown", data };
}
