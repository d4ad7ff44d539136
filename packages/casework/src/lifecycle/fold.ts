/**
 * The one rule of what an action does: `apply` accepts or refuses, `fold` replays a history. Possible actions, the server's
 * refusals and the console's buttons all come from here, so they cannot disagree. Deterministic: time comes with the action.
 */
import { allows, type CaseActor } from "../access/extent.ts";
import { CaseworkError } from "../errors.ts";
import type { Text } from "../text.ts";
import type {
  ActionDefinition,
  CaseAction,
  Context,
  Effect,
  Folded,
  FoldOptions,
  Guard,
  Json,
  Lifecycle,
} from "./definition.ts";
import {
  endObligation,
  openObligation,
  pauseObligation,
  resetObligation,
  resumeObligation,
  type Obligation,
} from "./obligation.ts";

/** Why an action is refused. `kind` is the first thing that stands against it. */
export type Refusal =
  | { readonly kind: "unknown" | "state"; readonly code: "SG_ACTION_NOT_POSSIBLE"; readonly reason: Text }
  | { readonly kind: "role"; readonly code: "SG_ROLE_NOT_ALLOWED"; readonly reason: Text }
  | { readonly kind: "guard"; readonly code: "SG_ACTION_NOT_POSSIBLE"; readonly guard: string; readonly reason: Text }
  | { readonly kind: "fourEyes"; readonly code: "SG_FOUR_EYES"; readonly reason: Text };

export type Outcome<State extends string, Flag extends string, Data> =
  | { readonly kind: "accepted"; readonly folded: Folded<State, Flag, Data>; readonly proposed: boolean }
  | { readonly kind: "refused"; readonly refusal: Refusal };

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
  const before = folded ?? beginning(lifecycle, action.at);
  const refusal = refusalOf(lifecycle, folded, action.name, action.actor, action.at);
  if (refusal !== undefined) return { kind: "refused", refusal };
  const definition = lifecycle.actions[action.name]!;
  const proposal = before.proposals.find((each) => each.name === action.name);
  const context: Context<State, Flag, Data, never> = {
    before,
    data: before.data,
    input: mergeInputs(proposal?.input, action.input) as never,
    facts: isObject(action.facts) ? action.facts : {},
    actor: action.actor,
    at: action.at,
    id: action.id,
  };
  const failed = definition.guards?.find((guard) => guard.needs === "input" && !guard.holds(context));
  if (failed !== undefined) return { kind: "refused", refusal: guardRefusal(failed) };
  if (definition.fourEyes !== undefined && proposal === undefined) {
    const { name, id, actor, at, input } = action;
    const proposals = [...before.proposals, { name, action: id, actor, at, input }];
    return { kind: "accepted", folded: { ...before, proposals, version: before.version + 1 }, proposed: true };
  }
  return {
    kind: "accepted",
    folded: execute(lifecycle, definition, context, folded === undefined, options),
    proposed: false,
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
  const isAllowed =
    definition.roles.includes(actor.role) &&
    (folded === undefined || allows(actor, lifecycle.object, "read", lifecycle.extentOf(folded.data)));
  if (!isAllowed)
    return {
      kind: "role",
      code: "SG_ROLE_NOT_ALLOWED",
      reason: {
        en: `"${definition.title.en}" is not for your role in this case`,
        zh: `您在本案中的角色不能执行“${definition.title.zh}”`,
      },
    };
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
  const proposal = before.proposals.find((each) => each.name === name);
  if (proposal !== undefined && proposal.actor.id === actor.id) {
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

function guardRefusal<State extends string, Flag extends string, Data>(
  guard: Guard<State, Flag, Data, never>,
): Refusal {
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
  return (definition.effects ?? []).reduce(
    (folded, effect) => affect(lifecycle, folded, effect, context, id, options),
    moved,
  );
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
  options: FoldOptions,
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
        obligations: [...folded.obligations, openObligation(effect.obligation, definition, opening, options)],
      };
    }
    case "meet": {
      const which = effect.which?.(context);
      return change(
        (each) => each.code === effect.obligation && (which === undefined || each.id === which),
        (each) => endObligation(each, "met", at, id),
      );
    }
    case "cancel":
      return change(
        (each) => effect.obligation === "all" || each.code === effect.obligation,
        (each) => endObligation(each, "cancelled", at, id),
      );
    case "reset": {
      const deadline = effect.deadline?.(context);
      const amount = effect.amount?.(context);
      const limit = { ...(deadline === undefined ? {} : { deadline }), ...(amount === undefined ? {} : { amount }) };
      return change(named(effect.obligation), (each) => resetObligation(each, limit, options));
    }
    case "pause":
      return change(named(effect.obligation), (each) => pauseObligation(each, at, options));
    case "resume":
      return change(named(effect.obligation), (each) => resumeObligation(each, at, options));
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
