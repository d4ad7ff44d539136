/**
 * Runs trigger sets over the history. Triggers of single vehicles are stepped through their frames; those that cannot
 * fire on a vehicle, by the extremes of what it sent, are left out. Conditions over many vehicles are judged at the
 * instants of the screening jobs, triggers that read events on the events of every subject. What was received after the
 * run began is left out, so that the same run can be made again.
 */
import { findSignal } from "@sandglass/signals";
import { appliesTo, type Attributes, type TriggerSet } from "@sandglass/triggers";
import { vehicleIdOf } from "../../access/mod.ts";
import type { History } from "../../history/mod.ts";
import { feedOf, readsEvents, signalsOf, type LastKnown } from "../../supervision/mod.ts";
import {
  NOT_RUN,
  type BacktestFiring,
  type ChunkResult,
  type ChunkVehicle,
  type FiringSubject,
  type FoundFiring,
  type SetResult,
  type SetTexts,
} from "./firing.ts";
import { PastScreenings } from "./past-screenings.ts";
import { judgedOf, membersOf, registryDigest, type PopulationPorts, type RegistryDigest } from "./population.ts";
import { eventsSince, eventSubjects, kindsOfTriggers, stepEvents, type EventsPorts } from "./step-events.ts";
import { stepFrames, type FramesPorts } from "./step-frames.ts";
import { sweepSenders } from "./sweep-senders.ts";

/** Covers rounding of horizons to whole reports. */
const SLACK_MS = 60_000;

export interface BacktestInput {
  readonly sets: readonly { readonly set: TriggerSet; readonly texts: SetTexts }[];
  /** Judged event time, [from, to), UTC ms. */
  readonly from: number;
  readonly to: number;
  readonly throughSeq: number;
  /** Of the journal of events, which numbers by itself. */
  readonly throughEventSeq: number;
  /** Keys of vehicles and other subjects. Undefined: all of the scopes that sent in the range. */
  readonly vehicles?: readonly bigint[];
  /** Step every trigger through every row, also where none can fire: slower, for comparison. */
  readonly everyRow?: boolean;
}

export interface BacktestPorts extends FramesPorts, PopulationPorts, Omit<EventsPorts, "history"> {
  readonly history: EventsPorts["history"] & Pick<History, "countRows" | "exportRows" | "lastReports">;
  /** Attributes of vehicles in the registry, for `applies to … where`. */
  readonly attributesOf: (vehicles: readonly bigint[]) => Promise<ReadonlyMap<bigint, Attributes>>;
  readonly progress: (done: number, total: number) => void;
}

export interface BacktestOutput {
  readonly vehicles: readonly bigint[];
  readonly rows: number;
  /** Receptions of events that were read, and how many subjects sent them. */
  readonly events: { readonly receptions: number; readonly subjects: number };
  /** What the registry said of those that were judged. */
  readonly registry: RegistryDigest;
  /** How many of each kind. */
  readonly judged: ReturnType<typeof judgedOf>;
  /** One per set. */
  readonly sets: readonly SetResult[];
}

/** @throws SG_HISTORY_CANCELLED after `signal` */
export async function runBacktest(input: BacktestInput, ports: BacktestPorts): Promise<BacktestOutput> {
  const { from, to, throughSeq, vehicles: only } = input;
  const { history, scope, signal } = ports;
  const sets = input.sets.map(({ set }) => set);
  const screenings = sets.map((set) => new PastScreenings(set, from, to));
  const horizon = Math.max(0, ...sets.map(({ horizonMs }) => horizonMs));
  const since = Math.min(from - horizon - SLACK_MS, ...screenings.map((each) => each.since("frames")));
  const many = screenings.flatMap((each) => each.of("frames")).map(({ screening }) => screening);
  const ofSenders = screenings.flatMap((each) => each.of("events"));
  // Nobody's frames matter to a set that reads events alone.
  const readsFrames = many.length > 0 || sets.some(({ triggers }) => triggers.some((trigger) => !readsEvents(trigger)));
  const range = { from: since, to, throughSeq, ...(only === undefined ? {} : { vehicles: only }) };
  const counted = readsFrames ? await history.countRows(scope, range, { signal }) : [];
  const vehicles = counted.map(({ vehicle }) => vehicle);
  const attributes = new Map(await ports.attributesOf(vehicles));
  const events = { to, throughSeq: input.throughEventSeq, ...(only === undefined ? {} : { subjects: only }) };
  const eventsWork = { ...events, sets, from };
  const senders = await eventSubjects(
    new Set([...kindsOfTriggers(sets), ...ofSenders.map(({ kind }) => kind)]),
    { ...events, from: Math.min(eventsSince(eventsWork), ...screenings.map((each) => each.since("events"))) },
    ports,
  );
  const members = await membersOf(
    [...many.map(() => "vehicle" as const), ...ofSenders.map(({ kind }) => kind)],
    only,
    ports,
  );
  const first = {
    frames: new Map(counted.map(({ vehicle, first: time }) => [vehicle, time])),
    events: new Map(senders.map(({ key, first: time }) => [key, time])),
  };
  for (const each of screenings) each.populate(members, first);
  const silent = many.some(({ plan }) => plan.member.needsEveryFrame)
    ? await lastKnown(
        input,
        ports,
        since,
        many.flatMap(({ plan }) => signalsOf(plan)),
      )
    : new Map<bigint, LastKnown>();

  const results = sets.map((set) => new CollectedSet(set));
  const receptions = senders.reduce((sum, each) => sum + each.receptions, 0);
  const rows = counted.reduce((sum, each) => sum + each.rows, 0);
  let [done, frames] = [0, 0];
  const progress = (more: number): void => {
    done += more;
    ports.progress(Math.min(Math.floor(done), rows + receptions), rows + receptions);
  };
  // Each set and each condition reads its events for itself.
  const readings = sets.filter((set) => kindsOfTriggers([set]).length > 0).length + ofSenders.length;
  const eventProgress = (more: number): void => progress(more / readings);
  progress(0);
  await stepFrames(
    {
      texts: input.sets.map(({ texts }) => texts),
      counted,
      vehicle: (key) => chunkVehicle(key, attributes.get(key) ?? {}, sets, silent.get(key)),
      signals: frameSignals(
        sets,
        many.flatMap(({ plan }) => signalsOf(plan)),
      ),
      since,
      from,
      to,
      throughSeq,
      instants: screenings.map((each) => each.instantsOfFrames()),
      ...(input.everyRow === true ? { everyRow: true } : {}),
    },
    ports,
    (result) => {
      frames += result.rows;
      result.sets.forEach((found, index) => {
        results[index].add(found, attributes);
        screenings[index].add(found.swept);
      });
      progress(result.rows);
    },
  );
  const told = await stepEvents(
    eventsWork,
    senders,
    ports,
    ({ set, attributes: known, firing, subject }) => results[set].addEvent(firing, subject, known),
    eventProgress,
  );
  for (const [index, result] of results.entries()) result.addCounts(told.degradations[index], told.cooled[index]);
  await sweepSenders(ofSenders, senders, events, ports, eventProgress);
  const memberKeys = new Set(members.get("vehicle")?.map(({ key }) => key));
  const silentMembers = new Map([...silent].filter(([key]) => memberKeys.has(key)));
  for (const [index, each] of screenings.entries()) {
    each.addSilent(silentMembers);
    for await (const firing of each.judge(signal)) results[index].firings.push(firing);
  }
  return {
    vehicles,
    rows: frames,
    events: { receptions, subjects: senders.length },
    registry: registryDigest(attributes, members),
    judged: judgedOf(vehicles, senders, members),
    sets: results.map((result) => result.finish()),
  };
}

