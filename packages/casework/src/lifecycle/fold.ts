/**
 * The one rule of what an action does: `apply` accepts or refuses, `fold` replays a history. Possible actions, the server's
 * refusals and the console's buttons all come from here, so they cannot disagree. Deterministic: time comes with the action.
 */
import { allows, type CaseActor } from "../access/extent.ts";
import { CaseworkError } from "../errors.ts";
import type { Text } from "../text.ts";
import { ROLES, type RoleCode } from "../access/roles.ts";
import {
  deadlineOf,
  type ActionDefinition,
  type CaseAction,
  type Context,
  type Effect,
  type Folded,
  type FoldOptions,
  type Json,
  type Lifecycle,
  type NoticeDefinition,
} from "./definition.ts";
import {
  endObligation,
  openObligation,
  pauseObligation,
  reopenObligation,
  resetObligation,
  resumeObligation,
  type Limits,
  type Obligation,
} from "./obligation.ts";

/** Why an action is refused. `kind` is the first thing that stands against it. */
export type Refusal =
  | { readonly kind: "unknown" | "state"; readonly code: "SG_ACTION_NOT_POSSIBLE"; readonly reason: Text }
  | { readonly kind: "role"; readonly code: "SG_ROLE_NOT_ALLOWED"; readonly reason: Text }
  | { readonly kind: "guard"; readonly code: "SG_ACTION_NOT_POSSIBLE"; readonly guard: string; readonly reason: Text }
  | { readonly kind: "fourEyes"; readonly code: "SG_FOUR_EYES"; readonly reason: Text };

export type Outcome<State extends string, Flag extends string, Data> =
  | {
      readonly kind: "accepted";
      readonly folded: Folded<State, Flag, Data>;
      readonly proposed: boolean;
      /** Who is told what of this action, by its own definition. */
      readonly notices: readonly Notice[];
    }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** What persons of some roles are told. */
export interface Notice {
  readonly to: readonly RoleCode[];
  readonly text: Text;
  readonly urgent: boolean;
}

/** Name of the action by which a second person, or who proposed it, drops a proposal; input `{action, reasons}`. */
export const DECLINE = "$decline";

/** Replays a history. @throws CaseworkError SG_CASE_HISTORY when an action of it is not possible where it stands. */
export function fold<State extends string, Flag extends string, Data>(
  lifecycle: Lifecycle<State, Flag, Data>,
  actions: readonly CaseAction[],
  options: FoldOptions,
  from?: Folded<State, Flag, Data>,
): Folded<State, Flag, Data> {
  let folded = from;
  for (const action of actions) {
    const outcome = apply(lifecycle, folded, action, options);
    if (outcome.kind === "refused") {
      const { reason } = outcome.refusal;
      throw new CaseworkError("SG_CASE_HISTORY", {
        en: `Action ${action.name} (${action.id}) cannot stand in the history: ${reason.en}`,
        zh: `操作 ${action.name}（${action.id}）与案件历史不符：${reason.zh}`,
      });
    }
    folded = outcome.folded;
  }
  if (folded === undefined)
    throw new CaseworkError("SG_CASE_HISTORY", { en: "The history is empty", zh: "案件历史为空" });
  return folded;
}

