/** Runs the backtests that were asked for, one after the other; what a stop interrupted begins again at the next start. */
import type { Attributes } from "@sandglass/triggers";
import { parseSubjectId, parseVehicleId, type HistoryScope } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { History } from "../history/mod.ts";
import { SYSTEM_RULEBOOK, type Actor, type Records, type Tx } from "../records/mod.ts";
import { knownSubjects, registeredMembers, vehicleAttributes } from "../supervision/mod.ts";
import { scopesOfBacktest, type ScopesOfReaders } from "./backtest-scopes.ts";
import { runBacktest, type BacktestOutput, type BacktestPorts } from "./backtest/run.ts";
import { differenceOf, reportOf, type ReportContext } from "./backtest/report.ts";
import { shownBy, shownDifference, shownReport } from "./backtest/shown.ts";
import {
  failBacktest,
  finishBacktest,
  noteProgress,
  takeBacktest,
  type Backtest,
  type BacktestReport,
  type BacktestRequest,
} from "./backtests.ts";
import { compileRules } from "./compile.ts";

const PROGRESS_MS = 1000;
const IDLE_MS = 30_000;
/** Keys in one question to the registry. */
const KEYS = 5000;

export interface RunnerOptions {
  readonly records: Records;
  readonly history: BacktestPorts["history"] & Pick<History, "contentDigest">;
  readonly scopes: ScopesOfReaders;
  /** For the files of rows. */
  readonly folder: string;
  readonly now: () => number;
  readonly warn: (fields: object, text: string) => void;
  readonly onChange: (backtest: Pick<Backtest, "id" | "state" | "organisation">) => void;
}

export class BacktestRunner {
  readonly #options: RunnerOptions;
  #closed = false;
  #wake: (() => void) | undefined;
  #running: { readonly id: string; readonly controller: AbortController } | undefined;
  readonly #done: Promise<void>;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#done = this.#loop();
  }

  /** A backtest was asked for. */
  wake(): void {
    this.#wake?.();
  }

  /** A backtest was cancelled in the records. */
  cancel(id: string): void {
    if (this.#running?.id === id) this.#running.controller.abort(new Error("cancelled"));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#running?.controller.abort(new Error("the server stops"));
    this.wake();
    await this.#done;
  }

  async #loop(): Promise<void> {
    const { records, now, warn } = this.#options;
    while (!this.#closed) {
      try {
        const next = await records.transact(SYSTEM_RULEBOOK, (tx) => takeBacktest(tx, now()));
        if (next === undefined) await this.#idle();
        else await this.#run(next);
      } catch (error) {
        if (this.#closed) return;
        warn({ error }, "backtests pause; trying again");
        await this.#idle();
      }
    }
  }

  async #idle(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, IDLE_MS);
    this.#wake = resolve;
    await promise;
    clearTimeout(timer);
    this.#wake = undefined;
  }

  async #run(backtest: Backtest): Promise<void> {
    const { records, now, warn, onChange } = this.#options;
    const controller = new AbortController();
    this.#running = { id: backtest.id, controller };
    try {
      const report = await this.#judge(backtest, controller);
      await records.transact(SYSTEM_RULEBOOK, (tx) => finishBacktest(tx, backtest, report, now()));
      onChange({ ...backtest, state: "done" });
    } catch (error) {
      // A stop leaves it to the next start; a cancelled one is settled in the records.
      if (this.#closed || controller.signal.aborted) return;
      warn({ error, backtest: backtest.id }, "a backtest failed");
      const reason = error instanceof SandglassError ? `${error.code}: ${error.message}` : (error as Error).message;
      await records.transact(SYSTEM_RULEBOOK, (tx) => failBacktest(tx, backtest.id, reason, now()));
      onChange({ ...backtest, state: "failed" });
    } finally {
      this.#running = undefined;
    }
  }

  async #judge(backtest: Backtest, controller: AbortController): Promise<BacktestReport> {
    const { records, history, scopes, folder, now, onChange } = this.#options;
    const request = backtest.request as BacktestRequest;
    const started = now();
    const texts = [request.text, ...(request.baseline === undefined ? [] : [request.baseline])].map((text) => ({
      sources: [{ text }],
      regions: request.regions,
    }));
    const sets = texts.map((each) => ({ set: compileRules(each), texts: each }));
    const { throughSeq, segments, digest } = await history.contentDigest();
    const throughEventSeq = history.status().storedEventSeq;
    const { judged, shown, subjects } = await scopesOfBacktest(scopes, requesterOf(backtest));
    let told = 0;
    const output = await runBacktest(
      {
        sets,
        from: request.from,
        to: request.to,
        throughSeq,
        throughEventSeq,
        ...(request.vehicles === undefined ? {} : { vehicles: keysOf(request.vehicles) }),
      },
      {
        history,
        scope: judged,
        subjectScope: subjects,
        subjectAttributes: (keys) => records.transact(SYSTEM_RULEBOOK, (tx) => subjectAttributes(tx, keys)),
        attributesOf: (vehicles) => records.transact(SYSTEM_RULEBOOK, (tx) => attributesOf(tx, vehicles)),
        members: (kind) => records.transact(SYSTEM_RULEBOOK, (tx) => registeredMembers(tx, kind)),
        folder,
        signal: controller.signal,
        progress: (done, total) => {
          if (now() - told < PROGRESS_MS && done < total) return;
          told = now();
          void records
            .transact(SYSTEM_RULEBOOK, (tx) => noteProgress(tx, backtest.id, done, total))
            .then((isWanted) => {
              if (!isWanted) controller.abort(new Error("cancelled"));
              else onChange(backtest);
            })
            .catch(() => undefined);
        },
      },
    );
    return {
      ...reportsOf(sets, output, request, shown),
      data: {
        from: request.from,
        to: request.to,
        rows: output.rows,
        vehicles: output.vehicles.length,
        throughSeq,
        segments,
        digest,
        registry: output.registry,
        judged: output.judged,
        events: { ...output.events, throughSeq: throughEventSeq },
      },
      tookMs: now() - started,
    };
  }
}

