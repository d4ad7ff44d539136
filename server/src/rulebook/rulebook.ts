/** Drafts, backtests and publications as an actor sees them, and the runner behind. */
import { regionsOf, type Region, type TriggerSet } from "@sandglass/triggers";
import type { Actor, Records, Tx } from "../records/mod.ts";
import type { DraftState } from "../records/tables/rulebook.ts";
import { requireReach, scopesOfBacktest } from "./backtest-scopes.ts";
import {
  cancelBacktest,
  createBacktest,
  getBacktest,
  listBacktests,
  type Backtest,
  type BacktestRequest,
} from "./backtests.ts";
import { compileRules, findSetHash } from "./compile.ts";
import {
  changeDraft,
  createDraft,
  getDraft,
  listDrafts,
  moveDraft,
  requireProposer,
  type Draft,
  type DraftInput,
} from "./drafts.ts";
import { runRuleTests, type TestRun } from "./governance.ts";
import { endPublication, listPublications, publishDraft, type Publication } from "./publications.ts";
import { BacktestRunner, type RunnerOptions } from "./runner.ts";

export interface RulebookOptions extends Omit<RunnerOptions, "onChange"> {
  /** Regions that `inside(…)` may name in a text of the actor. */
  readonly regions: (actor: Actor) => readonly Region[];
  /** Notes, in the transaction that puts a set in force, which regions it means … */
  readonly pinRegions?: (tx: Tx, set: TriggerSet) => Promise<void>;
  /** … and is told after the commit. */
  readonly regionsPinned?: () => Promise<void>;
}

export type RulebookChange =
  | { readonly kind: "backtest"; readonly id: string; readonly state: string; readonly organisation: string }
  | { readonly kind: "published"; readonly id: string };

/** A published set at work. */
export type DraftContent = Omit<DraftInput, "setHash">;

export class Rulebook {
  readonly #options: RulebookOptions;
  readonly #records: Records;
  readonly #runner: BacktestRunner;
  readonly #listeners = new Set<(change: RulebookChange) => void>();

  constructor(options: RulebookOptions) {
    this.#options = options;
    this.#records = options.records;
    this.#runner = new BacktestRunner({
      ...options,
      onChange: ({ id, state, organisation }) => this.#tell({ kind: "backtest", id, state, organisation }),
    });
  }

  /** @returns stops listening */
  onChange(listener: (change: RulebookChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  createDraft(actor: Actor, input: DraftContent): Promise<Draft> {
    const setHash = findSetHash(this.#texts(actor, input.text));
    return this.#transact(actor, (tx) => createDraft(tx, actor, { ...input, setHash }, this.#options.now()));
  }

  changeDraft(
    actor: Actor,
    id: string,
    { revision, ...input }: DraftContent & { readonly revision: number },
  ): Promise<Draft> {
    const setHash = findSetHash(this.#texts(actor, input.text));
    return this.#transact(actor, (tx) =>
      changeDraft(tx, actor, id, revision, { ...input, setHash }, this.#options.now()),
    );
  }

  /** Runs test cases against a text. @throws SG_RULE_INVALID */
  runTests(actor: Actor, text: string, tests: string): TestRun {
    return runRuleTests(compileRules(this.#texts(actor, text)), tests);
  }

  withdrawDraft(actor: Actor, id: string): Promise<Draft> {
    return this.#transact(actor, (tx) => moveDraft(tx, actor, id, "withdrawn", this.#options.now()));
  }

  draft(actor: Actor, id: string): Promise<Draft> {
    return this.#transact(actor, (tx) => getDraft(tx, id));
  }

  drafts(
    actor: Actor,
    filter: { readonly state?: DraftState | undefined; readonly limit: number; readonly below?: bigint | undefined },
  ): Promise<Draft[]> {
    return this.#transact(actor, (tx) => listDrafts(tx, filter));
  }

  /**
   * @param known what `inside(…)` may name; by default what the actor may name today
   * @throws SG_RULE_INVALID, SG_FORBIDDEN, SG_BACKTEST_REACHES_NOBODY
   */
  async requestBacktest(
    actor: Actor,
    request: Omit<BacktestRequest, "regions">,
    known: readonly Region[] = this.#options.regions(actor),
    project?: string,
  ): Promise<Backtest> {
    const compile = (text: string): TriggerSet => compileRules({ sources: [{ text }], regions: known });
    const set = compile(request.text);
    const { hash } = set;
    const baseline = request.baseline === undefined ? undefined : compile(request.baseline);
    // The geometry itself: the run can be made again whatever the registry says later.
    const named = new Set([set, ...(baseline === undefined ? [] : [baseline])].flatMap(regionIdsOf));
    const regions = known.filter(({ id }) => named.has(id));
    if (project === undefined) requireProposer(actor);
    requireReach(actor, set, await scopesOfBacktest(this.#options.scopes, actor));
    const created = await this.#transact(actor, (tx) =>
      createBacktest(tx, actor, { ...request, regions }, hash, this.#options.now(), project),
    );
    this.#runner.wake();
    return created;
  }

  backtest(actor: Actor, id: string): Promise<Backtest> {
    return this.#transact(actor, (tx) => getBacktest(tx, id));
  }

  backtests(actor: Actor, filter: Parameters<typeof listBacktests>[1]): ReturnType<typeof listBacktests> {
    return this.#transact(actor, (tx) => listBacktests(tx, filter));
  }

  async cancelBacktest(actor: Actor, id: string): Promise<Backtest> {
    const cancelled = await this.#transact(actor, (tx) => cancelBacktest(tx, actor, id, this.#options.now()));
    this.#runner.cancel(id);
    return cancelled;
  }

  /** Identity of what a text compiles to; undefined while it does not. */
  setHashOf(actor: Actor, text: string): string | undefined {
    return findSetHash(this.#texts(actor, text));
  }

  async publish(
    actor: Actor,
    input: { readonly draft: string; readonly backtest: string; readonly reason: string },
  ): Promise<Publication> {
    const { pinRegions, regionsPinned } = this.#options;
    const publication = await this.#transact(actor, async (tx) => {
      const compiled: TriggerSet[] = [];
      const compile = (text: string): TriggerSet => {
        const set = compileRules(this.#texts(actor, text));
        compiled.push(set);
        return set;
      };
      const made = await publishDraft(tx, actor, input, compile, this.#options.now());
      for (const set of compiled) await pinRegions?.(tx, set);
      return made;
    });
    await regionsPinned?.();
    this.#tell({ kind: "published", id: publication.id });
    return publication;
  }

  async endPublication(actor: Actor, id: string, reason: string): Promise<Publication> {
    const ended = await this.#transact(actor, (tx) => endPublication(tx, actor, id, reason, this.#options.now()));
    this.#tell({ kind: "published", id });
    return ended;
  }

  publications(actor: Actor, filter: Parameters<typeof listPublications>[1]): Promise<Publication[]> {
    return this.#transact(actor, (tx) => listPublications(tx, filter, this.#options.now()));
  }

  async close(): Promise<void> {
    await this.#runner.close();
  }

  #texts(actor: Actor, text: string) {
    return { sources: [{ text }], regions: this.#options.regions(actor) };
  }

  #transact<T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#records.transact(actor, work);
  }

  #tell(change: RulebookChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

const regionIdsOf = (set: TriggerSet): string[] => regionsOf(set).map(({ region }) => region);
