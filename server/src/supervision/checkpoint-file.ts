/**
 * Checkpoints: the state of all subjects at a cursor, in a file of its own. Written beside, synced, renamed; CRC-32
 * over everything. The two newest are kept: if the newest is damaged, the one before it and the journal still give
 * the same findings.
 *
 *   "SGCP" version:u32 headerLength:u32 header:JSON  subjects…  crc32:u32          (little endian)
 *   subject = keyLow:u32 keyHigh:u32 newestEvent firstEvent silentSince:f64 isLive:u8 hashCount:u8 hashes:u32[4]
 *             lowAssurance:f64[3] counters:f64[6] states:u16, then per state: watch:u16 length:u32 bytes
 */
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { crc32 } from "node:zlib";
import { TriggerStateError, type Monitor, type SubjectState } from "@sandglass/triggers";
import type { SavedLate } from "./late-queue.ts";
import { COUNTERS, HASHES_PER_INSTANT, type Subjects } from "./subjects.ts";
import type { Watch } from "./watch.ts";

const MAGIC = 0x5043_4753;
const VERSION = 1;
const FIXED_BYTES = 8 + 24 + 2 + 4 * HASHES_PER_INSTANT + 24 + 8 * COUNTERS.length + 2;
const KEPT = 2;
const PART_BYTES = 1 << 20;
const NAME = /^checkpoint-(\d{12})-(\d{6})-[0-9a-f]{12}\.bin$/;

export interface CheckpointHeader {
  /** Last block that is contained; the journal is read from the one behind it. */
  readonly segment: number;
  readonly block: number;
  readonly seq: number;
  /** Receive time of the newest frame, UTC ms. */
  readonly ingestMs: number;
  /** Subjects whose late data was not judged yet. */
  readonly late: readonly SavedLate[];
  readonly writtenAt: number;
  readonly watches: readonly string[];
  readonly subjects: number;
}

export interface LoadedCheckpoint {
  readonly header: CheckpointHeader;
  /** Fills subjects and the states of those watches that still exist; what changed starts cold. */
  restore(subjects: Subjects, watches: readonly Watch[]): void;
}