/** Takes one action on what the history amounts to so far (undefined: the case does not exist yet). */
export function apply<State extends string, Flag extends string, Data>(
  lifecycle: Lifecycle<State, Flag, Data>,
  folded: Folded<State, Flag, Data> | undefined,
  action: CaseAction,
  options: FoldOptions,
): Outcome<State, Flag, Data> {
  if (action.name === DECLINE && folded !== undefined) return decline(lifecycle, folded, action);
  const before = folded ?? beginning(lifecycle, action.at);
  const refusal = refusalOf(lifecycle, folded, action.name, action.actor, action.at);
  if (refusal !== undefined) return { kind: "refused", refusal };
  const definition = lifecycle.actions[action.name]!;
  const proposal = before.proposals.find((each) => each.name === action.name);
  // What stood behind the actor is a question of the moment, not part of the history: no data may hold it.
  const { isPerson: _, ...actor } = action.actor;
  const context: Context<State, Flag, Data, never> = {
    before,
    data: before.data,
    input: mergeInputs(proposal?.input, action.input) as never,
    facts: isObject(action.facts) ? action.facts : {},
    actor,
    at: action.at,
    id: action.id,
  };
  const failed = definition.guards?.find((guard) => guard.needs === "input" && !guard.holds(context));
  if (failed !== undefined) return { kind: "refused", refusal: guardRefusal(failed) };
  if (definition.fourEyes !== undefined && proposal === undefined) {
    const { name, id, at, input } = action;
    const proposals = [...before.proposals, { name, action: id, actor, at, input }];
    return {
      kind: "accepted",
      folded: { ...before, proposals, version: before.version + 1 },
      proposed: true,
      notices: [{ to: definition.confirmers ?? definition.roles, text: proposalText(definition), urgent: false }],
    };
  }
  return {
    kind: "accepted",
    folded: execute(lifecycle, definition, context, folded === undefined, options),
    proposed: false,
    notices: (definition.notifies ?? []).flatMap((notice) => noticeOf(notice, definition, context)),
  };
}

function noticeOf<State extends string, Flag extends string, Data>(
  notice: NoticeDefinition<State, Flag, Data, never>,
  { title }: { readonly title: Text },
  context: Context<State, Flag, Data, never>,
): readonly Notice[] {
  if (notice.when?.(context) === false) return [];
  return [{ to: notice.to, text: notice.text?.(context) ?? title, urgent: notice.urgent === true }];
}

function proposalText({ title }: { readonly title: Text }): Text {
  return { en: `To be confirmed by a second person: ${title.en}`, zh: `须由另一人确认：${title.zh}` };
}

/** Who may drop a proposal: whoever proposed it, and everyone who could confirm it. */
function decline<State extends string, Flag extends string, Data>(
  lifecycle: Lifecycle<State, Flag, Data>,
  folded: Folded<State, Flag, Data>,
  action: CaseAction,
): Outcome<State, Flag, Data> {
  const { actor } = action;
  const name = isObject(action.input) && typeof action.input.action === "string" ? action.input.action : "";
  const proposal = folded.proposals.find((each) => each.name === name);
  const definition = lifecycle.actions[name];
  if (proposal === undefined || definition === undefined) {
    const reason = { en: `No proposal of "${name}" is waiting`, zh: `没有待确认的“${name}”` };
    return { kind: "refused", refusal: { kind: "state", code: "SG_ACTION_NOT_POSSIBLE", reason } };
  }
  const mayDecline =
    isWithin(lifecycle, folded.data, actor) &&
    (proposal.actor.id === actor.id || (definition.confirmers ?? definition.roles).includes(actor.role));
  if (!mayDecline) return { kind: "refused", refusal: roleRefusal(definition) };
  const proposals = folded.proposals.filter((each) => each !== proposal);
  return {
    kind: "accepted",
    folded: { ...folded, proposals, version: folded.version + 1 },
    proposed: false,
    notices: [
      {
        to: [proposal.actor.role],
        text: { en: `Not confirmed: ${definition.title.en}`, zh: `未予确认：${definition.title.zh}` },
        urgent: false,
      },
    ],
  };
}

/** Whether the case exists for the actor; triggers and clocks reach every case, as row policies have it. */
function isWithin<State extends string, Flag extends string, Data>(
  lifecycle: Lifecycle<State, Flag, Data>,
  data: Data,
  actor: CaseActor,
): boolean {
  return ROLES[actor.role].kind === "system" || allows(actor, lifecycle.object, "read", lifecycle.extentOf(data));
}

