/**
 * The engine of all cases: one transaction holds the action, the projection row, the duties and the ledger leaf. It knows no
 * kind of case; what an action does stands in the lifecycle tables of packages/casework.
 */
import { randomUUID } from "node:crypto";
import {
  apply,
  applyMigration,
  asOwed,
  DEADLINES,
  DECLINE,
  impossibleActions,
  isRoleCode,
  issuersOf,
  mergeInputs,
  MIGRATE,
  openActions,
  refusalOf,
  type CaseAction,
  type CaseActor,
  type Deadlines,
  type Folded,
  type FoldOptions,
  type Json,
  type Lifecycle,
  type Notice,
  type Refusal,
  type WorkCalendar,
  CN_WORK_CALENDAR,
} from "@sandglass/casework";
import { createId } from "../../access/ids.ts";
import { ERRORS, SandglassError, type ErrorParameters } from "../../errors/mod.ts";
import { appendLeaf } from "../../ledger/mod.ts";
import { isPerson, signatureOf, type Actor, type Records, type TransactOptions } from "../../records/mod.ts";
import { addCaseWords, wordsOfCase } from "../search/words.ts";
import { syncCaseAccess } from "./access-rows.ts";
import { newestLifecycle, type CaseType } from "./case-type.ts";
import { changedSince } from "./conflict.ts";
import { checkInput } from "./input.ts";
import { insertNotices, noticesOfAction } from "./notices.ts";
import { ActionRefusedError, CaseConflict } from "./refused.ts";
import {
  getCase,
  insertAction,
  insertCase,
  listActions,
  syncObligations,
  toAction,
  updateCase,
  type StoredCase,
} from "./store.ts";
import type { CaseChange, Unit } from "./unit.ts";

export interface ActionMeta {
  /** The version the actor saw; without it the action is taken on whatever the case is now. */
  readonly version?: number | undefined;
  /** A repeated call with the same id by the same actor changes nothing and answers as the first did. */
  readonly idempotencyId?: string | undefined;
  readonly purpose?: string | undefined;
}

export interface EngineOptions {
  readonly records: Records;
  /** UTC ms. */
  readonly now: () => number;
  readonly types: readonly CaseType[];
  readonly calendar?: WorkCalendar;
  readonly deadlines?: Deadlines;
}

/** acts: the action is taken · proposes: it then waits for a second person · confirms: it ends what another proposed. */
export type Rehearsed = "acts" | "proposes" | "confirms";

type Accepted = Extract<ReturnType<typeof apply>, { readonly kind: "accepted" }>;

interface Decision {
  readonly action: CaseAction;
  readonly outcome: Accepted;
}

/** What an action would come to. */
export interface Foreseen {
  readonly how: Rehearsed;
  readonly lifecycle: Lifecycle;
  /** Absent where the action opens the case. */
  readonly before: Folded | undefined;
  readonly outcome: Accepted;
}

/** Conflicts in a row after which an action is given up. */
const ATTEMPTS = 8;
/** Unique constraints that a concurrent twin of the same work runs into; the work then runs again and finds what the twin did. */
const TWINS = new Set(["case_actions_idempotency_unique", "case_actions_sequence_unique", "cases_one_order_per_item"]);

export class CaseEngine {
  readonly foldOptions: FoldOptions;
  readonly #records: Records;
  readonly #now: () => number;
  readonly #types: ReadonlyMap<string, CaseType>;
  readonly #listeners = new Set<(change: CaseChange) => void>();
  #ready: Promise<void> | undefined;

  constructor(options: EngineOptions) {
    this.#records = options.records;
    this.#now = options.now;
    this.#types = new Map(options.types.map((type) => [type.kind, type]));
    this.foldOptions = { calendar: options.calendar ?? CN_WORK_CALENDAR, deadlines: options.deadlines ?? DEADLINES };
  }

