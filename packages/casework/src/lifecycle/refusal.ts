/** What stands against an action: its name, the state, the role, a guard over the case, a second person. */
import { allows, type CaseActor } from "../access/extent.ts";
import { ROLES } from "../access/roles.ts";
import type { Text } from "../text.ts";
import { beginning, type ActionDefinition, type Context, type Folded, type Lifecycle } from "./definition.ts";

/** Why an action is refused. `kind` is the first thing that stands against it. */
export type Refusal =
  | { readonly kind: "unknown" | "state"; readonly code: "SG_ACTION_NOT_POSSIBLE"; readonly reason: Text }
  | { readonly kind: "role"; readonly code: "SG_ROLE_NOT_ALLOWED"; readonly reason: Text }
  | { readonly kind: "guard"; readonly code: "SG_ACTION_NOT_POSSIBLE"; readonly guard: string; readonly reason: Text }
  | { readonly kind: "fourEyes"; readonly code: "SG_FOUR_EYES"; readonly reason: Text };

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

/** Whether the action leads on from a state; undefined = there is no case yet. */
export function isFrom<State extends string, Flag extends string, Data>(
  definition: Pick<ActionDefinition<State, Flag, Data>, "from">,
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
  const { requires = [] } = definition;
  if (requires.length === 0) return [];
  const held = lifecycle.documentsOf?.(data);
  return held === undefined ? [] : requires.filter((code) => !held.includes(code));
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

export function guardRefusal(guard: { readonly code: string; readonly text: Text }): Refusal {
  return { kind: "guard", code: "SG_ACTION_NOT_POSSIBLE", guard: guard.code, reason: guard.text };
}

/** Whether the case exists for the actor; triggers and clocks reach every case, as row policies have it. */
export function isWithin<State extends string, Flag extends string, Data>(
  lifecycle: Lifecycle<State, Flag, Data>,
  data: Data,
  actor: CaseActor,
): boolean {
  return ROLES[actor.role].kind === "system" || allows(actor, lifecycle.object, "read", lifecycle.extentOf(data));
}

export function roleRefusal({ title }: { readonly title: Text }): Refusal {
  return {
    kind: "role",
    code: "SG_ROLE_NOT_ALLOWED",
    reason: { en: `"${title.en}" is not for your role in this case`, zh: `您在本案中的角色不能执行“${title.zh}”` },
  };
}
