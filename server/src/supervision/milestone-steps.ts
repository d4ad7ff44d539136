/** Steps a replay through what is read, and does what is to be done at certain event times on the way. */
import type { SubjectReplay } from "./replay-subject.ts";
import type { RowChunk } from "./rows.ts";

export interface Milestone {
  /** Event time, UTC ms: the rows before it are stepped then, and no others. */
  readonly at: number;
  /** False: nothing further is to be stepped. */
  readonly act: () => boolean;
}

export class MilestoneSteps {
  readonly #replay: SubjectReplay;
  readonly #breathe: () => Promise<void>;
  /** Those to come, the next one first. */
  readonly #milestones: Milestone[];

  constructor(replay: SubjectReplay, breathe: () => Promise<void>, milestones: readonly Milestone[]) {
    this.#replay = replay;
    this.#breathe = breathe;
    this.#milestones = milestones.toSorted((a, b) => a.at - b.at);
  }

  /** Steps the rows, which are all before `to` that were not stepped. False: a milestone stopped it. */
  async through(chunks: AsyncIterable<RowChunk>, to: number): Promise<boolean> {
    for await (const chunk of chunks) {
      if (chunk.count === 0) continue;
      const last = chunk.time[chunk.count - 1];
      this.#replay.add(chunk);
      if (!this.pass(last)) return false;
      // The last instant of a chunk may go on in the next one.
      this.#replay.stepTo(last);
      await this.#breathe();
    }
    if (!this.pass(to)) return false;
    this.#replay.stepTo(to);
    return true;
  }

  /** Does what is to be done up to `time`: every row before it was added. */
  pass(time: number): boolean {
    for (let next = this.#milestones[0]; next !== undefined && next.at <= time; next = this.#milestones[0]) {
      this.#milestones.shift();
      this.#replay.stepTo(next.at);
      if (this.#replay.stepped > 0) this.#replay.runTo(next.at);
      if (!next.act()) return false;
    }
    return true;
  }
}
