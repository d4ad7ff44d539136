/** The readable path from values to bytes, reference for the generated encoders. */
import { DEFAULT_DIALECT, isReserved, parameterEdition, type Dialect } from "../dialect.ts";
import { CodecError } from "../errors.ts";
import { MAX_FRAME_BYTES, type Edition } from "../frame.ts";
import { findBody, findBodyByKind, isUserDefined } from "../layout/bodies.ts";
import type { Element, ListElement, QuantityElement, TextElement } from "../layout/element.ts";
import type { BodyLayout } from "../layout/shared.ts";
import { findParameter, parameterSize, type Parameter } from "../parameters.ts";
import { encodeText, findBytes, type Charset, type TextValue } from "../text.ts";
import { findTimeBytes } from "../time.ts";
import { isGroup, listLength } from "./decode.ts";

const ALL_ONES = { 1: 0xff, 2: 0xffff, 4: 0xffff_ffff } as const;

/** Writes into a buffer of the largest frame. */
export class Writer {
  readonly bytes: Uint8Array;
  readonly edition: Edition;
  readonly dialect: Dialect;
  at: number;
  /** Where in the message we are, for errors. */
  path = "";

  constructor(bytes: Uint8Array, at: number, edition: Edition, dialect: Dialect = DEFAULT_DIALECT) {
    this.bytes = bytes;
    this.at = at;
    this.edition = edition;
    this.dialect = dialect;
  }

  fail(name: string, detail: string): never {
    throw new CodecError("SG_MESSAGE_INVALID", `${this.path}${name} ${detail}`);
  }

  /** Room for `count` bytes; the position of the first. */
  take(count: number, name: string): number {
    const at = this.at;
    if (at + count > MAX_FRAME_BYTES - 1) this.fail(name, "does not fit into a frame");
    this.at = at + count;
    return at;
  }

  number(value: unknown, size: 1 | 2 | 4, name: string): void {
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > ALL_ONES[size]) {
      this.fail(name, `must be an integer from 0 to ${ALL_ONES[size]}, not ${String(value)}`);
    }
    const at = this.take(size, name);
    if (size === 1) this.bytes[at] = value;
    else if (size === 2) {
      this.bytes[at] = value >>> 8;
      this.bytes[at + 1] = value;
    } else {
      this.bytes[at] = value >>> 24;
      this.bytes[at + 1] = value >>> 16;
      this.bytes[at + 2] = value >>> 8;
      this.bytes[at + 3] = value;
    }
  }

  /** Bytes of a text, NUL-padded to `size`. */
  text(value: unknown, size: number, charset: Charset, name: string): void {
    const bytes = isText(value) ? encodeText(value, charset) : undefined;
    if (bytes === undefined || bytes.length > size)
      this.fail(name, `must be ${charset} text or {hex} of at most ${size} bytes`);
    const at = this.take(size, name);
    this.bytes.fill(0, at, at + size);
    this.bytes.set(bytes, at);
  }

  /** Hexadecimal text as bytes; the number of bytes. */
  hex(value: unknown, name: string): number {
    const bytes = typeof value === "string" ? findBytes(value) : undefined;
    if (bytes === undefined) this.fail(name, "must be hexadecimal");
    this.bytes.set(bytes, this.take(bytes.length, name));
    return bytes.length;
  }
}

function isText(value: unknown): value is TextValue {
  return (
    typeof value === "string" ||
    (typeof value === "object" && value !== null && typeof (value as { hex?: unknown }).hex === "string")
  );
}

/** Raw number of a quantity. A value that would read back as a sentinel is refused. */
export function rawQuantity(element: QuantityElement, value: unknown, writer: Writer): number {
  const ones = ALL_ONES[element.size];
  if (value === "invalid" && element.sentinels) return ones;
  if (value === "abnormal" && element.sentinels) return ones - 1;
  const raw = typeof value === "number" ? Math.round(value * element.perUnit) - element.bias : Number.NaN;
  const largest = element.sentinels ? ones - 2 : ones;
  if (!(raw >= 0 && raw <= largest)) {
    writer.fail(
      element.name,
      `must be ${element.sentinels ? '"abnormal", "invalid" or ' : ""}a number from ${element.bias / element.perUnit} to ${(largest + element.bias) / element.perUnit}, not ${String(value)}`,
    );
  }
  return raw;
}

