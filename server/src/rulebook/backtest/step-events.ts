/**
 * Events, subject by subject: the rows that replays of supervision read, stepped by the same monitor. They are fewer than
 * frames by far, and are read in pages, between which others have their turn.
 */
import { SUBJECT_KINDS, type SubjectKind } from "@sandglass/signals";
import { appliesTo, createMonitor, type Attributes, type TriggerSet } from "@sandglass/triggers";
import { subjectIdOf, type HistoryScope } from "../../access/mod.ts";
import type { History } from "../../history/mod.ts";
import { readsEvents, replaySubject, storedEventRows, type RowChunk } from "../../supervision/mod.ts";
import { FiringCollector } from "./firing-collector.ts";
import type { FiringSubject, FoundFiring } from "./firing.ts";

/** The past that a repeated event may reach back to. */
const SLACK_MS = 60_000;

/** Events to be read. */
export interface EventRange {
  /** Event time, [from, to), UTC ms. */
  readonly from: number;
  readonly to: number;
  /** Events that were received later are left out. */
  readonly throughSeq: number;
  /** Only these; undefined: every subject that the scopes hold. */
  readonly subjects?: readonly bigint[];
}

/** `from` and `to`: what is judged; events before only warm the conditions up. */
export interface EventsWork extends EventRange {
  readonly sets: readonly TriggerSet[];
}

export interface EventsPorts {
  readonly history: Pick<History, "events" | "counterReports" | "status" | "eventSubjects">;
  /** Vehicles that may be judged … */
  readonly scope: HistoryScope;
  /** … and subjects that are no vehicles. */
  readonly subjectScope: HistoryScope;
  readonly subjectAttributes: (keys: readonly bigint[]) => Promise<ReadonlyMap<bigint, Attributes>>;
  readonly signal: AbortSignal;
}

export interface EventSubject {
  readonly key: bigint;
  readonly kind: SubjectKind;
  readonly receptions: number;
  /** Event time of its first event in the range, UTC ms. */
  readonly first: number;
}

/** A firing that events make; `set` is its position among the sets. */
export interface EventFiring {
  readonly set: number;
  readonly subject: FiringSubject;
  readonly attributes: Attributes;
  readonly firing: FoundFiring;
}

export interface EventsResult {
  /** By set, by trigger. */
  readonly degradations: readonly (readonly number[])[];
  readonly cooled: readonly (readonly number[])[];
}

/** From when on events are needed, UTC ms. */
export function eventsSince({ sets, from }: Pick<EventsWork, "sets" | "from">): number {
  return from - Math.max(0, ...sets.map(({ horizonMs }) => horizonMs)) - SLACK_MS;
}

/** Kinds of subjects whose events the triggers of the sets read. */
export function kindsOfTriggers(sets: readonly TriggerSet[]): string[] {
  return sets.flatMap(({ triggers }) => triggers.filter(readsEvents).map(({ core }) => core.appliesTo));
}

/** The scope under which a subject of that kind is judged. */
export function scopeOf({ scope, subjectScope }: Pick<EventsPorts, "scope" | "subjectScope">, kind: string) {
  return kind === "vehicle" ? scope : subjectScope;
}

/** Who has events in a range, of some kinds; nobody is asked for where there are none. */
export async function eventSubjects(
  kinds: ReadonlySet<string>,
  { from, to, throughSeq, subjects }: EventRange,
  ports: EventsPorts,
): Promise<EventSubject[]> {
  const { history, scope, subjectScope, signal } = ports;
  const range = { from, to, throughSeq, lane: "background", signal } as const;
  const only = subjects === undefined ? undefined : new Set(subjects);
  const found: EventSubject[] = [];
  for (const [each, ofVehicles] of [
    [scope, true],
    [subjectScope, false],
  ] as const) {
    if (![...kinds].some((kind) => (kind === "vehicle") === ofVehicles)) continue;
    for (const { subject: key, kind: index, receptions, first } of await history.eventSubjects(each, range)) {
      const kind = SUBJECT_KINDS[index];
      if (kind === undefined || !kinds.has(kind) || (kind === "vehicle") !== ofVehicles) continue;
      if (only?.has(key) !== false) found.push({ key, kind, receptions, first });
    }
  }
  return found;
}

/** @param told after each page, with the number of rows that were stepped */
export async function stepEvents(
  work: EventsWork,
  subjects: readonly EventSubject[],
  ports: EventsPorts,
  found: (firing: EventFiring) => void,
  told: (rows: number) => void,
): Promise<EventsResult> {
  const { sets, from, to, throughSeq } = work;
  const { history, signal } = ports;
  const runs = sets.map((set) => ({
    set,
    collector: new FiringCollector(set),
    monitor: createMonitor(set),
    indexOf: new Map(set.triggers.map(({ id }, index) => [id, index])),
  }));
  const known = await ports.subjectAttributes(subjects.map(({ key }) => key));
  for (const { key, kind } of subjects) {
    const attributes = known.get(key) ?? {};
    const source = storedEventRows(history, async () => scopeOf(ports, kind));
    for (const [index, { set, collector, monitor, indexOf }] of runs.entries()) {
      const applies = set.triggers.map((trigger) =>
        readsEvents(trigger) && appliesTo(trigger, kind, attributes) ? 1 : 0,
      );
      if (!applies.includes(1)) continue;
      collector.begin(applies, indexOf);
      const rows = source.read({ subject: key, inputs: set.inputs, from: eventsSince(work), to, throughSeq });
      await replaySubject({ monitor, state: monitor.create(), emit: collector.emit }, watched(rows, signal, told), to);
      for (const firing of collector.end(from, to))
        found({ set: index, subject: { kind, id: subjectIdOf(kind, key) }, attributes, firing });
    }
  }
  return {
    degradations: runs.map(({ collector }) => collector.degradations),
    cooled: runs.map(({ collector }) => collector.cooled),
  };
}

async function* watched(
  rows: AsyncIterable<RowChunk>,
  signal: AbortSignal,
  told: (rows: number) => void,
): AsyncGenerator<RowChunk> {
  for await (const chunk of rows) {
    signal.throwIfAborted();
    yield chunk;
    told(chunk.count);
  }
}
