/** What the tests share: the vectors, random frames written from the layout tables, and a column sink for every field. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bccByByte } from "../src/bcc.ts";
import type { ColumnMap, ColumnSink, ListSink } from "../src/column-types.ts";
import { type Edition, HEADER_BYTES } from "../src/frame.ts";
import { isGroup, listLength } from "../src/interpret/decode.ts";
import { BODIES } from "../src/layout/bodies.ts";
import type { Element } from "../src/layout/element.ts";
import { findBytes } from "../src/text.ts";
import { WIRE_FIELDS } from "../src/wire-fields.ts";

const DATA = process.env.SANDGLASS_DATA ?? join(import.meta.dirname, "../../../../shared/data");

export interface Vector {
  readonly id: string;
  readonly name: string;
  readonly hex: string;
  readonly wellformed: boolean;
  readonly bcc: string;
  readonly ref: { readonly payload?: Readonly<Record<string, unknown>> } & Readonly<Record<string, unknown>>;
}

/** The shared vectors; undefined where the data folder is absent. */
export function findVectors(): readonly Vector[] | undefined {
  const path = join(DATA, "gb32960-vectors/vectors.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as { vectors: Vector[] }).vectors : undefined;
}

/** The RSA key that a public implementation signed its samples with, PEM; undefined where the data folder is absent. */
export function findSampleKey(): string | undefined {
  const path = join(DATA, "gb32960-vectors/vectors.json");
  if (!existsSync(path)) return undefined;
  return (JSON.parse(readFileSync(path, "utf8")) as { keys: Record<string, string> }).keys.rtm_con_rsa2048_public_pem;
}

/** The real frames with an independent decode. */
export function findRealFrames():
  | readonly { readonly id: string; readonly hex: string; readonly decoded: Readonly<Record<string, unknown>> }[]
  | undefined {
  const path = join(DATA, "gb32960-frames/frames.given.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}

export const NO_DATA = `SANDGLASS_DATA (${DATA}) has no vectors`;

export function bytesOf(hex: string): Uint8Array {
  const bytes = findBytes(hex);
  if (bytes === undefined) throw new Error(`not hex: ${hex}`);
  return bytes;
}

/** A small, fast, seeded generator (mulberry32): numbers in [0, 2^32). */
export type Random = () => number;
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
}

const below = (random: Random, limit: number) => random() % limit;

/** Bytes of a frame around a data unit. */
export function frameOf(
  edition: Edition,
  command: number,
  unit: readonly number[],
  options: { flag?: number; vin?: string; encryption?: number } = {},
): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + unit.length + 1);
  bytes.fill(edition === 2016 ? 0x23 : 0x24, 0, 2);
  bytes[2] = command;
  bytes[3] = options.flag ?? 0xfe;
  const vin = options.vin ?? "LTESTVIN000000001";
  for (let i = 0; i < vin.length; i++) bytes[4 + i] = vin.charCodeAt(i);
  bytes[21] = options.encryption ?? 1;
  bytes[22] = unit.length >> 8;
  bytes[23] = unit.length;
  bytes.set(unit, HEADER_BYTES);
  bytes[bytes.length - 1] = bccByByte(bytes, 2, bytes.length - 1);
  return bytes;
}

export const TIME_BYTES = [26, 3, 31, 23, 59, 58] as const;

/** A realtime report of edition and bodies given as hex. */
export function report(edition: Edition, ...bodies: readonly string[]): Uint8Array {
  return frameOf(edition, 2, [...TIME_BYTES, ...bytesOf(bodies.join(""))]);
}

function pushNumber(out: number[], value: number, size: number): void {
  for (let i = size - 1; i >= 0; i--) out.push(Math.floor(value / 256 ** i) & 0xff);
}

/** A raw number: inside the range, at its ends, a sentinel, or anything. */
function rawNumber(random: Random, size: number, min: number, max: number): number {
  const ones = 256 ** size - 1;
  switch (below(random, 8)) {
    case 0:
      return ones - below(random, 3);
    case 1:
      return random() % (ones + 1);
    case 2:
      return max;
    case 3:
      return min;
    default:
      return min + below(random, max - min + 1);
  }
}

/** Wire bytes of elements with random values, counts and sentinels. */
function pushElements(out: number[], elements: readonly Element[], random: Random): void {
  const counts = new Map<string, number>();
  for (const element of elements) {
    if (element.kind === "list") {
      const count = counts.get(element.count) ?? 0;
      for (let i = 0; i < count; i++) pushElements(out, isGroup(element.of) ? element.of : [element.of], random);
    } else if (element.kind === "blob") {
      const length = below(random, 40);
      pushNumber(out, length, 2);
      for (let i = 0; i < length; i++) out.push(below(random, 256));
    } else if (element.kind === "hexWord") {
      pushNumber(out, random(), 4);
    } else if (element.kind === "quantity" || element.kind === "code" || element.kind === "view") {
      const list = elements.find((other) => other.kind === "list" && other.count === element.name);
      const raw =
        list === undefined
          ? rawNumber(random, element.size, element.min, element.max)
          : randomCount(random, element.size, list);
      counts.set(element.name, listLength(raw, element.size));
      pushNumber(out, raw, element.size);
    }
  }
}

function randomCount(random: Random, size: 1 | 2 | 4, list: Element): number {
  if (below(random, 12) === 0) return 256 ** size - 1 - below(random, 2);
  const long = list.kind === "list" && !isGroup(list.of) && below(random, 3) === 0;
  return below(random, long ? 130 : 4);
}

