/** What an accepted action changes: the state, the data, and by its effects clocks, documents and flags. */
import {
  deadlineOf,
  type ActionDefinition,
  type Context,
  type Effect,
  type Folded,
  type FoldOptions,
  type Lifecycle,
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

/** What the case amounts to after the action. */
export function execute<State extends string, Flag extends string, Data>(
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
      const basis = effect.basis?.(context);
      const subject = effect.subject?.(context);
      const opening = {
        sequence: folded.version,
        startAt: effect.startAt?.(context) ?? at,
        ...(deadline === undefined ? {} : { deadline }),
        ...(amount === undefined ? {} : { amount }),
        ...(basis === undefined ? {} : { basis }),
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