function roleRefusal({ title }: { readonly title: Text }): Refusal {
  return {
    kind: "role",
    code: "SG_ROLE_NOT_ALLOWED",
    reason: { en: `"${title.en}" is not for your role in this case`, zh: `您在本案中的角色不能执行“${title.zh}”` },
  };
}

/**
 * What stands against an action before anything is entered: unknown name, wrong state, wrong role or another's case, a guard
 * over the case itself, or the actor's own pending proposal. Undefined when it may be tried.
 */
export function refusalOf<State extends string, Flag extends string, Data>(
  lifecycle: Lifecycle<State, Flag, Data>,
  folded: Folded<State, Flag, Data> | undefined,
  name: string,
  actor: CaseActor,
  at: number,
): Refusal | undefined {
  const definition = Object.hasOwn(lifecycle.actions, name) ? lifecycle.actions[name] : undefined;
  if (definition === undefined) {
    return {
      kind: "unknown",
      code: "SG_ACTION_NOT_POSSIBLE",
      reason: { en: `There is no action "${name}"`, zh: `没有名为“${name}”的操作` },
    };
  }
  if (!isFrom(definition, folded?.state))
    return { kind: "state", code: "SG_ACTION_NOT_POSSIBLE", reason: stateReason(lifecycle, definition, folded?.state) };
  const before = folded ?? beginning(lifecycle, at);
  const proposal = before.proposals.find((each) => each.name === name);
  const roles = proposal === undefined ? definition.roles : (definition.confirmers ?? definition.roles);
  const isOwnProposal = proposal !== undefined && proposal.actor.id === actor.id;
  const isAllowed =
    (roles.includes(actor.role) || isOwnProposal) && (folded === undefined || isWithin(lifecycle, folded.data, actor));
  if (!isAllowed) return roleRefusal(definition);
  const missing = missingDocuments(lifecycle, definition, before.data);
  if (missing.length > 0) return guardRefusal(documentGuard(lifecycle, missing));
  const context: Context<State, Flag, Data, never> = {
    before,
    data: before.data,
    input: {} as never,
    facts: {},
    actor,
    at,
    id: "",
  };
  const failed = definition.guards?.find((guard) => guard.needs === "state" && !guard.holds(context));
  if (failed !== undefined) return guardRefusal(failed);
  if (proposal !== undefined && actor.isPerson === false) {
    return {
      kind: "fourEyes",
      code: "SG_FOUR_EYES",
      reason: {
        en: "A person must confirm it; this token belongs to nobody",
        zh: "须由自然人确认；该令牌不属于任何个人",
      },
    };
  }
  if (isOwnProposal) {
    return {
      kind: "fourEyes",
      code: "SG_FOUR_EYES",
      reason: { en: "You proposed it; a second person must confirm it", zh: "由您提出，须由另一人确认" },
    };
  }
  return undefined;
}

function isFrom<State extends string, Flag extends string, Data>(
  definition: ActionDefinition<State, Flag, Data>,
  state: State | undefined,
): boolean {
  if (definition.from === "nothing") return state === undefined;
  return state !== undefined && definition.from.includes(state);
}

function stateReason<State extends string, Flag extends string, Data>(
  lifecycle: Lifecycle<State, Flag, Data>,
  definition: ActionDefinition<State, Flag, Data>,
  state: State | undefined,
): Text {
  if (state === undefined)
    return { en: `"${definition.title.en}" needs a case that exists`, zh: `“${definition.title.zh}”须针对已有案件` };
  const { title } = lifecycle.states[state];
  return {
    en: `"${definition.title.en}" is not possible while the case is "${title.en}" (${state})`,
    zh: `案件处于“${title.zh}”（${state}）时不能“${definition.title.zh}”`,
  };
}