/** A realtime report with random bodies in random order, repeats and user-defined types included. */
export function randomReport(random: Random, edition: Edition): Uint8Array {
  const unit = [
    below(random, 100),
    1 + below(random, 12),
    1 + below(random, 28),
    below(random, 24),
    below(random, 60),
    below(random, 60),
  ];
  const bodies = BODIES[edition].filter((layout) => layout.kind !== "signature");
  for (let n = below(random, 9); n > 0; n--) {
    if (below(random, 8) === 0) {
      const length = below(random, 30);
      unit.push(0x80 + below(random, 0x7f), 0, length);
      for (let i = 0; i < length; i++) unit.push(below(random, 256));
    } else {
      const layout = bodies[below(random, bodies.length)];
      unit.push(layout.type);
      pushElements(unit, layout.elements, random);
    }
  }
  const signature = BODIES[edition].find((layout) => layout.kind === "signature");
  if (signature !== undefined && below(random, 2) === 0) {
    unit.push(0xff);
    pushElements(unit, signature.elements, random);
  }
  return frameOf(edition, 2 + below(random, 2), unit);
}

/**
 * A report with whole lists of cells and probes, as vehicles send them: up to three packs of up to 130 each, the bodies in
 * either order, one frame in four with a sentinel or a number above the range in a list.
 */
export function randomPacks(random: Random, edition: Edition): Uint8Array {
  const spoiled = below(random, 4) === 0;
  const list = (size: number, low: number, spread: number) => {
    const values = Array.from({ length: below(random, 131) }, () => low + below(random, spread));
    if (spoiled && values.length > 0) values[below(random, values.length)] = 256 ** size - 1 - below(random, 3);
    return values;
  };
  const words = (values: readonly number[]) => values.flatMap((value) => [value >> 8, value & 255]);
  const packs = Array.from({ length: 1 + below(random, 3) }, (_, i) => i + 1);
  const cells = packs.flatMap((number) => {
    const voltages = list(2, 3300, 900);
    const count = edition === 2016 ? [0, 200, 0, 1, voltages.length] : [0, voltages.length];
    return [number, 0x0e, 0x42, 0x27, 0x10, ...count, ...words(voltages)];
  });
  const probes = packs.flatMap((number) => {
    const temperatures = list(1, 50, 30);
    return [number, 0, temperatures.length, ...temperatures];
  });
  const bodies = [
    [edition === 2016 ? 0x08 : 0x07, packs.length, ...cells],
    [edition === 2016 ? 0x09 : 0x08, packs.length, ...probes],
  ];
  if (below(random, 8) === 0) bodies.reverse();
  return frameOf(edition, 2, [...TIME_BYTES, ...bodies.flat()]);
}

/** A column of 32-bit or smaller ticks that grows. */
export class TestList implements ListSink {
  ticks: Int32Array | Uint16Array | Int16Array;
  reasons: Uint8Array;
  length = 0;
  readonly #make: (length: number) => Int32Array | Uint16Array | Int16Array;

  constructor(make: (length: number) => Int32Array | Uint16Array | Int16Array, capacity: number) {
    this.#make = make;
    this.ticks = make(capacity);
    this.reasons = new Uint8Array(capacity).fill(9);
  }

  reserve(count: number): void {
    if (this.length + count <= this.ticks.length) return;
    const ticks = this.#make((this.length + count) * 2);
    ticks.set(this.ticks);
    const reasons = new Uint8Array(ticks.length).fill(9);
    reasons.set(this.reasons);
    this.ticks = ticks;
    this.reasons = reasons;
  }
}

/** A map that names every wire field: scalar i and list i belong to field i. */
export const FULL_MAP: ColumnMap = Object.fromEntries(
  WIRE_FIELDS.map((field, i) => [field.name, field.kind === "scalar" ? { scalar: i } : { list: i }]),
);

const ROWS = 3;

/** Empty columns for `FULL_MAP`, of the array types that signals use, with odd capacities. */
export function fullSink(): {
  scalars: { ticks: Float64Array; reasons: Uint8Array }[];
  lists: TestList[];
} & ColumnSink {
  return {
    scalars: WIRE_FIELDS.map(() => ({ ticks: new Float64Array(ROWS), reasons: new Uint8Array(ROWS).fill(1) })),
    lists: WIRE_FIELDS.map((field) => {
      if (field.name === "packs.cellVoltages") return new TestList((n) => new Uint16Array(n), 7);
      if (field.name === "probePacks.temperatures") return new TestList((n) => new Int16Array(n), 5);
      return new TestList((n) => new Int32Array(n), 3);
    }),
  };
}

/** Makes row 1 of a `fullSink` fresh and its lists empty again. */
export function clearSink(sink: ReturnType<typeof fullSink>): void {
  for (const scalar of sink.scalars) scalar.reasons.fill(1);
  for (const list of sink.lists) list.length = 0;
}

/** What one row of a `fullSink` holds, by wire-field name: [ticks, reason], or lists of both. Absent fields are left out. */
export function rowOf(sink: ReturnType<typeof fullSink>, row: number): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  WIRE_FIELDS.forEach((field, i) => {
    const scalar = sink.scalars[i];
    const list = sink.lists[i];
    if (field.kind === "scalar" && scalar.reasons[row] !== 1)
      out[field.name] = scalar.reasons[row] === 0 ? scalar.ticks[row] : reasonName(scalar.reasons[row]);
    if (field.kind === "list" && list.length > 0) {
      out[field.name] = Array.from({ length: list.length }, (_, k) =>
        list.reasons[k] === 0 ? list.ticks[k] : reasonName(list.reasons[k]),
      );
    }
  });
  return out;
}

function reasonName(reason: number): string {
  return ["ok", "absent", "abnormal", "invalid", "out_of_range"][reason] ?? `reason ${reason}`;
}
