/**
 * Random triggers on random arrivals, as late data meets them: what is received in order is stepped, the rest is left to
 * replays. What the log says in the end is compared with the definitions of the language on the rows in order of time.
 */
import assert from "node:assert/strict";
import {
  compileTriggers,
  createMonitor,
  type CompiledTrigger,
  type FiringEvent,
  type SubjectState,
  type TriggerSet,
} from "@sandglass/triggers";
import { Oracle } from "../../../packages/triggers/src/conformance/condition-oracle.fixture.ts";
import { firingsOf } from "../../../packages/triggers/src/conformance/firing-oracle.fixture.ts";
import type { Row, Sample } from "../../../packages/triggers/src/conformance/number-oracle.fixture.ts";
import {
  choicesOf,
  DECLARATIONS,
  HOLDS,
  randomRows,
  randomTrigger,
  type Choice,
} from "../../../packages/triggers/src/conformance/random-triggers.fixture.ts";
import type { TestRecords } from "../records/testing.ts";
import { CarriedFindings } from "./carry.ts";
import { EventFindingBuilder } from "./events/event-finding-builder.ts";
import { EventSubjects } from "./events/event-subjects.ts";
import type { EventWatch } from "./events/event-watch.ts";
import type { FindingChange } from "./finding-change.ts";
import { findLogged } from "./finding-log.ts";
import { withSupervision, writeChanges } from "./firing-log.ts";
import { LateData, type LateStatus } from "./late-data.ts";
import type { LoggedFinding } from "./reconcile.ts";
import { isAboutReception } from "./replay-range.ts";
import { INVALID, NO_SAMPLE, RowBuilder, VALID, type RowSource } from "./rows.ts";
import { isFiring } from "./translate-firing.ts";
import { saveTriggerVersions } from "./trigger-versions.ts";

const TRIGGERS = 20;
const SUBJECTS = 3;
const START = Date.UTC(2026, 0, 1);

/** A reception; `row` is what it says. */
interface Received {
  readonly row: Row;
  /** Seconds. */
  readonly at: number;
  readonly reissued: boolean;
}

/**
 * Stretches of observations with long gaps between them: replays begin and end between them, too. A subject begins with
 * the first report that says anything.
 */
function recording(choice: Choice): Row[] {
  const rows: Row[] = [];
  for (let stretch = 0, begin = 0; stretch < 3; stretch++) {
    const own = randomRows(choice).map(({ at, samples }) => ({ at: begin + at, samples }));
    rows.push(...own);
    begin = (own.at(-1)?.at ?? begin) + choice.integer(20, 130);
  }
  const first = rows.findIndex(({ samples }) => Object.keys(samples).length > 0);
  return rows.slice(first).map(({ at, samples }) => ({ at: at - rows[first].at, samples }));
}

/** Some rows come late, some twice, some first with other values and then right, issued again. */
function arrivals(rows: readonly Row[], choice: Choice): Received[] {
  const late = (): number => choice.integer(1, choice.of([8, 50, 200]));
  return rows
    .flatMap((row): Received[] => {
      const at = row.at + (choice.next() < 0.15 ? late() : 0);
      const first = { row, at, reissued: false };
      if (choice.next() < 0.1) {
        const samples = Object.fromEntries(
          Object.entries(row.samples).map(([id, sample]): [string, Sample] =>
            choice.next() < 0.5 || id === "e" || id === "g"
              ? [id, sample]
              : [id, id === "f" ? 1 : choice.integer(-5, 5)],
          ),
        );
        return [
          { row: { at: row.at, samples }, at, reissued: false },
          { row, at: at + late(), reissued: true },
        ];
      }
      return choice.next() < 0.1 ? [first, { ...first, at: at + late() }] : [first];
    })
    .sort((a, b) => a.at - b.at);
}

function compile(choice: Choice): TriggerSet {
  const texts: string[] = [];
  while (texts.length < TRIGGERS) {
    const text = randomTrigger(choice).slice(DECLARATIONS.length).replace("trigger R ", `trigger R${texts.length} `);
    const result = compileTriggers([{ text: DECLARATIONS + text }], [], { declarations: true });
    // Silences are about reception: what comes late does not undo them.
    if (result.ok && !result.set.triggers.some(isAboutReception)) texts.push(text);
  }
  const result = compileTriggers([{ text: DECLARATIONS + texts.join("\n") }], [], { declarations: true });
  assert.ok(result.ok);
  return result.set;
}