/** Documents that the action requires and the case does not hold; none where the lifecycle does not say what it holds. */
export function missingDocuments<State extends string, Flag extends string, Data>(
  lifecycle: Lifecycle<State, Flag, Data>,
  definition: Pick<ActionDefinition<State, Flag, Data>, "requires">,
  data: Data,
): readonly string[] {
  const held = lifecycle.documentsOf?.(data);
  return held === undefined ? [] : (definition.requires ?? []).filter((code) => !held.includes(code));
}

/** The condition that required documents are there, as guards say theirs. */
export function documentGuard(
  lifecycle: Pick<Lifecycle, "documents">,
  missing: readonly string[],
): { readonly code: string; readonly text: Text } {
  const names = missing.map((code) => lifecycle.documents[code] ?? { en: code, zh: code });
  return {
    code: "documents",
    text: {
      en: `Missing: ${names.map((each) => each.en).join(", ")}`,
      zh: `缺少：${names.map((each) => each.zh).join("、")}`,
    },
  };
}

function guardRefusal(guard: { readonly code: string; readonly text: Text }): Refusal {
  return { kind: "guard", code: "SG_ACTION_NOT_POSSIBLE", guard: guard.code, reason: guard.text };
}

function beginning<State extends string, Flag extends string, Data>(
  lifecycle: Lifecycle<State, Flag, Data>,
  at: number,
): Folded<State, Flag, Data> {
  return {
    state: lifecycle.initial,
    since: at,
    openedAt: at,
    flags: [],
    data: lifecycle.empty,
    version: 0,
    obligations: [],
    documents: [],
    proposals: [],
  };
}

function execute<State extends string, Flag extends string, Data>(
  lifecycle: Lifecycle<State, Flag, Data>,
  definition: ActionDefinition<State, Flag, Data>,
  context: Context<State, Flag, Data, never>,
  isFirst: boolean,
  options: FoldOptions,
): Folded<State, Flag, Data> {
  const { before, at, id } = context;
  const state = targetOf(definition, context);
  const isMove = isFirst || state !== before.state;
  const change = definition.change?.(context);
  const moved: Folded<State, Flag, Data> = {
    state,
    since: isMove ? at : before.since,
    openedAt: before.openedAt,
    flags: before.flags,
    data: change === undefined ? before.data : { ...before.data, ...change },
    version: before.version + 1,
    obligations: before.obligations,
    documents: before.documents,
    proposals: isMove ? [] : before.proposals.filter((each) => lifecycle.actions[each.name] !== definition),
  };
  const limits = limitsOf(lifecycle, options);
  const affected = (definition.effects ?? []).reduce(
    (folded, effect) => affect(lifecycle, folded, effect, context, id, limits),
    moved,
  );
  return paused(lifecycle, affected, at, limits);
}

function limitsOf<State extends string, Flag extends string, Data>(
  lifecycle: Lifecycle<State, Flag, Data>,
  options: FoldOptions,
): Limits {
  return { calendar: options.calendar, ruleOf: (code) => deadlineOf(lifecycle, options, code) };
}

/** Stops the clocks that stand still in the present state, and lets those run that stood still in the one before. */
function paused<State extends string, Flag extends string, Data>(
  lifecycle: Lifecycle<State, Flag, Data>,
  folded: Folded<State, Flag, Data>,
  at: number,
  limits: Limits,
): Folded<State, Flag, Data> {
  let isChanged = false;
  const obligations = folded.obligations.map((each) => {
    const states = lifecycle.obligations[each.code]?.pausedIn;
    if (states === undefined || each.ended !== undefined) return each;
    const next = states.includes(folded.state) ? pauseObligation(each, at, limits) : resumeObligation(each, at, limits);
    isChanged ||= next !== each;
    return next;
  });
  return isChanged ? { ...folded, obligations } : folded;
}

