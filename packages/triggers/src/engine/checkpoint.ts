/** Saving and loading the state of a subject. The bytes belong to exactly one compiled set. */
import type { Builder } from "./node.ts";
import { packNumbers, unpackNumbers } from "./queue.ts";
import type { SubjectState } from "./state.ts";

const MAGIC = 0x54_47_53_32; // "TGS2"
const HEADER = 4 + 64 + 4;

export class TriggerStateError extends Error {
  readonly code = "SG_TRIGGER_STATE";
  constructor(message: string) {
    super(message);
    this.name = "TriggerStateError";
  }
}

/** Layout, little-endian: magic, set hash (64 hex digits), subject length and UTF-8, clock, next timer, count, numbers without spare room. */
export function saveState(s: SubjectState, hash: string, builder: Builder): Uint8Array {
  const subject = new TextEncoder().encode(s.subject);
  const numbers = packNumbers(s.numbers, builder.initial.length, builder.queues);
  const bytes = new Uint8Array(HEADER + subject.length + 20 + numbers.length * 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  for (let i = 0; i < 64; i++) bytes[4 + i] = hash.charCodeAt(i);
  view.setUint32(68, subject.length, true);
  bytes.set(subject, HEADER);
  let at = HEADER + subject.length;
  view.setFloat64(at, s.clock, true);
  view.setFloat64(at + 8, s.next, true);
  view.setUint32(at + 16, numbers.length, true);
  at += 20;
  for (const x of numbers) {
    view.setFloat64(at, x, true);
    at += 8;
  }
  return bytes;
}

/** Throws SG_TRIGGER_STATE if the bytes are damaged or belong to another set. */
export function loadState(bytes: Uint8Array, hash: string, builder: Builder): SubjectState {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER || view.getUint32(0) !== MAGIC) throw new TriggerStateError("not a saved trigger state");
  if (String.fromCharCode(...bytes.subarray(4, 68)) !== hash)
    throw new TriggerStateError("the saved state belongs to another trigger set");
  const subjectLength = view.getUint32(68, true);
  let at = HEADER + subjectLength;
  if (at + 20 > bytes.length) throw new TriggerStateError("the saved state is damaged");
  const subject = new TextDecoder().decode(bytes.subarray(HEADER, at));
  const clock = view.getFloat64(at, true);
  const next = view.getFloat64(at + 8, true);
  const count = view.getUint32(at + 16, true);
  at += 20;
  if (at + count * 8 !== bytes.length) throw new TriggerStateError("the saved state is damaged");
  const packed = new Float64Array(count);
  for (let i = 0; i < count; i++, at += 8) packed[i] = view.getFloat64(at, true);
  const numbers =
    count < builder.initial.length ? undefined : unpackNumbers(packed, builder.initial.length, builder.queues);
  if (numbers === undefined) throw new TriggerStateError("the saved state is damaged");
  const s = builder.createState(subject);
  s.numbers = numbers;
  s.clock = clock;
  s.next = next;
  return s;
}
