/** Which actions are possible now, for whom: what the console offers and what a refusal names. */
import type { CaseActor } from "../access/extent.ts";
import type { RoleCode } from "../access/roles.ts";
import type { LegalBasis } from "../basis.ts";
import type { InputSchema } from "../schema.ts";
import type { Text } from "../text.ts";
import type { Context, Folded, Idleness, Json, Lifecycle } from "./definition.ts";
import type { Offer } from "./offer.ts";
import { outcomesOf, type Outcome } from "./outcomes.ts";
import { documentGuard, isFrom, missingDocuments, refusalOf } from "./refusal.ts";

export interface PossibleAction {
  readonly name: string;
  readonly title: Text;
  /** Plain JSON Schema of what to enter. */
  readonly input: InputSchema;
  readonly basis: LegalBasis;
  /** Where it leads, by what is entered. */
  readonly outcomes: readonly Outcome[];
  /** What the case has of its fields already. */
  readonly present?: { readonly [field: string]: Json | undefined };
  /** What the form begins with, and sends all of. */
  readonly begins?: { readonly [field: string]: Json | undefined };
  /** What the entered input must fulfil, beyond its schema. */
  readonly conditions: readonly { readonly code: string; readonly text: Text }[];
  /** What the case says of the choices of a field, by the field's name. */
  readonly offers: { readonly [field: string]: readonly Offer[] };
  /** What whoever takes it should know of this case before they do. */
  readonly remarks: readonly Text[];
  /** Present when two persons must take it; `proposedBy` when the first has. */
  readonly fourEyes?: { readonly proposedBy?: string; readonly proposedAt?: number };
}

/** The actions that the actor may take now, in the order of the lifecycle's table. */
export function possibleActions<State extends string, Flag extends string, Data>(
  lifecycle: Lifecycle<State, Flag, Data>,
  folded: Folded<State, Flag, Data>,
  actor: CaseActor,
  at: number,
): readonly PossibleAction[] {
  const context = contextOf(folded, actor, at);
  return Object.entries(lifecycle.actions)
    .filter(
      ([name, definition]) =>
        isFrom(definition, folded.state) && refusalOf(lifecycle, folded, name, actor, at) === undefined,
    )
    .map(([name, definition]) => {
      const proposal = folded.proposals.find((each) => each.name === name);
      return {
        name,
        title: definition.title,
        input: definition.input,
        basis: definition.basis,
        outcomes: outcomesOf(definition, context),
        ...(definition.present === undefined ? {} : { present: definition.present(context) }),
        ...(definition.begins === undefined ? {} : { begins: definition.begins(context) }),
        conditions: (definition.guards ?? [])
          .filter((guard) => guard.needs === "input")
          .map(({ code, text }) => ({ code, text })),
        offers: Object.fromEntries(
          Object.entries(definition.offers ?? {}).map(([field, offersOf]) => [field, offersOf(context)]),
        ),
        remarks: definition.remarks?.(context) ?? [],
        ...(definition.fourEyes === undefined
          ? {}
          : { fourEyes: proposal === undefined ? {} : { proposedBy: proposal.actor.id, proposedAt: proposal.at } }),
      };
    });
}

/** What conditions see before anything is entered. */
function contextOf<State extends string, Flag extends string, Data>(
  before: Folded<State, Flag, Data>,
  actor: CaseActor,
  at: number,
): Context<State, Flag, Data, never> {
  return { before, data: before.data, input: {} as never, facts: {}, actor, at, id: "" };
}

/** An action that state and role allow but the case is not ready for: what is missing, so that it can be supplied. */
export interface BlockedAction {
  readonly name: string;
  readonly title: Text;
  readonly missing: readonly { readonly code: string; readonly text: Text }[];
  /** Set when one of what is missing is nothing that whoever asks could supply. */
  readonly idle?: Idleness;
}

/** The actions that only the case itself still stands against, with every condition that fails. */
export function blockedActions<State extends string, Flag extends string, Data>(
  lifecycle: Lifecycle<State, Flag, Data>,
  folded: Folded<State, Flag, Data>,
  actor: CaseActor,
  at: number,
): readonly BlockedAction[] {
  const context = contextOf(folded, actor, at);
  return Object.entries(lifecycle.actions)
    .filter(([name]) => refusalOf(lifecycle, folded, name, actor, at)?.kind === "guard")
    .map(([name, definition]) => {
      const { title, guards = [] } = definition;
      const documents = missingDocuments(lifecycle, definition, folded.data);
      const unmet = guards.filter((guard) => guard.needs === "state" && !guard.holds(context));
      const failed = unmet.map(({ code, text }) => ({ code, text }));
      const idle = unmet.find((guard) => guard.idle !== undefined)?.idle;
      return {
        name,
        title,
        ...(idle === undefined ? {} : { idle }),
        missing: documents.length === 0 ? failed : [documentGuard(lifecycle, documents), ...failed],
      };
    });
}

/** One action that the state allows, with the roles that may take it: what a refusal lists. */
export interface OpenAction {
  readonly name: string;
  readonly title: Text;
  readonly roles: readonly RoleCode[];
  /** Whether the actor that was refused may take this one now. */
  readonly isYours: boolean;
}

/** The actions that lead on from the present state, whoever may take them; the actor's own come first. */
export function openActions<State extends string, Flag extends string, Data>(
  lifecycle: Lifecycle<State, Flag, Data>,
  folded: Folded<State, Flag, Data>,
  actor: CaseActor,
  at: number,
): readonly OpenAction[] {
  const open = Object.entries(lifecycle.actions)
    .filter(([, definition]) => isFrom(definition, folded.state))
    .map(([name, { title, roles }]) => ({
      name,
      title,
      roles,
      isYours: refusalOf(lifecycle, folded, name, actor, at) === undefined,
    }));
  return [...open.filter((each) => each.isYours), ...open.filter((each) => !each.isYours)];
}

/** An action that the actor may not take now, with the first thing that stands against it. */
export interface ImpossibleAction {
  readonly name: string;
  readonly title: Text;
  readonly kind: "state" | "role" | "guard" | "fourEyes";
  readonly reason: Text;
}

/** Every action of the lifecycle that is not possible, and why: what a refusal says beside what is possible. */
export function impossibleActions<State extends string, Flag extends string, Data>(
  lifecycle: Lifecycle<State, Flag, Data>,
  folded: Folded<State, Flag, Data>,
  actor: CaseActor,
  at: number,
): readonly ImpossibleAction[] {
  return Object.entries(lifecycle.actions).flatMap(([name, { title }]) => {
    const refusal = refusalOf(lifecycle, folded, name, actor, at);
    if (refusal === undefined || refusal.kind === "unknown") return [];
    return [{ name, title, kind: refusal.kind, reason: refusal.reason }];
  });
}