  /** Called once per action, after its commit. A listener that throws harms nobody. */
  onChange(listener: (change: CaseChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Every kind, in the order of discovery. */
  get types(): readonly CaseType[] {
    return [...this.#types.values()];
  }

  findType(kind: string): CaseType | undefined {
    return this.#types.get(kind);
  }

  typeOf(kind: string): CaseType {
    const type = this.#types.get(kind);
    if (type === undefined) throw new Error(`there is no kind of case ${kind}`);
    return type;
  }

  /** The lifecycle that a case is pinned to. @throws SG_CASE_DEFINITION */
  lifecycleOf(stored: Pick<StoredCase, "id" | "kind" | "definition">): Lifecycle {
    const found = this.typeOf(stored.kind).lifecycles.find((each) => each.version === stored.definition);
    if (found === undefined)
      throw new SandglassError(ERRORS.CASE_DEFINITION, {
        id: stored.id,
        definition: stored.definition,
        kind: stored.kind,
      });
    return found;
  }

  /** Runs work over cases as one transaction, again when another changed the same case meanwhile; then tells the listeners. */
  async transact<T>(actor: Actor, work: (unit: Unit) => Promise<T>, options: TransactOptions = {}): Promise<T> {
    await this.#prepared();
    for (let attempt = 1; ; attempt += 1) {
      const changes: CaseChange[] = [];
      try {
        const result = await this.#records.transact(
          actor,
          (tx) => {
            changes.length = 0;
            return work({ tx, actor, at: this.#now(), changes });
          },
          options,
        );
        this.#tell(changes);
        return result;
      } catch (cause) {
        if (attempt >= ATTEMPTS || !isTransient(cause)) throw cause;
      }
    }
  }

  /** Row policies know the kinds of this server before the first of them is touched. */
  #prepared(): Promise<void> {
    this.#ready ??= syncCaseAccess(this.#records, this.types).catch((cause: unknown) => {
      this.#ready = undefined;
      throw cause;
    });
    return this.#ready;
  }

  /** Opens a case. @returns it, or what an earlier call with the same idempotency id opened */
  async create(unit: Unit, kind: string, name: string, input: unknown, meta: ActionMeta = {}): Promise<StoredCase> {
    const type = this.typeOf(kind);
    const lifecycle = newestLifecycle(type);
    const earlier = await this.#earlier(unit, meta.idempotencyId);
    if (earlier !== undefined) {
      if (earlier.name !== name || earlier.sequence !== 1)
        throw new SandglassError(ERRORS.IDEMPOTENCY_REUSED, { idempotencyId: meta.idempotencyId ?? "" });
      return getCase(unit.tx, earlier.case_id, kind);
    }
    const { action, outcome } = await this.#decideOpening(unit, type, name, input);
    const id = createId(type.prefix);
    const { folded, notices } = outcome;
    await insertCase(unit.tx, id, lifecycle, folded, type.fieldsOf(folded.data), unit.at);
    await this.#record(unit, {
      id,
      type,
      lifecycle,
      action,
      meta,
      before: undefined,
      after: folded,
      proposed: false,
      notices,
    });
    const stored = { id, kind, definition: lifecycle.version, started: lifecycle.version, folded };
    await type.after?.(this, unit, stored, name);
    return stored;
  }

  /**
   * Takes one action on a case.
   * @throws SG_NOT_FOUND, SG_CASE_CHANGED, SG_CASE_INPUT, and ActionRefusedError (SG_ACTION_NOT_POSSIBLE, SG_ROLE_NOT_ALLOWED, SG_FOUR_EYES)
   */
  async act(
    unit: Unit,
    id: string,
    name: string,
    input: unknown,
    meta: ActionMeta & { readonly kind?: string } = {},
  ): Promise<StoredCase> {
    const stored = await getCase(unit.tx, id, meta.kind);
    const actor = toCaseActor(unit.actor, name);
    const type = this.typeOf(stored.kind);
    const lifecycle = this.lifecycleOf(stored);
    const before = stored.folded;
    const earlier = await this.#earlier(unit, meta.idempotencyId);
    if (earlier !== undefined) {
      if (earlier.name !== name || earlier.case_id !== id)
        throw new SandglassError(ERRORS.IDEMPOTENCY_REUSED, { idempotencyId: meta.idempotencyId ?? "" });
      return stored;
    }
    await this.#checkVersion(unit, stored, actor, meta);
    const { action, outcome } = await this.#decide(unit, stored, actor, name, input);
    const { folded: after, proposed, notices } = outcome;
    await updateCase(unit.tx, id, lifecycle, before, after, type.fieldsOf(after.data), action.at);
    await this.#record(unit, { id, type, lifecycle, action, meta, before, after, proposed, notices });
    const changed = { ...stored, folded: after };
    if (!proposed) await type.after?.(this, unit, changed, name);
    return changed;
  }

  /**
   * What `act` would come to now; nothing is written. What the action would set off in other cases is not looked at.
   * @throws what `act` would throw
   */
  async rehearse(unit: Unit, stored: StoredCase, name: string, input: unknown): Promise<Foreseen> {
    const { outcome } = await this.#decide(unit, stored, toCaseActor(unit.actor, name), name, input);
    const before = stored.folded;
    const confirmed = before.proposals.some((each) => each.name === name) ? "confirms" : "acts";
    return { how: outcome.proposed ? "proposes" : confirmed, lifecycle: this.lifecycleOf(stored), before, outcome };
  }

  /** The same of opening a case. @throws what `create` would throw */
  async rehearseOpening(unit: Unit, kind: string, name: string, input: unknown): Promise<Foreseen> {
    const type = this.typeOf(kind);
    const { outcome } = await this.#decideOpening(unit, type, name, input);
    return { how: "acts", lifecycle: newestLifecycle(type), before: undefined, outcome };
  }

  /** Everything that may refuse to open a case, and what it is then. */
  async #decideOpening(unit: Unit, type: CaseType, name: string, input: unknown): Promise<Decision> {
    const actor = toCaseActor(unit.actor, name);
    const lifecycle = newestLifecycle(type);
    const refusal = refusalOf(lifecycle, undefined, name, actor, unit.at);
    if (refusal !== undefined) throw new ActionRefusedError(name, refusal, [], []);
    checkInput(name, lifecycle.actions[name]!.input, input);
    const prepared = (await type.prepare?.(unit, actor, name, input, undefined)) ?? { input };
    const action: CaseAction = { id: randomUUID(), name, at: unit.at, actor, ...prepared };
    const outcome = apply(lifecycle, undefined, action, this.foldOptions);
    if (outcome.kind === "refused") throw new ActionRefusedError(name, outcome.refusal, [], []);
    return { action, outcome };
  }

  /** Everything that may refuse an action, and what the case is after it. */
  async #decide(unit: Unit, stored: StoredCase, actor: CaseActor, name: string, input: unknown): Promise<Decision> {
    const lifecycle = this.lifecycleOf(stored);
    const before = stored.folded;
    const refuse = (refusal: Refusal) => this.#refused(name, refusal, lifecycle, before, actor, unit.at);
    const refusal = refusalOf(lifecycle, before, name, actor, unit.at);
    if (refusal !== undefined) throw refuse(refusal);
    const proposal = before.proposals.find((each) => each.name === name);
    const merged = mergeInputs(proposal?.input, input as Json);
    checkInput(name, lifecycle.actions[name]!.input, merged);
    const type = this.typeOf(stored.kind);
    const prepared = (await type.prepare?.(unit, actor, name, merged, before, stored.id)) ?? { input: merged };
    // A case never goes back in time, even when the clock does.
    const at = Math.max(unit.at, before.since);
    const action: CaseAction = { id: randomUUID(), name, at, actor, ...prepared };
    const outcome = apply(lifecycle, before, action, this.foldOptions);
    if (outcome.kind === "refused") throw refuse(outcome.refusal);
    return { action, outcome };
  }

  /**
   * Drops a proposal that waits for a second person. Errors as `act`.
   * @param name the proposed action
   */
  async decline(unit: Unit, id: string, name: string, reasons: string, meta: ActionMeta = {}): Promise<StoredCase> {
    const stored = await getCase(unit.tx, id);
    const actor = toCaseActor(unit.actor, DECLINE);
    await this.#checkVersion(unit, stored, actor, meta);
    const lifecycle = this.lifecycleOf(stored);
    const before = stored.folded;
    const action: CaseAction = {
      id: randomUUID(),
      name: DECLINE,
      at: Math.max(unit.at, before.since),
      actor,
      input: { action: name, reasons },
    };
    const outcome = apply(lifecycle, before, action, this.foldOptions);
    if (outcome.kind === "refused") throw this.#refused(name, outcome.refusal, lifecycle, before, actor, unit.at);
    const { folded: after, notices } = outcome;
    const type = this.typeOf(stored.kind);
    await updateCase(unit.tx, id, lifecycle, before, after, type.fieldsOf(after.data), action.at);
    await this.#record(unit, { id, type, lifecycle, action, meta, before, after, proposed: false, notices });
    return { ...stored, folded: after };
  }

  /**
   * Moves a case to another version of its lifecycle, as an action of its own.
   * @throws SG_NOT_FOUND, SG_CASE_CHANGED, SG_CASE_VERSION, and ActionRefusedError
   */
  async migrate(unit: Unit, id: string, to: number, reasons: string, meta: ActionMeta = {}): Promise<StoredCase> {
    const stored = await getCase(unit.tx, id);
    const actor = toCaseActor(unit.actor, MIGRATE);
    await this.#checkVersion(unit, stored, actor, meta);
    const type = this.typeOf(stored.kind);
    const current = this.lifecycleOf(stored);
    const target = type.lifecycles.find((each) => each.version === to);
    if (target === undefined)
      throw new SandglassError(ERRORS.CASE_VERSION, {
        kind: stored.kind,
        version: to,
        possible: type.lifecycles.map((each) => String(each.version)),
      });
    const before = stored.folded;
    const action: CaseAction = {
      id: randomUUID(),
      name: MIGRATE,
      at: Math.max(unit.at, before.since),
      actor,
      input: { to, reasons },
      facts: { from: stored.definition },
    };
    const outcome = applyMigration(current, target, before, action);
    if (outcome.kind === "refused") throw this.#refused(MIGRATE, outcome.refusal, current, before, actor, unit.at);
    const { folded: after } = outcome;
    const { started } = stored;
    await updateCase(unit.tx, id, target, before, after, type.fieldsOf(after.data), action.at, { started });
    await this.#record(unit, {
      id,
      type,
      lifecycle: target,
      action,
      meta,
      before,
      after,
      proposed: false,
      notices: [],
    });
    return { ...stored, definition: target.version, folded: after };
  }

  /** @throws SG_CASE_CHANGED with the actions in between and what differs */
  async #checkVersion(unit: Unit, stored: StoredCase, actor: CaseActor, meta: ActionMeta): Promise<void> {
    const { version, state } = stored.folded;
    if (meta.version === undefined || meta.version === version) return;
    const seen = meta.version;
    const since = await changedSince(this, unit.tx, stored, actor, seen);
    // Only texts and numbers are ever put into the message; the lists go into the answer as they are.
    const { en: stateTitle, zh: stateTitleZh } = this.lifecycleOf(stored).states[state]!.title;
    const parameters = {
      id: stored.id,
      version,
      state,
      stateTitle,
      stateTitleZh,
      seen,
      ...since,
    } as unknown as ErrorParameters;
    throw new SandglassError(ERRORS.CASE_CHANGED, parameters);
  }

  #refused(
    name: string,
    refusal: Refusal,
    lifecycle: Lifecycle,
    folded: Folded,
    actor: CaseActor,
    at: number,
  ): ActionRefusedError {
    return new ActionRefusedError(
      name,
      refusal,
      openActions(lifecycle, folded, actor, at),
      impossibleActions(lifecycle, folded, actor, at),
    );
  }

  async #record(
    unit: Unit,
    change: {
      readonly id: string;
      readonly type: CaseType;
      readonly lifecycle: Lifecycle;
      readonly action: CaseAction;
      readonly meta: ActionMeta;
      readonly before: Folded | undefined;
      readonly after: Folded;
      readonly proposed: boolean;
      readonly notices: readonly Notice[];
    },
  ): Promise<void> {
    const { id, type, lifecycle, action, meta, before, after, proposed, notices } = change;
    const extent = lifecycle.extentOf(after.data);
    const [organisation] = extent.organisations;
    const [region] = extent.regions;
    const leaf = await appendLeaf(unit.tx, {
      kind: "case-action",
      subject: id,
      at: action.at,
      ...(organisation === undefined ? {} : { organisation }),
      ...(region === undefined ? {} : { region }),
      content: {
        case: id,
        kind: lifecycle.kind,
        definition: lifecycle.version,
        sequence: after.version,
        action: action.id,
        name: action.name,
        at: new Date(action.at).toISOString(),
        actor: signatureOf(unit.actor),
        input: action.input as never,
        facts: (action.facts ?? null) as never,
        purpose: meta.purpose ?? null,
        proposed,
        from: before?.state ?? null,
        to: after.state,
      },
    });
    await insertAction(unit.tx, {
      caseId: id,
      sequence: after.version,
      action,
      actor: unit.actor,
      purpose: meta.purpose,
      idempotencyId: meta.idempotencyId,
      proposed,
      from: before?.state,
      to: after.state,
      leaf,
    });
    const fields = type.fieldsOf(after.data);
    // Moved to another version, its fields may have other readers: every word is written anew.
    if (action.name === MIGRATE)
      await addCaseWords(
        unit.tx,
        id,
        wordsOfCase(lifecycle, fields.title, (await listActions(unit.tx, id)).map(toAction)),
        true,
      );
    else await addCaseWords(unit.tx, id, wordsOfCase(lifecycle, fields.title, [action]));
    const owed = asOwed(lifecycle, after.data);
    const opened = await syncObligations(
      unit.tx,
      id,
      owed,
      this.foldOptions.calendar,
      before?.obligations ?? [],
      after.obligations,
    );
    const told = { case: id, id: action.id, at: action.at, by: unit.actor.id };
    await insertNotices(unit.tx, noticesOfAction(owed, told, proposed, notices, opened));
    unit.changes.push({
      kind: lifecycle.kind,
      id,
      action: action.name,
      from: before?.state,
      state: after.state,
      version: after.version,
      title: fields.title,
      vehicles: fields.vehicles,
      project: fields.project,
      flags: after.flags,
      at: action.at,
      organisations: extent.organisations,
      regions: extent.regions,
      assigned: extent.assigned,
      departments: issuersOf(extent),
      object: lifecycle.object,
    });
  }

  async #earlier(unit: Unit, idempotencyId: string | undefined) {
    if (idempotencyId === undefined) return undefined;
    return unit.tx
      .selectFrom("case_actions")
      .select(["case_id", "name", "sequence"])
      .where("actor_id", "=", unit.actor.id)
      .where("idempotency_id", "=", idempotencyId)
      .executeTakeFirst();
  }

  #tell(changes: readonly CaseChange[]): void {
    for (const change of changes) {
      for (const listener of this.#listeners) {
        try {
          listener(change);
        } catch {
          // The action is committed; a listener's failure must not look like the action's.
        }
      }
    }
  }
}

/** @throws SG_FORBIDDEN for a role that the matrix does not know */
export function toCaseActor(actor: Actor, name = "act"): CaseActor {
  if (!isRoleCode(actor.role))
    throw new SandglassError(ERRORS.FORBIDDEN, { role: actor.role, object: "case", right: name });
  return {
    id: actor.id,
    role: actor.role,
    ...(actor.organisation === "" ? {} : { organisation: actor.organisation }),
    ...(actor.region === undefined ? {} : { region: actor.region }),
    ...(isPerson(actor) ? {} : { isPerson: false }),
  };
}

function isTransient(cause: unknown): boolean {
  if (cause instanceof CaseConflict) return true;
  if (!(cause instanceof Error) || !("code" in cause)) return false;
  // Serialization failure and deadlock: PostgreSQL has rolled the transaction back, so nothing of it happened.
  if (cause.code === "40001" || cause.code === "40P01") return true;
  return (
    cause.code === "23505" &&
    "constraint" in cause &&
    typeof cause.constraint === "string" &&
    TWINS.has(cause.constraint)
  );
}
