/** Saving and loading the state of a subject. The bytes belong to exactly one compiled set. */
import type { SubjectState } from "./state.ts";
import { SubjectState as State } from "./state.ts";

const MAGIC = 0x54_47_53_31; // "TGS1"

export class TriggerStateError extends Error {
  readonly code = "SG_TRIGGER_STATE";
  constructor(message: string) {
    super(message);
    this.name = "TriggerStateError";
  }
}

/** Layout, little-endian: magic, hash (64 hex bytes), subject length and UTF-8, counts, numbers, queues. */
export function saveState(s: SubjectState, hash: string): Uint8Array {
  const subject = new TextEncoder().encode(s.subject);
  let size = 4 + 64 + 4 + subject.length + 16 + 8 + s.numbers.length * 8;
  for (const q of s.queues) size += 4 + q.length * q.width * 8;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  for (let i = 0; i < 64; i++) bytes[4 + i] = hash.charCodeAt(i);
  view.setUint32(68, subject.length, true);
  bytes.set(subject, 72);
  let at = 72 + subject.length;
  view.setFloat64(at, s.clock, true);
  view.setFloat64(at + 8, s.next, true);
  view.setUint32(at + 16, s.numbers.length, true);
  view.setUint32(at + 20, s.queues.length, true);
  at += 24;
  for (const x of s.numbers) {
    view.setFloat64(at, x, true);
    at += 8;
  }
  for (const q of s.queues) {
    view.setUint32(at, q.length, true);
    at += 4;
    for (let i = 0; i < q.length; i++) {
      const row = q.at(i);
      for (let j = 0; j < q.width; j++) {
        view.setFloat64(at, q.data[row + j] as number, true);
        at += 8;
      }
    }
  }
  return bytes;
}

/** Throws SG_TRIGGER_STATE if the bytes are damaged or belong to another set. */
export function loadState(bytes: Uint8Array, hash: string, create: () => SubjectState): SubjectState {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (view.getUint32(0) !== MAGIC) throw new TriggerStateError("not a saved trigger state");
    if (String.fromCharCode(...bytes.subarray(4, 68)) !== hash) throw new TriggerStateError("the saved state belongs to another trigger set");
    const subjectLength = view.getUint32(68, true);
    const subject = new TextDecoder().decode(bytes.subarray(72, 72 + subjectLength));
    let at = 72 + subjectLength;
    const fresh = create();
    const s = new State(subject, fresh.numbers, fresh.queues, fresh.touched.length);
    s.clock = view.getFloat64(at, true);
    s.next = view.getFloat64(at + 8, true);
    if (view.getUint32(at + 16, true) !== s.numbers.length || view.getUint32(at + 20, true) !== s.queues.length) {
      throw new TriggerStateError("the saved state has another layout");
    }
    at += 24;
    for (let i = 0; i < s.numbers.length; i++, at += 8) s.numbers[i] = view.getFloat64(at, true);
    for (const q of s.queues) {
      const length = view.getUint32(at, true);
      at += 4;
      if (length > q.limit) throw new TriggerStateError("the saved state is damaged");
      for (let i = 0; i < length; i++) {
        const row = q.push();
        for (let j = 0; j < q.width; j++, at += 8) q.data[row + j] = view.getFloat64(at, true);
      }
    }
    if (at !== bytes.length) throw new TriggerStateError("the saved state is damaged");
    return s;
  } catch (error) {
    if (error instanceof TriggerStateError) throw error;
    throw new TriggerStateError("the saved state is damaged");
  }
}
