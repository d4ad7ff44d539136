/**
 * The one rule of what an action does: `apply` accepts or refuses, `fold` replays a history. Possible actions, the server's
 * refusals and the console's buttons all come from here, so they cannot disagree. Deterministic: time comes with the action.
 */
import type { RoleCode } from "../access/roles.ts";
import { CaseworkError } from "../errors.ts";
import type { Text } from "../text.ts";
import {
  beginning,
  type CaseAction,
  type Context,
  type Folded,
  type FoldOptions,
  type Json,
  type Lifecycle,
  type NoticeDefinition,
} from "./definition.ts";
import { execute } from "./effects.ts";
import { guardRefusal, isWithin, refusalOf, roleRefusal, type Refusal } from "./refusal.ts";

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

type JsonObject = { readonly [key: string]: Json | undefined };

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What the second pair of eyes enters stands over what the first proposed, so that confirming needs no retyping. */
export function mergeInputs(proposed: Json | undefined, input: Json): Json {
  return isObject(proposed) && isObject(input) ? { ...proposed, ...input } : input;
}
