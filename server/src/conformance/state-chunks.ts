/** The states of vehicles as bytes, some hundred vehicles together: a table row each would cost ten times as much. */
import { STATE_SIZE, type VehicleTable } from "./vehicle-table.ts";

export const CHUNK_SLOTS = 256;
const VERSION = 1;
const HEAD_BYTES = 4;

export interface StateChunk {
  readonly chunk: number;
  readonly content: Buffer;
}

/** version:u16 values:u16, then per vehicle its key as u64 and its values as f64 (little endian). */
function encode(table: VehicleTable, from: number, to: number): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES + (to - from) * (8 + STATE_SIZE * 8));
  bytes.writeUInt16LE(VERSION, 0);
  let at = bytes.writeUInt16LE(STATE_SIZE, 2);
  for (let slot = from; slot < to; slot++) {
    at = bytes.writeBigUInt64LE(table.keyOf(slot), at);
    for (let i = slot * STATE_SIZE; i < (slot + 1) * STATE_SIZE; i++) at = bytes.writeDoubleLE(table.state[i], at);
  }
  return bytes;
}

/** Chunks with one of the vehicles at `slots`. */
export function takeStates(table: VehicleTable, slots: Iterable<number>): StateChunk[] {
  const changed = new Set<number>();
  for (const slot of slots) if (slot > 0) changed.add(Math.floor((slot - 1) / CHUNK_SLOTS));
  return [...changed]
    .sort((a, b) => a - b)
    .map((chunk) => {
      const from = 1 + chunk * CHUNK_SLOTS;
      return { chunk, content: encode(table, from, Math.min(from + CHUNK_SLOTS, table.size)) };
    });
}

/** Fills an empty table; the chunks come in the order of their numbers, so that every vehicle gets its slot back. */
export function restoreStates(table: VehicleTable, chunks: readonly StateChunk[]): void {
  for (const { content } of chunks) {
    if (content.readUInt16LE(0) !== VERSION)
      throw new Error(`states of version ${content.readUInt16LE(0)} are not known`);
    const values = content.readUInt16LE(2);
    for (let at = HEAD_BYTES; at < content.length;) {
      const slot = table.slotOf(content.readUInt32LE(at), content.readUInt32LE(at + 4));
      at += 8;
      for (let i = 0; i < values; i++, at += 8)
        if (i < STATE_SIZE) table.state[slot * STATE_SIZE + i] = content.readDoubleLE(at);
    }
  }
}