/** Writes `elements` from `source`. Counts may be left out: they are then the lengths of their lists. */
export function writeElements(
  writer: Writer,
  elements: readonly Element[],
  source: Readonly<Record<string, unknown>>,
): void {
  for (const element of elements) {
    const value = source[element.name];
    if (element.kind === "list") checkLength(writer, elements, element, source);
    writeElement(writer, element, value === undefined ? implied(elements, element, source) : value, source);
  }
}

/** Value of a count that was left out. */
function implied(elements: readonly Element[], element: Element, source: Readonly<Record<string, unknown>>): unknown {
  if (
    element.kind === "list" ||
    element.kind === "items" ||
    element.kind === "parameters" ||
    element.kind === "textGroups"
  )
    return [];
  if (element.kind === "rest") return "";
  if (element.kind !== "code") return undefined;
  for (const list of elements) {
    if ((list.kind === "list" || list.kind === "parameters") && list.count === element.name) {
      const items = source[list.name];
      return Array.isArray(items) ? items.length : 0;
    }
  }
  return undefined;
}

/** A list must be as long as its count says, or the bytes would read back as something else. */
function checkLength(
  writer: Writer,
  elements: readonly Element[],
  list: ListElement,
  source: Readonly<Record<string, unknown>>,
): void {
  const count = source[list.count];
  if (count === undefined) return;
  const counter = elements.find((element) => element.name === list.count);
  if (typeof count !== "number" || counter?.kind !== "code") return;
  const items = source[list.name];
  const length = Array.isArray(items) ? items.length : 0;
  const notUploaded =
    !isGroup(list.of) && list.of.kind === "text" && typeof list.of.size === "string" && textSize(list.of, source) === 0;
  if (length !== (notUploaded ? 0 : listLength(count, counter.size)))
    writer.fail(list.name, `has ${length} items, but ${list.count} is ${count}`);
}

function writeElement(
  writer: Writer,
  element: Element,
  value: unknown,
  source: Readonly<Record<string, unknown>>,
): void {
  switch (element.kind) {
    case "quantity":
      return writer.number(rawQuantity(element, value, writer), element.size, element.name);
    case "code":
      return writer.number(value, element.size, element.name);
    case "view":
      return writer.number(rawOfView(value), element.size, element.name);
    case "hexWord":
      return writer.number(
        typeof value === "string" && /^[0-9a-fA-F]{8}$/.test(value) ? Number.parseInt(value, 16) : value,
        4,
        element.name,
      );
    case "time":
      return writeTime(writer, value, element.name);
    case "text":
      return writer.text(value, textSize(element, source), element.charset, element.name);
    case "blob": {
      const at = writer.take(2, element.name);
      const length = writer.hex(value, element.name);
      writer.bytes[at] = length >>> 8;
      writer.bytes[at + 1] = length;
      return;
    }
    case "list":
      return writeList(writer, element, value, source);
    case "textGroups": {
      const counts = arrayOf(writer, source[element.counts], element.counts);
      const lists = arrayOf(writer, value, element.name);
      if (lists.length !== counts.length) writer.fail(element.name, `must have ${counts.length} lists`);
      lists.forEach((list, i) => {
        const codes = arrayOf(writer, list, element.name);
        if (codes.length !== listLength(Number(counts[i]), 1))
          writer.fail(`${element.name}[${i}]`, `must have ${String(counts[i])} codes`);
        for (const code of codes) writer.text(code, element.size, "ascii", element.name);
      });
      return;
    }
    case "rest":
      writer.hex(value, element.name);
      return;
    case "items":
      return writeItems(writer, arrayOf(writer, value, element.name) as readonly Record<string, unknown>[]);
    case "parameters":
      return writeParameters(writer, arrayOf(writer, value, element.name));
  }
}

