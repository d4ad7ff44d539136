/**
 * Checkpoints: the state of all subjects at a cursor, in a file of its own. Written beside, synced, renamed; CRC-32
 * over everything. The two newest are kept: if the newest is damaged, the one before it and the journal still give
 * the same findings.
 *
 *   "SGCP" version:u32 headerLength:u32 header:JSON  subjects…  crc32:u32          (little endian)
 *   subject = keyLow:u32 keyHigh:u32 newestEvent firstEvent silentSince:f64 isLive:u8 hashCount:u8 hashes:u32[4]
 *             lowAssurance:f64[3] counters:f64[6] states:u16, then per state: watch:u16 length:u32 bytes
 */
import { mkdir, open, readdir, readFile, rename, rm, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { crc32 } from "node:zlib";
import { TriggerStateError, type Monitor, type StateLayout, type SubjectState } from "@sandglass/triggers";
import { carriedState, predecessorsOf } from "./carry.ts";
import type { SavedLate } from "./late-queue.ts";
import { COUNTERS, HASHES_PER_INSTANT, type Subjects } from "./subjects.ts";
import type { Watch } from "./watch.ts";
import { messageOf } from "../errors/mod.ts";

const MAGIC = 0x5043_4753;
/**
 * Raised also when the engine lays out states otherwise: states that it refuses would begin cold, those of a file that is
 * refused are rebuilt from history.
 */
const VERSION = 2;
const FIXED_BYTES = 8 + 24 + 2 + 4 * HASHES_PER_INSTANT + 24 + 8 * COUNTERS.length + 2;
const KEPT = 2;
const PART_BYTES = 1 << 20;
/** Encoding waits while more than this is on its way to the disk. */
const PENDING_BYTES = 16 << 20;
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
  /** By watch: where its states keep what, for the sets that take over from those that are gone by then. */
  readonly layouts: Readonly<Record<string, StateLayout>>;
  readonly subjects: number;
}

export interface LoadedCheckpoint {
  readonly header: CheckpointHeader;
  /** Fills subjects and the states of those watches that still exist; what changed starts cold, unless it takes over. */
  restore(subjects: Subjects, watches: readonly Watch[]): void;
}

let drafts = 0;

/** Of a snapshot's own time in a turn, ms. */
const UNBOUNDED = Number.POSITIVE_INFINITY;

/**
 * A checkpoint in the making, while blocks go on being stepped. It holds the state at the cursor at which it began:
 * whoever changes a subject calls `keep` before, so that a subject that was not written yet is written as it was.
 * `slice` writes others, for a few milliseconds at a time. Nothing waits for the disk.
 */
export class CheckpointWriter {
  readonly #folder: string;
  readonly #target: string;
  /** One that was given up may still be closing while the next one is written. */
  readonly #draft: string;
  readonly #subjects: Subjects;
  readonly #watches: readonly Watch[];
  readonly #size: number;
  readonly #isSaved: Uint8Array;
  readonly #fixed = Buffer.alloc(FIXED_BYTES);
  #handle: FileHandle | undefined;
  #next = 0;
  #left: number;
  #parts: Uint8Array[];
  #bytes = 0;
  #checksum = 0;
  #writing: Promise<void> = Promise.resolve();
  #failure: unknown;
  #isAborted = false;
  /** Time that encoding took so far, ms. */
  spentMs = 0;
  /** Bytes handed to the disk so far. */
  size = 0;

