/** Rows for tests: every column of a block filled from a seed, invalid entries included. */
import { type ListColumn, ObservationBlock, Reason, type TickType } from "@sandglass/signals";

/** mulberry32: small, seeded, good enough to vary test data. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const LIMITS: Readonly<Record<TickType, readonly [number, number]>> = {
  UInt8: [0, 0xff],
  UInt16: [0, 0xffff],
  UInt32: [0, 0xffffffff],
  Int16: [-0x8000, 0x7fff],
  Int32: [-0x80000000, 0x7fffffff],
};

function ticksFor(type: TickType, random: () => number): number {
  const [low, high] = LIMITS[type];
  return Math.floor(low + random() * (high - low + 1));
}

/** A tick that the list's form can hold, or its mark. */
function tickFor({ type, form: { bias, width } }: ListColumn, random: () => number): number {
  return bias === 0 ? ticksFor(type, random) : Math.floor(random() * 2 ** (8 * width)) - bias;
}

function typeOf(ticks: { constructor: { name: string } }): TickType {
  return ticks.constructor.name.replace("Array", "").replace("Uint", "UInt") as TickType;
}

/** Appends one row to the block. */
export function addRandomRow(block: ObservationBlock, random: () => number): void {
  const row = block.rows;
  const raw = new Uint8Array(Math.floor(random() ** 3 * 20_000));
  for (let i = 0; i < raw.length; i++) raw[i] = i * 7 + row;
  block.putRaw(raw);
  block.vehicle[row] = (BigInt(Math.floor(random() * 2 ** 32)) << 32n) | BigInt(Math.floor(random() * 2 ** 32));
  block.eventTime[row] = 946_684_800_000 + Math.floor(random() * 3.1e12);
  block.receiveTime[row] = 1_790_000_000_000 + Math.floor(random() * 1e10);
  block.link[row] = Math.floor(random() * 2 ** 32);
  block.assurance[row] = Math.floor(random() * 4);
  block.edition[row] = random() < 0.5 ? 16 : 25;
  block.command[row] = Math.floor(random() * 256);
  block.disposition[row] = Math.floor(random() * 5);
  // Some columns are the same in all rows, as in a real fleet: that takes the encoder's short cuts.
  for (const [index, column] of block.scalars.entries()) {
    const reason = index % 3 === 0 ? Reason.ok : index % 3 === 1 ? Reason.absent : Math.floor(random() * 5);
    column.reasons[row] = reason;
    column.ticks[row] = ticksFor(typeOf(column.ticks), random);
  }
  for (const [index, list] of block.lists.entries()) {
    if (index % 5 === 4) continue;
    const count = Math.floor(random() ** 4 * 300);
    list.reserve(count);
    for (let i = 0; i < count; i++) {
      list.ticks[list.length + i] = tickFor(list, random);
      list.reasons[list.length + i] = index % 2 === 0 ? Reason.ok : Math.floor(random() * 5);
    }
    list.length += count;
  }
  block.endRow();
}

export function randomBlock(rows: number, seed: number, firstSeq = 1): ObservationBlock {
  const block = new ObservationBlock(Math.max(rows, 1));
  const random = randomFrom(seed);
  block.firstSeq = firstSeq;
  for (let row = 0; row < rows; row++) addRandomRow(block, random);
  return block;
}

/** Plain data of a block, without what stands under a NULL: for deep comparison. */
export function contentOf(block: ObservationBlock): unknown {
  const { rows } = block;
  const values = (ticks: ArrayLike<number>, reasons: Uint8Array, count: number) =>
    Array.from({ length: count }, (_, i) => (reasons[i] === Reason.ok ? ticks[i] : `reason ${reasons[i]}`));
  return {
    firstSeq: block.firstSeq,
    vehicle: [...block.vehicle.subarray(0, rows)],
    eventTime: [...block.eventTime.subarray(0, rows)],
    receiveTime: [...block.receiveTime.subarray(0, rows)],
    link: [...block.link.subarray(0, rows)],
    assurance: [...block.assurance.subarray(0, rows)],
    edition: [...block.edition.subarray(0, rows)],
    command: [...block.command.subarray(0, rows)],
    disposition: [...block.disposition.subarray(0, rows)],
    raw: Array.from({ length: rows }, (_, row) => Buffer.from(block.rawOf(row)).toString("latin1")),
    scalars: block.scalars.map(({ ticks, reasons }) => values(ticks, reasons, rows)),
    lists: block.lists.map((list) => ({
      ends: [...list.ends.subarray(0, rows)],
      values: values(list.ticks, list.reasons, list.length),
    })),
  };
}
