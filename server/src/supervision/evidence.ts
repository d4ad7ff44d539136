/**
 * Has the frames around each finding copied to where retention does not reach them. At least once: a finding is
 * marked after the copy, so a crash in between copies again.
 */
import { SYSTEM_SUPERVISION, type Records } from "../records/mod.ts";
import { withSupervision } from "./firing-log.ts";
import { messageOf } from "../errors/mod.ts";

/** Copies the frames of a vehicle with event time in [from, to] (UTC ms) for a finding. */
export type CopyEvidence = (finding: string, vehicle: bigint, from: number, to: number) => Promise<void>;

const INTERVAL_MS = 5_000;
/** History gets a segment some seconds after supervision has stepped its blocks. */
const SETTLE_MS = 20_000;
const BATCH = 50;

export class EvidenceKeeper {
  readonly #records: Records;
  readonly #copy: CopyEvidence;
  readonly #now: () => number;
  readonly #log: { warn(fields: object, text: string): void } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #run: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(
    records: Records,
    copy: CopyEvidence,
    now: () => number,
    log?: { warn(fields: object, text: string): void },
  ) {
    this.#records = records;
    this.#copy = copy;
    this.#now = now;
    this.#log = log;
  }

  start(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#run = this.copyDue()
        .catch((error: unknown) =>
          this.#log?.warn({ reason: messageOf(error) }, "evidence not copied; it is tried again"),
        )
        .then(() => this.start());
    }, INTERVAL_MS);
    this.#timer.unref();
  }

  /** Copies what is due now: found some time ago, and its interval has ended. */
  async copyDue(): Promise<void> {
    const now = this.#now();
    const due = await this.#records.transact(SYSTEM_SUPERVISION, (tx) =>
      tx
        .selectFrom("findings")
        .select(["id", "vehicle", "evidence_from", "evidence_to"])
        .where("evidence_copied_at", "is", null)
        .where("vehicle", "is not", null)
        .where("detected_at", "<=", new Date(now - SETTLE_MS))
        .where("evidence_to", "<=", new Date(now - SETTLE_MS))
        .orderBy("ordinal")
        .limit(BATCH)
        .execute(),
    );
    for (const finding of due) {
      if (this.#stopped) return;
      if (finding.vehicle === null) continue;
      await this.#copy(finding.id, finding.vehicle, finding.evidence_from.getTime(), finding.evidence_to.getTime());
      await withSupervision(this.#records, (tx) =>
        tx
          .updateTable("findings")
          .set({ evidence_copied_at: new Date(now) })
          .where("id", "=", finding.id)
          .execute(),
      );
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#run;
  }
}
