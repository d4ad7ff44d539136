/**
 * The state of the supervision of events at a cursor: one file, written beside and renamed, with a CRC-32. The two
 * newest are kept: with a damaged one the one before it and the journal give the same findings.
 */
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { deserialize, serialize } from "node:v8";
import { crc32 } from "node:zlib";
import type { SubjectKind } from "@sandglass/signals";
import type { StateLayout, SubjectState } from "@sandglass/triggers";
import { carriedState, predecessorsOf, type Predecessor } from "../carry.ts";
import type { SavedLate } from "../late-queue.ts";
import { Counters } from "./counters.ts";
import type { EventStepper } from "./event-stepper.ts";
import type { EventWatch } from "./event-watch.ts";
import { RecentEvents } from "./recent-events.ts";
import { messageOf } from "../../errors/mod.ts";

const VERSION = 2;
const KEPT = 2;
const NAME = /^events-(\d{12})-(\d{6})\.bin$/;

export interface EventCursor {
  readonly segment: number;
  readonly block: number;
  /** Sequence number of its last row. */
  readonly seq: number;
}

interface Saved {
  readonly version: number;
  readonly cursor: EventCursor;
  readonly ingestMs: number;
  readonly recent: { readonly young: BigUint64Array; readonly old: BigUint64Array };
  readonly subjects: readonly {
    readonly key: bigint;
    readonly kind: SubjectKind;
    readonly newest: number;
    readonly promised: number;
    readonly silentSince: number;
    readonly isLive: boolean;
    readonly assurance: number;
    readonly counters: ReturnType<Counters["saved"]>;
  }[];
  /** Subjects whose late data was not judged yet. */
  readonly late: readonly SavedLate[];
  readonly states: readonly {
    readonly watch: string;
    /** Where the states keep what. */
    readonly layout: StateLayout;
    readonly states: readonly (readonly [key: bigint, bytes: Uint8Array])[];
  }[];
}

export async function writeEventCheckpoint(
  folder: string,
  cursor: EventCursor,
  stepper: EventStepper,
  late: readonly SavedLate[],
): Promise<void> {
  const saved: Saved = {
    version: VERSION,
    cursor,
    ingestMs: stepper.ingestMs,
    recent: stepper.recent.saved(),
    subjects: [...stepper.subjects].map((subject) => ({ ...subject, counters: subject.counters.saved() })),
    late,
    states: stepper.watches.map(({ key, monitor, states }) => ({
      watch: key,
      layout: monitor.layout(),
      states: states.flatMap((state, row) =>
        state === undefined ? [] : [[stepper.subjects.keyOf(row), monitor.save(state)] as const],
      ),
    })),
  };
  const body = serialize(saved);
  const trailer = Buffer.alloc(4);
  trailer.writeUInt32LE(crc32(body));
  await mkdir(folder, { recursive: true });
  const target = path.join(
    folder,
    `events-${String(cursor.segment).padStart(12, "0")}-${String(cursor.block).padStart(6, "0")}.bin`,
  );
  const handle = await open(`${target}.new`, "w");
  try {
    await handle.writeFile(body);
    await handle.writeFile(trailer);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(`${target}.new`, target);
  const directory = await open(folder, "r");
  await directory.sync().finally(() => directory.close());
  for (const { file } of (await listEventCheckpoints(folder)).slice(KEPT)) await rm(file, { force: true });
}

/** Newest first. */
export async function listEventCheckpoints(
  folder: string,
): Promise<{ readonly file: string; readonly cursor: Omit<EventCursor, "seq"> }[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  return names
    .flatMap((name) => {
      const match = NAME.exec(name);
      return match === null
        ? []
        : [{ file: path.join(folder, name), cursor: { segment: Number(match[1]), block: Number(match[2]) } }];
    })
    .sort((a, b) => b.cursor.segment - a.cursor.segment || b.cursor.block - a.cursor.block);
}

function carriedStates(
  watch: EventWatch,
  from: readonly (Predecessor & { readonly states: ReadonlyMap<bigint, Uint8Array> })[],
): (readonly [bigint, SubjectState])[] {
  return [...new Set(from.flatMap(({ states }) => [...states.keys()]))].flatMap((key) => {
    const state = carriedState(
      watch,
      from.flatMap(({ layout, states }) => {
        const saved = states.get(key);
        return saved === undefined ? [] : [{ layout, saved }];
      }),
    );
    return state === undefined ? [] : [[key, state] as const];
  });
}

/** Restores the newest whole checkpoint into a stepper whose sets are assigned; undefined when there is none. */
export async function restoreEventCheckpoint(
  folder: string,
  stepper: EventStepper,
  onDamaged: (file: string, reason: string) => void,
): Promise<Pick<Saved, "cursor" | "late"> | undefined> {
  for (const { file } of await listEventCheckpoints(folder)) {
    try {
      const bytes = await readFile(file);
      const body = bytes.subarray(0, -4);
      if (bytes.length < 8 || crc32(body) !== bytes.readUInt32LE(bytes.length - 4))
        throw new Error("its checksum differs");
      const saved = deserialize(body) as Saved;
      if (saved.version !== VERSION) throw new Error(`it has version ${saved.version}`);
      // States first: one that does not load leaves everything as it was.
      const byWatch = new Map(saved.states.map(({ watch, states }) => [watch, states]));
      const gone = saved.states.flatMap(({ watch, layout, states }) =>
        stepper.watches.some(({ key }) => key === watch) ? [] : [{ key: watch, layout, states: new Map(states) }],
      );
      const loaded = stepper.watches.map((watch) => ({
        states: watch.states,
        entries:
          byWatch.get(watch.key)?.map(([subject, state]) => [subject, watch.monitor.load(state)] as const) ??
          carriedStates(watch, predecessorsOf(watch, gone)),
      }));
      for (const { key, kind, ...subject } of saved.subjects)
        stepper.subjects.add(key, kind, { ...subject, counters: new Counters(subject.counters) });
      for (const { states, entries } of loaded)
        for (const [key, state] of entries) states[stepper.subjects.rowOfKey(key)] = state;
      stepper.recent = new RecentEvents(saved.recent.young, saved.recent.old);
      stepper.ingestMs = saved.ingestMs;
      stepper.restored();
      return saved;
    } catch (error) {
      onDamaged(file, messageOf(error));
    }
  }
  return undefined;
}