function textSize(element: TextElement, source: Readonly<Record<string, unknown>>): number {
  return typeof element.size === "number" ? element.size : listLength(Number(source[element.size] ?? 0), 1);
}

/** Raw number of a gear, position status or alarm flags, given as the object or as the number itself. */
export function rawOfView(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { raw } = value as { raw?: unknown };
  return typeof raw === "string" && /^[0-9a-fA-F]{8}$/.test(raw) ? Number.parseInt(raw, 16) : raw;
}

export function writeTime(writer: Writer, value: unknown, name: string): void {
  const parts = typeof value === "string" ? findTimeBytes(value) : undefined;
  if (parts === undefined) writer.fail(name, `must be a time like 2025-10-27T20:02:02+08:00, not ${String(value)}`);
  writer.bytes.set(parts, writer.take(6, name));
}

export function arrayOf(writer: Writer, value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) writer.fail(name, "must be a list");
  return value;
}

function writeList(
  writer: Writer,
  element: ListElement,
  value: unknown,
  source: Readonly<Record<string, unknown>>,
): void {
  const path = writer.path;
  arrayOf(writer, value, element.name).forEach((item, i) => {
    writer.path = `${path}${element.name}[${i}].`;
    if (isGroup(element.of)) writeElements(writer, element.of, recordOf(writer, item));
    else writeElement(writer, element.of, item, source);
  });
  writer.path = path;
}

function recordOf(writer: Writer, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) writer.fail("", "must be an object");
  return value as Readonly<Record<string, unknown>>;
}

/** Items of a realtime report, each with its type byte. */
export function writeItems(writer: Writer, items: readonly Readonly<Record<string, unknown>>[]): void {
  items.forEach((item, i) => {
    writer.path = `items[${i}].`;
    writeItem(writer, item);
  });
  writer.path = "";
}

/** One item with its type byte, whatever the caller gave. */
export function writeItem(writer: Writer, given: unknown): void {
  const item = recordOf(writer, given);
  const layout = layoutOf(writer, item);
  if (layout !== undefined) {
    writer.number(layout.type, 1, "type");
    writeElements(writer, layout.elements, item);
    return;
  }
  writer.number(item.type, 1, "type");
  if (item.kind === "unknown") writer.hex(item.data, "data");
  else writeElement(writer, { kind: "blob", name: "data", title: "" }, item.data, item);
}

/** Layout of an item by its kind; undefined for user-defined and unknown types. */
export function layoutOf(writer: Writer, item: Readonly<Record<string, unknown>>): BodyLayout | undefined {
  const { kind, type } = item;
  if (kind === "oem" || kind === "unknown") {
    const fits =
      typeof type === "number" &&
      (kind === "oem"
        ? isUserDefined(type)
        : !isUserDefined(type) &&
          (findBody(writer.edition, type) === undefined || isReserved(writer.dialect, writer.edition, type)));
    if (!fits)
      writer.fail(
        "type",
        `${String(type)} is not ${kind === "oem" ? "user-defined" : "unknown"} in edition ${writer.edition}`,
      );
    return undefined;
  }
  const layout = typeof kind === "string" ? findBodyByKind(writer.edition, kind) : undefined;
  if (layout === undefined) writer.fail("kind", `${String(kind)} does not exist in edition ${writer.edition}`);
  return layout;
}

function writeParameters(writer: Writer, parameters: readonly unknown[]): void {
  const numbers = new Map<number, number>();
  parameters.forEach((given, i) => {
    writer.path = `parameters[${i}].`;
    const parameter = recordOf(writer, given) as unknown as Parameter;
    writer.number(parameter.id, 1, "id");
    const layout = findParameter(parameterEdition(writer.dialect, writer.edition), parameter.id);
    const size = parameterSize(layout, numbers);
    const { value } = parameter;
    if (layout === undefined || size === undefined)
      writer.hex((value as { hex?: unknown } | undefined | null)?.hex, "value");
    else if (layout.text) writer.text(value, size, "ascii", "value");
    else {
      writer.number(value, size as 1 | 2 | 4, "value");
      numbers.set(parameter.id, value as number);
    }
  });
  writer.path = "";
}