/** Steps what comes in order and leaves the rest to late data, as the live step does; without journal and frames. */
class Intake {
  readonly subjects = new EventSubjects();
  readonly watch: Omit<EventWatch, "inputs" | "kinds" | "subjects">;
  readonly late: LateData;
  readonly #choice: Choice;
  readonly #stored: (Received & { readonly subject: bigint; readonly seq: number })[] = [];
  readonly #records: TestRecords;
  readonly #builder = new EventFindingBuilder(this.subjects, new CarriedFindings());
  #changes: FindingChange[] = [];
  #now = START;

  constructor(records: TestRecords, set: TriggerSet, choice: Choice) {
    this.#records = records;
    this.#choice = choice;
    this.watch = {
      key: "random",
      set,
      monitor: createMonitor(set),
      triggers: new Map(set.triggers.map((trigger) => [trigger.id, trigger])),
      states: [],
      project: undefined,
      since: Number.NEGATIVE_INFINITY,
    };
    const turn = async <T>(work: () => Promise<T>): Promise<T> => work();
    this.late = new LateData(
      {
        feed: "events",
        subjects: this.subjects,
        watchesOf: () => [this.watch],
        builder: () => new EventFindingBuilder(this.subjects, new CarriedFindings()),
        applies: async () => () => true,
        touch: () => undefined,
        turn,
        read: (work) => withSupervision(records, work),
        write: (changes) => this.#write(changes),
        stepped: () => this.#stored.length,
        ingestMs: () => this.#now,
        settled: async () => undefined,
        warn: (fields, text) => assert.fail(`${text} ${JSON.stringify(fields)}`),
      },
      this.#rows(),
      { share: 1 },
    );
  }

