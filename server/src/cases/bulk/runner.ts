/**
 * Takes the actions of running bulk runs, one case after another, each as the person who started the run and through the
 * engine's own way: in a transaction that holds the action and the row's outcome, so that a restart neither repeats nor loses one.
 */
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { SYSTEM_CLOCK, type Actor, type Records } from "../../records/mod.ts";
import type { CaseEngine } from "../engine/engine.ts";
import { refusalOfError, type KeptRefusal } from "./refusal.ts";
import {
  actorOfRun,
  endRow,
  endRun,
  expirePreviews,
  listRunning,
  listWaiting,
  lockRow,
  type BulkRun,
  type WaitingRow,
} from "./runs.ts";

export interface BulkRunnerOptions {
  readonly engine: CaseEngine;
  readonly records: Records;
  /** UTC ms. */
  readonly now: () => number;
  /** Whether the person still holds the office and the credential the run was started with. */
  readonly isStanding: (actor: Actor) => Promise<boolean>;
}

/** Rows of one run before the next run has its turn. */
const TURN = 20;
/** Failures of the server over one row, after which the others go on without it. */
const ATTEMPTS = 5;

export class BulkRunner {
  readonly #options: BulkRunnerOptions;
  #isStopped = false;

  constructor(options: BulkRunnerOptions) {
    this.#options = options;
  }

  /** Between two cases. */
  stop(): void {
    this.#isStopped = true;
  }

  /**
   * Works until no run has a row that waits.
   * @returns how many rows came to an end
   * @throws AggregateError of failures that may pass; their rows are tried again by the next call
   */
  async drain(): Promise<number> {
    const { records, now } = this.#options;
    await expirePreviews(records, now());
    let ended = 0;
    for (;;) {
      const runs = await listRunning(records);
      const failures: unknown[] = [];
      for (const run of runs) ended += await this.#turn(run, failures);
      if (failures.length > 0) throw new AggregateError(failures, "some cases of a bulk action could not be handled");
      if (runs.length === 0 || this.#isStopped) return ended;
    }
  }

  async #turn(run: BulkRun, failures: unknown[]): Promise<number> {
    const { records, now } = this.#options;
    const rows = await listWaiting(records, run, TURN);
    if (rows.length === 0) {
      await endRun(records, run.id, now());
      return 0;
    }
    const actor = actorOfRun(run);
    if (!(await this.#options.isStanding(actor))) return this.#refuseAll(run, rows);
    let ended = 0;
    for (const row of rows) {
      if (this.#isStopped) break;
      try {
        if (await this.#take(run, row, actor)) ended += 1;
      } catch (cause) {
        failures.push(cause);
      }
    }
    return ended;
  }

  /** @throws what is no answer but a failure */
  async #take(run: BulkRun, row: WaitingRow, actor: Actor): Promise<boolean> {
    const { engine } = this.#options;
    try {
      return await engine.transact(actor, async (unit) => {
        if (!(await lockRow(unit.tx, run.id, row.position))) return false;
        const { folded } = await engine.act(unit, row.case_id, run.action, row.input, {
          kind: run.kind,
          version: row.version,
          idempotencyId: `${run.id}:${row.case_id}`,
          purpose: run.purpose ?? undefined,
        });
        const isProposed = folded.proposals.some((each) => each.name === run.action);
        const outcome = isProposed ? "proposed" : "done";
        await endRow(unit.tx, run.id, row.position, { outcome, sequence: folded.version }, unit.at);
        return true;
      });
    } catch (cause) {
      const refusal = refusalOfError(cause);
      if (refusal === undefined) return this.#failed(run, row, cause);
      const found = cause instanceof SandglassError ? cause.parameters.version : undefined;
      const isChanged = refusal.code === ERRORS.CASE_CHANGED.code && typeof found === "number";
      await this.#end(run, row, refusal, isChanged ? { found } : {}, actor);
      return true;
    }
  }

  async #failed(run: BulkRun, row: WaitingRow, cause: unknown): Promise<boolean> {
    const { records, now } = this.#options;
    // A database that is not there is no fault of the case.
    if (cause instanceof SandglassError) throw cause;
    const attempts = row.attempts + 1;
    const { code, en, zh } = ERRORS.BULK_FAILED;
    const end =
      attempts < ATTEMPTS
        ? { outcome: null, attempts }
        : { outcome: "failed" as const, attempts, code, reason: JSON.stringify({ en, zh }) };
    await records.transact(SYSTEM_CLOCK, (tx) => endRow(tx, run.id, row.position, end, now()));
    throw cause;
  }

  async #refuseAll(run: BulkRun, rows: readonly WaitingRow[]): Promise<number> {
    const { code, en, zh } = ERRORS.BULK_ACTOR;
    for (const row of rows) await this.#end(run, row, { code, reason: { en, zh } }, {}, SYSTEM_CLOCK);
    return rows.length;
  }

  async #end(
    run: BulkRun,
    row: WaitingRow,
    { code, reason }: KeptRefusal,
    more: { readonly found?: number },
    actor: Actor,
  ): Promise<void> {
    const { records, now } = this.#options;
    const end = { outcome: "refused" as const, code, reason: JSON.stringify(reason), ...more };
    await records.transact(actor, (tx) => endRow(tx, run.id, row.position, end, now()), { retry: true });
  }
}