/** What was found of one set so far. */
class CollectedSet {
  readonly firings: BacktestFiring[] = [];
  readonly #set: TriggerSet;
  readonly #degradations: number[];
  readonly #cooled: number[];

  constructor(set: TriggerSet) {
    this.#set = set;
    this.#degradations = set.triggers.map(() => 0);
    this.#cooled = set.triggers.map(() => 0);
  }

  add(
    { firings, degradations, cooled }: ChunkResult["sets"][number],
    attributes: ReadonlyMap<bigint, Attributes>,
  ): void {
    for (const { vehicle, trigger, ...firing } of firings)
      this.firings.push({
        ...firing,
        trigger: this.#set.triggers[trigger].id,
        subject: { kind: "vehicle", id: vehicleIdOf(vehicle) },
        group: modelOf(attributes.get(vehicle)),
      });
    this.addCounts(degradations, cooled);
  }

  addEvent({ trigger, ...firing }: FoundFiring, subject: FiringSubject, attributes: Attributes): void {
    const { name } = attributes;
    this.firings.push({
      ...firing,
      trigger: this.#set.triggers[trigger].id,
      subject,
      group: subject.kind === "vehicle" ? modelOf(attributes) : name === undefined ? undefined : String(name),
    });
  }

  addCounts(degradations: readonly number[], cooled: readonly number[]): void {
    degradations.forEach((count, trigger) => (this.#degradations[trigger] += count));
    cooled.forEach((count, trigger) => (this.#cooled[trigger] += count));
  }

  finish(): SetResult {
    return {
      firings: this.firings.sort(byOnset),
      degradations: this.#degradations,
      cooled: this.#cooled,
      notRun: this.#set.screenings
        .filter((screening) => feedOf(screening) === undefined)
        .map(({ id }) => ({ trigger: id, reason: NOT_RUN.untold })),
    };
  }
}

/** Portions end in any order; the result does not depend on it. */
function byOnset(a: BacktestFiring, b: BacktestFiring): number {
  const keyOf = ({ subject, trigger }: BacktestFiring): string => `${subject.kind} ${subject.id} ${trigger}`;
  return a.onset - b.onset || (keyOf(a) < keyOf(b) ? -1 : 1);
}

function modelOf(attributes: Attributes | undefined): string {
  const { maker, model } = attributes ?? {};
  return [maker, model].filter((part) => part !== undefined && part !== "").join(" ") || "unregistered";
}

async function lastKnown(
  { throughSeq }: BacktestInput,
  { history, scope, signal }: BacktestPorts,
  before: number,
  signals: readonly string[],
): Promise<ReadonlyMap<bigint, LastKnown>> {
  const last = await history.lastReports(scope, { signals, before, throughSeq }, { signal });
  return new Map(last.map(({ vehicle, ...known }) => [vehicle, known]));
}

/** Events are not among the frames of vehicles. */
function frameSignals(sets: readonly TriggerSet[], more: readonly string[]): string[] {
  return [...new Set([...sets.flatMap(({ inputs }) => inputs), ...more])].filter((id) => findSignal(id) !== undefined);
}

function chunkVehicle(
  key: bigint,
  attributes: Attributes,
  sets: readonly TriggerSet[],
  before: LastKnown | undefined,
): ChunkVehicle {
  return {
    key,
    applies: sets.map(({ triggers }) =>
      triggers.map((trigger) => (!readsEvents(trigger) && appliesTo(trigger, "vehicle", attributes) ? 1 : 0)),
    ),
    ...(before === undefined ? {} : { before }),
  };
}