  receive(subject: bigint, { row, at, reissued }: Received): void {
    const known = this.subjects.add(subject, "vehicle");
    const time = START + row.at * 1000;
    this.#now = START + at * 1000;
    // The store has each report once, however often it came.
    const isRepeated = this.#stored.some(
      (one) => one.subject === subject && one.row.at === row.at && one.row.samples === row.samples,
    );
    if (!isRepeated) this.#stored.push({ row, at, reissued, subject, seq: this.#stored.length + 1 });
    if (time < known.newest) return this.late.queue.note(known.row, time, this.#now);
    if (isRepeated) return;
    if (time === known.newest) this.late.queue.note(known.row, time, this.#now);
    known.newest = time;
    const { inputs } = this.watch.set;
    const values = Float64Array.from(inputs, (id) => valueOf(row.samples[id]));
    const present = Uint8Array.from(inputs, (id) => presenceOf(row.samples[id]));
    const { monitor } = this.watch;
    const state = this.#state(known.row);
    this.#builder.at(known.row, this.#stored.length, this.#now);
    if (present.some((is) => is !== NO_SAMPLE) || monitor.set.needsEveryFrame)
      monitor.step(state, time, values, present, this.#stored.length, this.#emit);
    else if (monitor.nextTimer(state) <= time) monitor.tick(state, time, this.#emit);
  }

  /** Everything is judged, and the timers of all subjects are run up to there. */
  async end(subject: bigint, second: number): Promise<void> {
    const known = this.subjects.add(subject, "vehicle");
    this.#builder.at(known.row, undefined, this.#now);
    this.watch.monitor.tick(this.#state(known.row), START + (second + 1) * 1000, this.#emit);
    await this.flush();
  }

  async flush(): Promise<void> {
    const changes = this.#changes;
    this.#changes = [];
    await this.#write(changes);
  }

  readonly #emit = (event: FiringEvent): void => {
    const change = isFiring(event) ? this.#builder.change(this.watch, event) : undefined;
    if (change !== undefined) this.#changes.push(change);
  };

  async #write(changes: readonly FindingChange[]): Promise<void> {
    if (changes.length > 0) await withSupervision(this.#records, (tx) => writeChanges(tx, changes, undefined));
  }

  #state(row: number): SubjectState {
    return (this.watch.states[row] ??= this.watch.monitor.create());
  }

  #rows(): RowSource {
    const stored = this.#stored;
    const choice = this.#choice;
    return {
      storedSeq: () => stored.length,
      async *read({ subject, inputs, from, to, throughSeq = Number.POSITIVE_INFINITY }) {
        const wanted = stored
          .filter((one) => one.subject === subject && one.seq <= throughSeq)
          .map((one) => ({ ...one, time: START + one.row.at * 1000 }))
          .filter(({ time }) => time >= from && time < to)
          .sort((a, b) => a.time - b.time || a.seq - b.seq);
        for (let at = 0; at < wanted.length;) {
          const part = wanted.slice(at, at + choice.integer(1, 12));
          at += part.length;
          const builder = new RowBuilder(inputs.length);
          for (const { time, at: received, seq, reissued, row } of part)
            builder.add(
              time,
              START + received * 1000,
              seq,
              reissued,
              Float64Array.from(inputs, (id) => valueOf(row.samples[id])),
              Uint8Array.from(inputs, (id) => presenceOf(row.samples[id])),
            );
          yield builder.build();
        }
      },
    };
  }
}

const valueOf = (sample: Sample | undefined): number => (typeof sample === "number" ? sample : 0);
const presenceOf = (sample: Sample | undefined): number =>
  sample === undefined ? NO_SAMPLE : sample === "invalid" ? INVALID : VALID;

/** What a run did, and where the log and the definitions differ. */
export interface Comparison {
  readonly pairs: number;
  readonly findings: number;
  readonly late: LateStatus;
  readonly differences: readonly string[];
}

/** @param base vehicles count from there on */
export async function compareSeed(records: TestRecords, seed: number, base: number): Promise<Comparison> {
  const choice = choicesOf(seed);
  const set = compile(choice);
  await withSupervision(records, (tx) => saveTriggerVersions(tx, [{ set }]));
  const intake = new Intake(records, set, choice);
  const recordings = Array.from({ length: SUBJECTS }, (_, i) => ({
    subject: BigInt(base + i + 1),
    rows: recording(choice),
  }));
  const received = recordings
    .flatMap(({ subject, rows }) => arrivals(rows, choice).map((one) => ({ subject, one })))
    .sort((a, b) => a.one.at - b.one.at);
  for (const { subject, one } of received) {
    intake.receive(subject, one);
    if (choice.next() < 0.1) await intake.flush();
    if (choice.next() < 0.05) {
      await intake.flush();
      await intake.late.settle();
    }
  }
  await intake.flush();
  await intake.late.settle();
  const differences: string[] = [];
  let findings = 0;
  for (const { subject, rows } of recordings) {
    const end = (rows.at(-1)?.at ?? 0) + 12;
    await intake.end(subject, end);
    const log =
      (await withSupervision(records, (tx) => findLogged(tx, "events", intake.watch, [subject], 0))).get(subject) ?? [];
    findings += log.length;
    const oracle = new Oracle(rows, end, HOLDS);
    for (const trigger of set.triggers) {
      const actual = linesOfLog(log, trigger).join("\n");
      const expected = linesByDefinition(trigger, oracle).join("\n");
      if (actual !== expected)
        differences.push(`${trigger.id} of ${subject}, ${trigger.text.en}\nlog:\n${actual}\ndefined:\n${expected}`);
    }
  }
  return { pairs: recordings.length * set.triggers.length, findings, late: intake.late.status(), differences };
}

/** Times are in ms from the start. */
function linesOfLog(log: readonly LoggedFinding[], { id }: CompiledTrigger): string[] {
  return log
    .filter(({ identity, status }) => identity.trigger === id && status !== "retracted")
    .map(({ identity, status, onsetObserved, levels, clearedAt }) =>
      status === "suppressed"
        ? `${identity.onset - START} swallowed`
        : [
            `${identity.onset - START} ${onsetObserved ? "observed" : "not observed"}`,
            ...levels.toSorted((a, b) => a.level - b.level).map(({ level, at }) => `level ${level} at ${at - START}`),
            ...(clearedAt === undefined ? [] : [`cleared ${clearedAt - START}`]),
          ].join(", "),
    );
}

function linesByDefinition({ core }: CompiledTrigger, oracle: Oracle): string[] {
  const lines: string[] = [];
  let open = -1;
  for (const { kind, at, level = 0, onsetObserved } of firingsOf(core, oracle)) {
    const time = Math.round(at * 1000);
    if (kind === "suppressed") lines.push(`${time} swallowed`);
    else if (kind === "onset")
      open = lines.push(`${time} ${onsetObserved ? "observed" : "not observed"}, level ${level} at ${time}`) - 1;
    else if (kind === "escalated") lines[open] += `, level ${level} at ${time}`;
    else if (kind === "cleared") lines[open] += `, cleared ${time}`;
  }
  return lines;
}