function targetOf<State extends string, Flag extends string, Data>(
  definition: ActionDefinition<State, Flag, Data>,
  context: Context<State, Flag, Data, never>,
): State {
  const { to } = definition;
  if (to === "same") return context.before.state;
  if (typeof to === "string") return to;
  const chosen = definition.choose?.(context);
  if (chosen === undefined || !to.includes(chosen))
    throw new Error(`an action chose the state ${chosen}, which it does not list`);
  return chosen;
}

function affect<State extends string, Flag extends string, Data>(
  lifecycle: Lifecycle<State, Flag, Data>,
  folded: Folded<State, Flag, Data>,
  effect: Effect<State, Flag, Data, never>,
  context: Context<State, Flag, Data, never>,
  id: string,
  limits: Limits,
): Folded<State, Flag, Data> {
  const { at } = context;
  const change = (matches: (obligation: Obligation) => boolean, to: (obligation: Obligation) => Obligation) => ({
    ...folded,
    obligations: folded.obligations.map((each) => (each.ended === undefined && matches(each) ? to(each) : each)),
  });
  const named = (code: string) => (each: Obligation) => each.code === code;
  if (effect.when?.(context) === false) return folded;
  switch (effect.kind) {
    case "open": {
      const definition = lifecycle.obligations[effect.obligation];
      if (definition === undefined) throw new Error(`the lifecycle has no obligation ${effect.obligation}`);
      const deadline = effect.deadline?.(context);
      const amount = effect.amount?.(context);
      const subject = effect.subject?.(context);
      const opening = {
        sequence: folded.version,
        startAt: effect.startAt?.(context) ?? at,
        ...(deadline === undefined ? {} : { deadline }),
        ...(amount === undefined ? {} : { amount }),
        ...(subject === undefined ? {} : { subject }),
      };
      return {
        ...folded,
        obligations: [...folded.obligations, openObligation(effect.obligation, definition, opening, limits)],
      };
    }
    case "meet": {
      const which = effect.which?.(context);
      return change(
        (each) => each.code === effect.obligation && (which === undefined || each.id === which),
        (each) => endObligation(each, "met", effect.at?.(context) ?? at, id),
      );
    }
    case "reopen": {
      const last = folded.obligations.findLast((each) => each.code === effect.obligation);
      if (last?.ended?.how !== "met") return folded;
      const obligations = folded.obligations.map((each) => (each === last ? reopenObligation(each) : each));
      return { ...folded, obligations };
    }
    case "cancel":
      return change(
        (each) => effect.obligation === "all" || each.code === effect.obligation,
        (each) => endObligation(each, "cancelled", at, id),
      );
    case "reset": {
      const deadline = effect.deadline?.(context);
      const amount = effect.amount?.(context);
      const startAt = effect.startAt?.(context);
      const reason = effect.reason?.(context);
      const to = {
        ...(deadline === undefined ? {} : { deadline }),
        ...(amount === undefined ? {} : { amount }),
        ...(startAt === undefined ? {} : { startAt }),
        ...(reason === undefined ? {} : { why: { at, action: id, reason } }),
      };
      return change(named(effect.obligation), (each) => resetObligation(each, to, limits));
    }
    case "pause":
      return change(named(effect.obligation), (each) => pauseObligation(each, at, limits));
    case "resume":
      return change(named(effect.obligation), (each) => resumeObligation(each, at, limits));
    case "issue":
      return { ...folded, documents: [...folded.documents, { code: effect.document, action: id, at }] };
    case "raise":
      return folded.flags.includes(effect.flag) ? folded : { ...folded, flags: [...folded.flags, effect.flag] };
    case "lower":
      return folded.flags.includes(effect.flag)
        ? { ...folded, flags: folded.flags.filter((each) => each !== effect.flag) }
        : folded;
  }
}

type JsonObject = { readonly [key: string]: Json | undefined };

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What the second pair of eyes enters stands over what the first proposed, so that confirming needs no retyping. */
export function mergeInputs(proposed: Json | undefined, input: Json): Json {
  return isObject(proposed) && isObject(input) ? { ...proposed, ...input } : input;
}