/** Who asked, as the rights of a backtest go by. */
function requesterOf(backtest: Backtest): Actor {
  return {
    kind: "person",
    id: backtest.requested_by,
    role: backtest.requested_role,
    organisation: backtest.organisation,
    ...(backtest.requested_region === null ? {} : { region: backtest.requested_region }),
  };
}

function keysOf(ids: readonly string[]): bigint[] {
  return ids.map((id) => {
    const key = parseVehicleId(id) ?? parseSubjectId(id);
    if (key === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
    return key;
  });
}

async function attributesOf(tx: Tx, vehicles: readonly bigint[]): Promise<ReadonlyMap<bigint, Attributes>> {
  const known = new Map<bigint, Attributes>();
  for (let at = 0; at < vehicles.length; at += KEYS) {
    for (const [key, attributes] of await vehicleAttributes(tx, vehicles.slice(at, at + KEYS)))
      known.set(key, attributes);
  }
  return known;
}

async function subjectAttributes(tx: Tx, keys: readonly bigint[]): Promise<ReadonlyMap<bigint, Attributes>> {
  const known = new Map<bigint, Attributes>();
  for (let at = 0; at < keys.length; at += KEYS)
    for (const [key, { attributes }] of await knownSubjects(tx, keys.slice(at, at + KEYS))) known.set(key, attributes);
  return known;
}

function reportsOf(
  sets: readonly { readonly set: ReportContext["set"] }[],
  output: BacktestOutput,
  { to }: BacktestRequest,
  scope: HistoryScope,
): Pick<BacktestReport, "set" | "baseline" | "difference"> {
  const isShown = shownBy(scope);
  const [here, baseline] = sets.map(({ set }, index) => ({ result: output.sets[index], context: { set, to } }));
  const reported = ({ result, context }: typeof here) => shownReport(reportOf(result, context), isShown);
  if (baseline === undefined) return { set: reported(here) };
  return {
    set: reported(here),
    baseline: reported(baseline),
    difference: shownDifference(differenceOf(here, baseline), isShown),
  };
}