export async function writeCheckpoint(
  folder: string,
  header: Omit<CheckpointHeader, "watches" | "subjects" | "writtenAt">,
  subjects: Subjects,
  watches: readonly Watch[],
  setHash: string,
): Promise<string> {
  const complete = {
    ...header,
    writtenAt: Date.now(),
    watches: watches.map((watch) => watch.key),
    subjects: subjects.size,
  };
  await mkdir(folder, { recursive: true });
  const name = `checkpoint-${String(header.segment).padStart(12, "0")}-${String(header.block).padStart(6, "0")}-${setHash.slice(0, 12)}.bin`;
  const target = path.join(folder, name);
  const handle = await open(`${target}.new`, "w");
  try {
    let checksum = 0;
    // In parts: a large fleet is hundreds of megabytes, and links must be answered meanwhile.
    for (const part of encode(complete, subjects, watches)) {
      checksum = crc32(part, checksum);
      await handle.writeFile(part);
    }
    const trailer = Buffer.alloc(4);
    trailer.writeUInt32LE(checksum);
    await handle.writeFile(trailer);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(`${target}.new`, target);
  const directory = await open(folder, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
  await removeOld(folder);
  return target;
}

/** Newest first. */
export async function listCheckpoints(folder: string): Promise<{ file: string; segment: number; block: number }[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .flatMap((name) => {
      const match = NAME.exec(name);
      return match === null
        ? []
        : [{ file: path.join(folder, name), segment: Number(match[1]), block: Number(match[2]) }];
    })
    .sort((a, b) => b.segment - a.segment || b.block - a.block);
}

/** The newest checkpoint that is whole; undefined when there is none. `onDamaged` is told of each that is not. */
export async function findCheckpoint(
  folder: string,
  onDamaged: (file: string, reason: string) => void,
): Promise<LoadedCheckpoint | undefined> {
  for (const { file } of await listCheckpoints(folder)) {
    try {
      return decode(await readFile(file));
    } catch (error) {
      onDamaged(file, error instanceof Error ? error.message : String(error));
    }
  }
  return undefined;
}

async function removeOld(folder: string): Promise<void> {
  for (const { file } of (await listCheckpoints(folder)).slice(KEPT)) await rm(file, { force: true });
}

function* encode(header: CheckpointHeader, subjects: Subjects, watches: readonly Watch[]): Generator<Buffer> {
  const head = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(12);
  prefix.writeUInt32LE(MAGIC, 0);
  prefix.writeUInt32LE(VERSION, 4);
  prefix.writeUInt32LE(head.length, 8);
  yield Buffer.concat([prefix, head]);
  const fixed = Buffer.alloc(FIXED_BYTES);
  let parts: Uint8Array[] = [];
  let bytes = 0;
  for (let row = 0; row < subjects.size; row++) {
    const saved = watches.flatMap(({ monitor, states }, index) => {
      const state = states[row];
      return state === undefined || monitor === undefined ? [] : [{ index, bytes: monitor.save(state) }];
    });
    encodeSubject(fixed, subjects, row, saved.length);
    parts.push(Buffer.from(fixed));
    bytes += FIXED_BYTES;
    for (const state of saved) {
      const frame = Buffer.alloc(6);
      frame.writeUInt16LE(state.index, 0);
      frame.writeUInt32LE(state.bytes.length, 2);
      parts.push(frame, state.bytes);
      bytes += 6 + state.bytes.length;
    }
    if (bytes < PART_BYTES) continue;
    yield Buffer.concat(parts);
    parts = [];
    bytes = 0;
  }
  if (parts.length > 0) yield Buffer.concat(parts);
}

function encodeSubject(into: Buffer, subjects: Subjects, row: number, states: number): void {
  let at = into.writeUInt32LE(subjects.keyLow[row], 0);
  at = into.writeUInt32LE(subjects.keyHigh[row], at);
  at = into.writeDoubleLE(subjects.newestEvent[row], at);
  at = into.writeDoubleLE(subjects.firstEvent[row], at);
  at = into.writeDoubleLE(subjects.silentSince[row], at);
  at = into.writeUInt8(subjects.isLive[row], at);
  at = into.writeUInt8(subjects.hashCount[row], at);
  for (let i = 0; i < HASHES_PER_INSTANT; i++)
    at = into.writeUInt32LE(subjects.hashes[row * HASHES_PER_INSTANT + i], at);
  for (let i = 0; i < 3; i++) at = into.writeDoubleLE(subjects.lowAssurance[row * 3 + i], at);
  for (const name of COUNTERS) at = into.writeDoubleLE(subjects.counters[name][row], at);
  into.writeUInt16LE(states, at);
}

function decode(bytes: Buffer): LoadedCheckpoint {
  if (bytes.length < 16 || bytes.readUInt32LE(0) !== MAGIC) throw new Error("not a checkpoint");
  if (bytes.readUInt32LE(4) !== VERSION) throw new Error(`version ${bytes.readUInt32LE(4)} is not known`);
  const end = bytes.length - 4;
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32LE(end)) throw new Error("the checksum does not fit");
  const headerEnd = 12 + bytes.readUInt32LE(8);
  const read = JSON.parse(bytes.toString("utf8", 12, headerEnd)) as CheckpointHeader;
  // Written before late data was judged.
  const header = { ...read, late: read.late ?? [] };
  return { header, restore: (subjects, watches) => restore(bytes, headerEnd, header, subjects, watches) };
}

function restore(
  bytes: Buffer,
  start: number,
  header: CheckpointHeader,
  subjects: Subjects,
  watches: readonly Watch[],
): void {
  const byKey = new Map(watches.map((watch) => [watch.key, watch]));
  const targets = header.watches.map((key) => byKey.get(key));
  let at = start;
  const f64 = (): number => {
    const value = bytes.readDoubleLE(at);
    at += 8;
    return value;
  };
  for (let i = 0; i < header.subjects; i++) {
    const row = subjects.rowOf(bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4));
    at += 8;
    subjects.newestEvent[row] = f64();
    subjects.firstEvent[row] = f64();
    subjects.silentSince[row] = f64();
    subjects.isLive[row] = bytes[at++];
    subjects.hashCount[row] = bytes[at++];
    for (let h = 0; h < HASHES_PER_INSTANT; h++, at += 4)
      subjects.hashes[row * HASHES_PER_INSTANT + h] = bytes.readUInt32LE(at);
    for (let a = 0; a < 3; a++) subjects.lowAssurance[row * 3 + a] = f64();
    for (const name of COUNTERS) subjects.counters[name][row] = f64();
    const states = bytes.readUInt16LE(at);
    at += 2;
    for (let s = 0; s < states; s++) {
      const watch = targets[bytes.readUInt16LE(at)];
      const length = bytes.readUInt32LE(at + 2);
      at += 6;
      const state = watch?.monitor && loadState(watch.monitor, bytes.subarray(at, at + length));
      if (watch !== undefined && state !== undefined) {
        watch.states[row] = state;
        const clock = Math.floor(state.clock / 2);
        if (clock > subjects.newestEvent[row] && clock > subjects.promised[row]) subjects.promised[row] = clock;
      }
      at += length;
    }
  }
}

/** Undefined for a state that another version of the engine has laid out: it starts cold, as that of a new set does. */
function loadState(monitor: Monitor, bytes: Uint8Array): SubjectState | undefined {
  try {
    return monitor.load(bytes);
  } catch (error) {
    if (error instanceof TriggerStateError) return undefined;
    throw error;
  }
}
