/** Saving and loading the state of a subject. The bytes belong to exactly one compiled set. */
import type { Builder } from "./node.ts";
import { packNumbers, unpackNumbers } from "./queue.ts";
import type { SubjectState } from "./state.ts";

const MAGIC = 0x54_47_53_36; // "TGS6"
const HEADER = 4 + 64 + 4;
const TIMES = 8 + 8 + 4 + 4 + 4;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Then numbers are copied as they lie in memory. */
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

export class TriggerStateError extends Error {
  readonly code = "SG_TRIGGER_STATE";
  constructor(message: string) {
    super(message);
    this.name = "TriggerStateError";
  }
}

/** Layout, little-endian: magic, set hash (64 hex digits), subject length and UTF-8, clock, next timer, count, fixed slots, numbers of the quiet; then those, and the others without spare room. */
export function saveState(s: SubjectState, hash: string, builder: Builder): Uint8Array {
  const subject = encoder.encode(s.subject);
  const numbers = packNumbers(s.numbers, builder.initial.length, builder.queues);
  const quiet = s.quiet.subarray(0, builder.quiet?.kept ?? 0);
  const bytes = new Uint8Array(HEADER + subject.length + TIMES + (quiet.length + numbers.length) * 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  for (let i = 0; i < 64; i++) bytes[4 + i] = hash.charCodeAt(i);
  view.setUint32(68, subject.length, true);
  bytes.set(subject, HEADER);
  let at = HEADER + subject.length;
  view.setFloat64(at, s.clock, true);
  view.setFloat64(at + 8, s.next, true);
  view.setUint32(at + 16, numbers.length, true);
  view.setUint32(at + 20, builder.initial.length, true);
  view.setUint32(at + 24, quiet.length, true);
  at += TIMES;
  for (const part of [quiet, numbers]) {
    if (LITTLE_ENDIAN) bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    else for (let i = 0; i < part.length; i++) view.setFloat64(at + 8 * i, part[i] as number, true);
    at += part.byteLength;
  }
  return bytes;
}

/** A saved state as it stands in its bytes. */
export interface SavedState {
  readonly hash: string;
  readonly subject: string;
  readonly clock: number;
  readonly next: number;
  /** How many of the numbers are fixed slots; rows of queues follow. */
  readonly fixed: number;
  readonly numbers: Float64Array;
  readonly quiet: Float64Array;
}

/** Throws SG_TRIGGER_STATE if the bytes are damaged. */
export function readSaved(bytes: Uint8Array): SavedState {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER || view.getUint32(0) !== MAGIC) throw new TriggerStateError("not a saved trigger state");
  const hash = String.fromCharCode(...bytes.subarray(4, 68));
  const subjectLength = view.getUint32(68, true);
  let at = HEADER + subjectLength;
  if (at + TIMES > bytes.length) throw new TriggerStateError("the saved state is damaged");
  const subject = decoder.decode(bytes.subarray(HEADER, at));
  const clock = view.getFloat64(at, true);
  const next = view.getFloat64(at + 8, true);
  const count = view.getUint32(at + 16, true);
  const fixed = view.getUint32(at + 20, true);
  const apart = view.getUint32(at + 24, true);
  at += TIMES;
  if (at + (apart + count) * 8 !== bytes.length || count < fixed)
    throw new TriggerStateError("the saved state is damaged");
  const read = (length: number): Float64Array => {
    const part = new Float64Array(length);
    if (LITTLE_ENDIAN) new Uint8Array(part.buffer).set(bytes.subarray(at, at + 8 * length));
    else for (let i = 0; i < length; i++) part[i] = view.getFloat64(at + 8 * i, true);
    at += 8 * length;
    return part;
  };
  const quiet = read(apart);
  return { hash, subject, clock, next, fixed, numbers: read(count), quiet };
}

/** Throws SG_TRIGGER_STATE if the bytes are damaged or belong to another set. */
export function loadState(bytes: Uint8Array, hash: string, builder: Builder): SubjectState {
  const saved = readSaved(bytes);
  if (saved.hash !== hash) throw new TriggerStateError("the saved state belongs to another trigger set");
  if (saved.fixed !== builder.initial.length || saved.quiet.length !== (builder.quiet?.kept ?? 0))
    throw new TriggerStateError("the saved state was laid out by another version of the engine");
  const numbers = unpackNumbers(saved.numbers, builder.initial.length, builder.queues);
  if (numbers === undefined) throw new TriggerStateError("the saved state is damaged");
  const s = builder.createState(saved.subject, numbers, saved.quiet);
  s.clock = saved.clock;
  s.next = saved.next;
  return s;
}