  /** To be called between two blocks. */
  constructor(
    folder: string,
    header: Omit<CheckpointHeader, "watches" | "layouts" | "subjects" | "writtenAt">,
    subjects: Subjects,
    watches: readonly Watch[],
    setHash: string,
  ) {
    this.#folder = folder;
    const name = `checkpoint-${String(header.segment).padStart(12, "0")}-${String(header.block).padStart(6, "0")}-${setHash.slice(0, 12)}.bin`;
    this.#target = path.join(folder, name);
    this.#draft = `${this.#target}.${++drafts}.new`;
    this.#subjects = subjects;
    this.#watches = watches;
    this.#size = subjects.size;
    this.#left = subjects.size;
    this.#isSaved = new Uint8Array(subjects.size);
    this.#parts = [
      prefixOf({
        ...header,
        writtenAt: Date.now(),
        watches: watches.map((watch) => watch.key),
        layouts: Object.fromEntries(
          watches.flatMap(({ key, monitor }) => (monitor === undefined ? [] : [[key, monitor.layout()]])),
        ),
        subjects: subjects.size,
      }),
    ];
  }

  get isEncoded(): boolean {
    return this.#left === 0;
  }

  /** The subject is about to change. Those that are newer than the snapshot are none of its. */
  keep(row: number): void {
    if (row < this.#size && this.#isSaved[row] === 0) this.#encode(row);
  }

  /** Encodes more subjects, for about `budgetMs`; returns at once while the disk is far behind. */
  slice(budgetMs: number): void {
    if (this.#pending > PENDING_BYTES && budgetMs < UNBOUNDED) return;
    const began = performance.now();
    while (this.#next < this.#size) {
      const row = this.#next++;
      if (this.#isSaved[row] === 1) continue;
      this.#encode(row);
      // The clock is read now and then: a state takes some ten microseconds.
      if ((row & 15) === 0 && performance.now() - began >= budgetMs) break;
    }
    this.spentMs += performance.now() - began;
  }

  /** Resolves when everything encoded so far is in the file. */
  async flushed(): Promise<void> {
    this.#flush();
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** After everything was encoded: syncs and puts the file in place. */
  async finish(): Promise<void> {
    await this.flushed();
    if (this.#isAborted || this.#left > 0) throw new Error("the checkpoint is not whole");
    const trailer = Buffer.alloc(4);
    trailer.writeUInt32LE(this.#checksum);
    const handle = this.#handle;
    if (handle === undefined) throw new Error("nothing was written");
    try {
      await handle.writeFile(trailer);
      await handle.datasync();
    } finally {
      this.#handle = undefined;
      await handle.close();
    }
    await rename(this.#draft, this.#target);
    const directory = await open(this.#folder, "r");
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
    await removeOld(this.#folder);
  }

  /** Gives it up; the checkpoint before stays the newest. */
  async abort(): Promise<void> {
    this.#isAborted = true;
    this.#left = 0;
    this.#parts = [];
    await this.#writing.catch(() => undefined);
    await this.#handle?.close().catch(() => undefined);
    this.#handle = undefined;
    await rm(this.#draft, { force: true });
  }

  #encode(row: number): void {
    this.#isSaved[row] = 1;
    this.#left--;
    const saved = this.#watches.flatMap(({ monitor, states }, index) => {
      const state = states[row];
      return state === undefined || monitor === undefined ? [] : [{ index, bytes: monitor.save(state) }];
    });
    encodeSubject(this.#fixed, this.#subjects, row, saved.length);
    this.#parts.push(Buffer.from(this.#fixed));
    this.#bytes += FIXED_BYTES;
    for (const state of saved) {
      const frame = Buffer.alloc(6);
      frame.writeUInt16LE(state.index, 0);
      frame.writeUInt32LE(state.bytes.length, 2);
      this.#parts.push(frame, state.bytes);
      this.#bytes += 6 + state.bytes.length;
    }
    if (this.#bytes >= PART_BYTES) this.#flush();
  }

  /** Hands what was encoded to the disk, in order. */
  #flush(): void {
    if (this.#parts.length === 0) return;
    const part = Buffer.concat(this.#parts);
    this.#parts = [];
    this.size += part.length;
    this.#checksum = crc32(part, this.#checksum);
    this.#pending += part.length;
    this.#bytes = 0;
    this.#writing = this.#writing
      .then(async () => {
        if (this.#isAborted || this.#failure !== undefined) return;
        if (this.#handle === undefined) {
          await mkdir(this.#folder, { recursive: true });
          this.#handle = await open(this.#draft, "w");
        }
        await this.#handle.writeFile(part);
      })
      .catch((error: unknown) => {
        this.#failure = error;
      })
      .finally(() => (this.#pending -= part.length));
  }

  /** Bytes that are on their way to the disk. */
  #pending = 0;
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

/** Removes what a process left that died while it was writing. To be called before anything is written. */
export async function removeUnfinished(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) if (name.endsWith(".new")) await rm(path.join(folder, name), { force: true });
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
      onDamaged(file, messageOf(error));
    }
  }
  return undefined;
}

async function removeOld(folder: string): Promise<void> {
  for (const { file } of (await listCheckpoints(folder)).slice(KEPT)) await rm(file, { force: true });
}

function prefixOf(header: CheckpointHeader): Buffer {
  const head = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(12);
  prefix.writeUInt32LE(MAGIC, 0);
  prefix.writeUInt32LE(VERSION, 4);
  prefix.writeUInt32LE(head.length, 8);
  return Buffer.concat([prefix, head]);
}

function encodeSubject(into: Buffer, subjects: Subjects, row: number, states: number): void {
  let at = into.writeBigUInt64LE(subjects.keyOf(row), 0);
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
  // Written before late data was judged, or before anything was taken over.
  const header = { ...read, late: read.late ?? [], layouts: read.layouts ?? {} };
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
  const gone = header.watches.flatMap((key, index) => {
    const layout = header.layouts[key];
    return byKey.has(key) || layout === undefined ? [] : [{ key, layout, index }];
  });
  const heirs = watches.flatMap((watch) => {
    const from = header.watches.includes(watch.key) ? [] : predecessorsOf(watch, gone);
    return from.length === 0 ? [] : [{ watch, from }];
  });
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
    const left: { readonly index: number; readonly saved: Uint8Array }[] = [];
    const give = (watch: Watch, state: SubjectState): void => {
      watch.states[row] = state;
      const clock = Math.floor(state.clock / 2);
      if (clock > subjects.newestEvent[row] && clock > subjects.promised[row]) subjects.promised[row] = clock;
    };
    for (let s = 0; s < states; s++) {
      const index = bytes.readUInt16LE(at);
      const watch = targets[index];
      const length = bytes.readUInt32LE(at + 2);
      at += 6;
      const saved = bytes.subarray(at, at + length);
      const state = watch?.monitor && loadState(watch.monitor, saved);
      if (watch !== undefined && state !== undefined) give(watch, state);
      else if (watch === undefined && heirs.length > 0) left.push({ index, saved });
      at += length;
    }
    for (const { watch, from } of heirs) {
      const state = carriedState(
        watch,
        from.flatMap(({ index, layout }) => {
          const one = left.find((each) => each.index === index);
          return one === undefined ? [] : [{ layout, saved: one.saved }];
        }),
      );
      if (state !== undefined) give(watch, state);
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
