/**
 * The readable path from bytes to values: it walks a layout table element by element. It is the reference for the
 * generated decoders, decodes everything that is not hot, and feeds the frame inspector through `trace`.
 */
import { DEFAULT_DIALECT, isReserved, parameterEdition, type Dialect } from "../dialect.ts";
import { CodecError } from "../errors.ts";
import type { Edition } from "../frame.ts";
import { findBody, isUserDefined, signatureFromEnd } from "../layout/bodies.ts";
import type { CodeElement, Element, ListElement, QuantityElement, ViewElement } from "../layout/element.ts";
import type { BodyLayout } from "../layout/shared.ts";
import { findParameter, type Parameter } from "../parameters.ts";
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

/** What the inspector wants to know of a field: where it is, what is written there, what it means. */
export interface TracedField {
  readonly offset: number;
  readonly length: number;
  readonly name: string;
  readonly title: string;
  readonly value: unknown;
  readonly clause: string;
  readonly unit?: string;
  /** Where it belongs to an information item of a report: which one, from 0. */
  readonly item?: number;
  /** Of fields that are one number: the number on the wire and the row of the table. */
  readonly number?: number;
  readonly element?: QuantityElement | CodeElement | ViewElement;
}
export type Trace = (field: TracedField) => void;

/** A realtime item as the interpreter shows it. */
export type RawItem = { type: number; kind: string } & Record<string, unknown>;

/** Reads [at, end) of a data unit of one edition. */
export class Reader {
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly edition: Edition;
  readonly trace: Trace | undefined;
  readonly dialect: Dialect;
  at: number;
  /** Clause and name prefix of what is being read, for the trace. */
  clause = "";
  prefix = "";
  /** Information items begun so far, and whether one is being read. */
  items = 0;
  inItem = false;

  constructor(
    bytes: Uint8Array,
    at: number,
    end: number,
    edition: Edition,
    trace?: Trace,
    dialect: Dialect = DEFAULT_DIALECT,
  ) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.edition = edition;
    this.trace = trace;
    this.dialect = dialect;
  }

  /** Offset of the next `count` bytes, which are then behind. Throws where the data unit is too short. */
  take(count: number, name: string): number {
    const at = this.at;
    if (at + count > this.end) {
      throw new CodecError(
        "SG_BODY_TRUNCATED",
        `${this.prefix}${name} needs ${count} bytes at ${at}, ${this.end - at} left`,
        at,
      );
    }
    this.at = at + count;
    return at;
  }

  note(offset: number, name: string, title: string, value: unknown): void {
    this.trace?.({ ...this.#place(offset, name, title), value });
  }

  /** Same for a number of one table row. */
  noteNumber(offset: number, element: QuantityElement | CodeElement | ViewElement, raw: number, value: unknown): void {
    this.trace?.({ ...this.#place(offset, element.name, element.title), value, number: raw, element });
  }

  #place(offset: number, name: string, title: string): Omit<TracedField, "value"> {
    return {
      offset,
      length: this.at - offset,
      name: this.prefix + name,
      title,
      clause: this.clause,
      ...(this.inItem ? { item: this.items - 1 } : {}),
    };
  }
}

/** Unsigned big-endian number of 1, 2 or 4 bytes. */
export function readUnsigned(bytes: Uint8Array, at: number, size: 1 | 2 | 4): number {
  if (size === 1) return bytes[at];
  if (size === 2) return (bytes[at] << 8) | bytes[at + 1];
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}

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
      const from = reader.take(length, element.name);
      const value = toHex(bytes, from, from + length);
      reader.note(at, element.name, element.title, value);
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
    item = readUnknown(reader, at, type);
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

function readUnknown(reader: Reader, typeAt: number, type: number): RawItem {
  const signature = reader.edition === 2025 ? signatureFromEnd(reader.bytes, reader.at, reader.end) : -1;
  const from = reader.at;
  reader.at = signature < 0 ? reader.end : signature;
  const data = toHex(reader.bytes, from, reader.at);
  reader.note(typeAt, "unknown", "未定义信息类型", data);
  return { type, kind: "unknown", data };
}

function readParameters(reader: Reader, count: number, name: string): readonly Parameter[] {
  const list: Parameter[] = [];
  const numbers = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const at = reader.take(1, name);
    const id = reader.bytes[at];
    const layout = findParameter(parameterEdition(reader.dialect, reader.edition), id);
    const size =
      layout === undefined
        ? undefined
        : typeof layout.size === "number"
          ? layout.size
          : numbers.get(layout.size.lengthOf);
    let value: Parameter["value"];
    if (layout === undefined || size === undefined) {
      value = { hex: toHex(reader.bytes, reader.at, reader.end) };
      reader.at = reader.end;
      i = count;
    } else if (layout.text) {
      const from = reader.take(size, layout.name);
      value = decodeText(reader.bytes, from, from + size, "ascii");
    } else {
      const from = reader.take(size, layout.name);
      value = readUnsigned(reader.bytes, from, size as 1 | 2 | 4);
      numbers.set(id, value);
    }
    reader.note(at, `${name}[${list.length}].${layout?.name ?? "unknown"}`, "参数项", value);
    list.push(layout === undefined ? { id, value } : { id, name: layout.name, value });
  }
  return list;
}
