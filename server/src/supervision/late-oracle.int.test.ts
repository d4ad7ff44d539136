/**
 * Random triggers on random arrivals: late rows, corrections that are issued again, repetitions. What the log says in the
 * end is what the definitions of the language say of the rows in order of time, looked at one instant after the other.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  compileTriggers,
  createMonitor,
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
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import { CarriedFindings } from "./carry.ts";
import { EventFindingBuilder } from "./events/event-finding-builder.ts";
import { EventSubjects } from "./events/event-subjects.ts";
import type { EventWatch } from "./events/event-watch.ts";
import type { FindingChange } from "./finding-change.ts";
import { withSupervision, writeChanges } from "./firing-log.ts";
import { LateData } from "./late-data.ts";
import { isAboutReception } from "./late-replay.ts";
import { INVALID, NO_SAMPLE, RowBuilder, VALID, type RowSource } from "./rows.ts";
import { isFiring } from "./translate-firing.ts";
import { saveTriggerVersions } from "./trigger-versions.ts";

const SEEDS = [20_261_122, 1, 12];
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

/** Stretches of observations with long gaps between them: replays begin and end between them, too. */
function recording(choice: Choice): Row[] {
  const rows: Row[] = [];
  for (let stretch = 0, begin = 0; stretch < 3; stretch++) {
    const own = randomRows(choice).map(({ at, samples }) => ({ at: begin + at, samples }));
    rows.push(...own);
    begin = (own.at(-1)?.at ?? begin) + choice.integer(20, 130);
  }
  return rows;
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

let records: TestRecords;
before(async () => void (records = await openTestRecords()));
after(() => records.close());

function compile(choice: Choice): TriggerSet {
  const texts: string[] = [];
  while (texts.length < TRIGGERS) {
    const text = randomTrigger(choice).slice(DECLARATIONS.length).replace("trigger R ", `trigger R${texts.length} `);
    const result = compileTriggers([{ text: DECLARATIONS + text }], [], { declarations: true });
    // Silences are about reception: what comes late does not undo them. The log knows when a cooldown began to the
    // millisecond, the engine to its half; on whole seconds that decides.
    if (result.ok && !text.includes("cooldown") && !result.set.triggers.some(isAboutReception)) texts.push(text);
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
  readonly #builder = new EventFindingBuilder(this.subjects, new CarriedFindings());
  #changes: FindingChange[] = [];
  #now = START;

  constructor(set: TriggerSet, choice: Choice) {
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
    this.#builder.at(known.row, this.#stored.length, this.#now);
    this.watch.monitor.step(this.#state(known.row), time, values, present, this.#stored.length, this.#emit);
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
    if (changes.length > 0) await withSupervision(records, (tx) => writeChanges(tx, changes, undefined));
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

for (const [index, seed] of SEEDS.entries())
  test(`the log of late data is that of the definitions on the rows in order of time, seed ${seed}`, () =>
    compare(seed, 100 * index));

/** @param base vehicles count from there on */
async function compare(seed: number, base: number): Promise<void> {
  const choice = choicesOf(seed);
  const set = compile(choice);
  await withSupervision(records, (tx) => saveTriggerVersions(tx, [{ set }]));
  const intake = new Intake(set, choice);
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
  const { replayed, retracted, amended, found } = intake.late.status();
  assert.ok(Math.min(replayed, retracted, amended, found) > 2, JSON.stringify(intake.late.status()));
  for (const { subject, rows } of recordings) {
    const end = (rows.at(-1)?.at ?? 0) + 12;
    await intake.end(subject, end);
  }
  const log = await records.asSuperuser(
    `select trigger_id, vehicle::text, status, suppressed_by, level, onset_observed, onset, cleared_at from findings
     where status <> 'retracted' and vehicle > ${base} and vehicle <= ${base + SUBJECTS} order by onset`,
  );
  assert.ok(log.length > 3 * TRIGGERS, `${log.length} findings`);
  const secondOf = (time: unknown): number | undefined =>
    time === null ? undefined : ((time as Date).getTime() - START) / 1000;
  for (const { subject, rows } of recordings) {
    const end = (rows.at(-1)?.at ?? 0) + 12;
    const oracle = new Oracle(rows, end, HOLDS);
    for (const { id, core } of set.triggers) {
      const expected: string[] = [];
      for (const { kind, at, level = 0, onsetObserved } of firingsOf(core, oracle)) {
        if (kind === "onset") expected.push(`${at} ${onsetObserved} level ${level}`);
        else if (kind === "suppressed") expected.push(`${at} swallowed`);
        else if (kind === "escalated") expected.push((expected.pop() ?? "").replace(/level .*/, `level ${level}`));
        else if (kind === "cleared") {
          const open = expected.findLastIndex((line) => !line.endsWith("swallowed"));
          expected[open] += ` cleared ${at}`;
        }
      }
      const actual = log
        .filter((row) => row["trigger_id"] === id && row["vehicle"] === String(subject))
        .map(({ status, level, onset, onset_observed: observed, cleared_at: cleared }) =>
          status === "suppressed"
            ? `${secondOf(onset)} swallowed`
            : `${secondOf(onset)} ${observed} level ${level}${cleared === null ? "" : ` cleared ${secondOf(cleared)}`}`,
        );
      assert.deepEqual(actual, expected, `${id} of ${subject}: ${set.triggers.find((t) => t.id === id)?.text.en}`);
    }
  }
}
