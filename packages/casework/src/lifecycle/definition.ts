/**
 * The shape of a case type: data plus small pure functions. A new case type is a new value of `Lifecycle`; the engine
 * (`fold`, `possibleActions`, the server's tables and routes) never changes for it.
 */
import type { CaseActor, Extent } from "../access/extent.ts";
import type { ObjectCode } from "../access/permissions.ts";
import type { RoleCode } from "../access/roles.ts";
import type { LegalBasis } from "../basis.ts";
import type { Infer, InputSchema } from "../schema.ts";
import type { Text } from "../text.ts";
import type { DeadlineRule } from "../time/deadline.ts";
import type { WorkCalendar } from "../time/work-calendar.ts";
import type { EscalationStep } from "./escalation.ts";
import type { Migration } from "./migration.ts";
import type { Obligation } from "./obligation.ts";
import type { Offer } from "./offer.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** One entry of the append-only history of a case. */
export interface CaseAction {
  /** Unique in the case; the server uses a UUID. */
  readonly id: string;
  readonly name: string;
  /** UTC ms at which the server accepted it. */
  readonly at: number;
  readonly actor: CaseActor;
  readonly input: Json;
  /** What the server itself established when it accepted the action; never taken from the caller. */
  readonly facts?: Json;
}

export interface StateDefinition {
  readonly title: Text;
  /** Code of the stage on the lifecycle rail. */
  readonly stage: string;
  /** final: nothing leads out · appealable: only an upheld appeal leads out. */
  readonly end?: "final" | "appealable";
}

export interface StageDefinition {
  readonly code: string;
  readonly title: Text;
}

/** A proposed first half of an action that needs four eyes. */
export interface Proposal {
  readonly name: string;
  readonly action: string;
  readonly actor: CaseActor;
  readonly at: number;
  readonly input: Json;
}

export interface IssuedDocument {
  readonly code: string;
  readonly action: string;
  readonly at: number;
}

/** What the history of a case amounts to. */
export interface Folded<State extends string = string, Flag extends string = string, Data = unknown> {
  readonly state: State;
  /** Since when the case is in this state, UTC ms. */
  readonly since: number;
  readonly openedAt: number;
  readonly flags: readonly Flag[];
  readonly data: Data;
  /** Number of actions so far; the optimistic lock. */
  readonly version: number;
  readonly obligations: readonly Obligation[];
  readonly documents: readonly IssuedDocument[];
  readonly proposals: readonly Proposal[];
}

/** What guards and effects see. `input` has passed the action's schema. */
export interface Context<State extends string, Flag extends string, Data, Input> {
  readonly before: Folded<State, Flag, Data>;
  readonly data: Data;
  readonly input: Input;
  readonly facts: { readonly [key: string]: Json | undefined };
  readonly actor: CaseActor;
  readonly at: number;
  readonly id: string;
}

/** notYours: it is for others, or done by this person already · notOwed: no duty or flag of the case calls for it. */
export type Idleness = "notYours" | "notOwed";

export interface Guard<State extends string, Flag extends string, Data, Input> {
  readonly code: string;
  /** What must be true, said so that a refusal reads as its reason. */
  readonly text: Text;
  /** state: decidable before anything is entered, so an action that fails it is not offered · input: depends on what is entered. */
  readonly needs: "state" | "input";
  /** Set when the law forbids that any role skips it. */
  readonly unskippable?: LegalBasis;
  /** Set where whoever fails it has nothing to supply: a page does not show the action as waiting for something. */
  readonly idle?: Idleness;
  holds(context: Context<State, Flag, Data, Input>): boolean;
}

/** What follows from an action; with `when` only if it says so. */
export type Effect<State extends string, Flag extends string, Data, Input> = EffectKind<State, Flag, Data, Input> & {
  when?(context: Context<State, Flag, Data, Input>): boolean;
};

type EffectKind<State extends string, Flag extends string, Data, Input> =
  | {
      readonly kind: "open";
      readonly obligation: string;
      /** Deadline other than the obligation's own, e.g. by level. */
      deadline?(context: Context<State, Flag, Data, Input>): string;
      /** Amount other than the rule's, in the rule's unit, e.g. the test period that the plan names. */
      amount?(context: Context<State, Flag, Data, Input>): number;
      /** Where the amount comes from, when it is not the rule's own: a programme has its law. */
      basis?(context: Context<State, Flag, Data, Input>): LegalBasis | undefined;
      /** Start of the clock when it is not the action itself: law counts from the fact, not from our knowledge of it. */
      startAt?(context: Context<State, Flag, Data, Input>): number;
      /** What the duty is about, for a board: an id or a few words. */
      subject?(context: Context<State, Flag, Data, Input>): string | undefined;
    }
  | {
      readonly kind: "meet";
      readonly obligation: string;
      /** Id of the one obligation that is met; without it all open ones of that code. */
      which?(context: Context<State, Flag, Data, Input>): string | undefined;
      /** When it was met, UTC ms, if that was before the action. */
      at?(context: Context<State, Flag, Data, Input>): number;
    }
  /** What was met is owed again, its due time unchanged: what was handed in came back. The newest of that code. */
  | { readonly kind: "reopen"; readonly obligation: string }
  | { readonly kind: "cancel"; readonly obligation: string | "all" }
  /** The same duty under another limit or from another start: due is recomputed, the old due date is kept. */
  | {
      readonly kind: "reset";
      readonly obligation: string;
      deadline?(context: Context<State, Flag, Data, Input>): string;
      amount?(context: Context<State, Flag, Data, Input>): number;
      /** The corrected start, UTC ms: the fact from which the law counts turned out to be another. */
      startAt?(context: Context<State, Flag, Data, Input>): number;
      /** Why, kept with the old start and due time; needs `startAt` or a change of the limit to be kept. */
      reason?(context: Context<State, Flag, Data, Input>): Text;
    }
  | { readonly kind: "pause" | "resume"; readonly obligation: string }
  | { readonly kind: "issue"; readonly document: string }
  | { readonly kind: "raise" | "lower"; readonly flag: Flag };

export interface ActionDefinition<
  State extends string = string,
  Flag extends string = string,
  Data = unknown,
  Input = never,
> {
  readonly title: Text;
  /** States in which it is possible; "nothing" for the action that creates the case. */
  readonly from: readonly State[] | "nothing";
  /** The state after it; "same" keeps the state; with a list `choose` names one of them. */
  readonly to: State | "same" | readonly State[];
  choose?(context: Context<State, Flag, Data, Input>): State;
  readonly roles: readonly RoleCode[];
  /** Plain JSON Schema of the input (a closed object). */
  readonly input: InputSchema & { readonly type: "object" };
  readonly guards?: readonly Guard<State, Flag, Data, Input>[];
  /** Of fields that take a choice, by name: what the case has to say of each, those that can be taken first. */
  readonly offers?: { readonly [field: string]: (context: Context<State, Flag, Data, never>) => readonly Offer[] };
  /** What the case has of the fields of the input already: a form begins with it, and sends what differs from it. */
  readonly present?: (context: Context<State, Flag, Data, never>) => { readonly [field: string]: Json | undefined };
  /** What the form begins with where all of it is sent again: what was filed before, and is filed anew. */
  readonly begins?: (context: Context<State, Flag, Data, never>) => { readonly [field: string]: Json | undefined };
  /** What whoever takes it should know of this case before they do, one sentence each. */
  readonly remarks?: (context: Context<State, Flag, Data, never>) => readonly Text[];
  readonly effects?: readonly Effect<State, Flag, Data, Input>[];
  /** Change of the case's data; what it returns replaces fields of the same name. */
  change?(context: Context<State, Flag, Data, Input>): Partial<Data>;
  /** Two different persons must take it: the first call proposes, the second executes. */
  readonly fourEyes?: LegalBasis;
  /** Roles of the second person; those of the action when absent. */
  readonly confirmers?: readonly RoleCode[];
  /** Codes of documents that the case must hold (`Lifecycle.documentsOf`) before the action is offered. */
  readonly requires?: readonly string[];
  /** Who is told of it, beyond the bearers of the duties it opens. */
  readonly notifies?: readonly NoticeDefinition<State, Flag, Data, Input>[];
  readonly basis: LegalBasis;
  /** One sentence for the timeline, built from the input; the title stands in when absent. */
  summary?(input: Input): Text | undefined;
}

/** Persons of these roles who may see the case are told after the action is committed. */
export interface NoticeDefinition<State extends string, Flag extends string, Data, Input> {
  readonly to: readonly RoleCode[];
  /** The sentence they read; without it the title of the action. */
  text?(context: Context<State, Flag, Data, Input>): Text;
  when?(context: Context<State, Flag, Data, Input>): boolean;
  /** Never held back for a digest. */
  readonly urgent?: boolean;
}

export interface ObligationDefinition {
  readonly title: Text;
  readonly bearers: readonly RoleCode[];
  /** Code of its limit in `Lifecycle.deadlines` or in the house's table. */
  readonly deadline: string;
  /** Action that `system:clock` takes when it passes its due time unmet. */
  readonly onOverdue?: string;
  /** What happens ahead of the due time and after it, step by step. */
  readonly escalation?: readonly EscalationStep[];
  /** The clock stands still while the case is in one of these states. */
  readonly pausedIn?: readonly string[];
}

export const FIELD_SHAPES = [
  "text",
  "longText",
  "instant",
  "number",
  "flag",
  "choice",
  "list",
  "vehicle",
  "case",
  "finding",
] as const;
export type FieldShape = (typeof FIELD_SHAPES)[number];

/** How people read one field of the case's data, and who may. */
export interface FieldDefinition {
  readonly title: Text;
  /** text when absent; a list is a list of texts, or of objects shown field by field. */
  readonly shape?: FieldShape;
  /** Names of the codes of a choice. */
  readonly choices?: { readonly [code: string]: Text };
  /** Schema of the value where its codes or parts have names: a page shows it by them. */
  readonly value?: InputSchema;
  /** Unit that stands behind a number. */
  readonly unit?: string;
  /** Roles that may read it among those who see the case; all of them when absent. The same name in inputs is hidden too. */
  readonly readers?: readonly RoleCode[];
}

export interface Lifecycle<State extends string = string, Flag extends string = string, Data = unknown> {
  readonly kind: string;
  /** Running cases stay with the version they started with. */
  readonly version: number;
  readonly title: Text;
  readonly object: ObjectCode;
  readonly initial: State;
  readonly stages: readonly StageDefinition[];
  readonly states: { readonly [Code in State]: StateDefinition };
  readonly flags: { readonly [Code in Flag]: Text };
  readonly actions: { readonly [name: string]: ActionDefinition<State, Flag, Data> };
  readonly obligations: { readonly [code: string]: ObligationDefinition };
  readonly documents: { readonly [code: string]: Text };
  /** Limits that only this kind of case has; the house's table and the configuration win over the same code. */
  readonly deadlines?: { readonly [code: string]: DeadlineRule };
  /** The data as a page shows it, in this order; a name with dots reaches into objects. What is not named is not shown. */
  readonly fields?: { readonly [name: string]: FieldDefinition };
  /** Ways from earlier versions of this lifecycle into this one. */
  readonly migrations?: readonly Migration[];
  /** Data of a case before its first action. */
  readonly empty: Data;
  extentOf(data: Data): Extent;
  /** Codes of the documents that the case holds; what `requires` asks for. Without it `requires` only informs. */
  documentsOf?(data: Data): readonly string[];
}

/** Numbers and calendar that a fold uses. */
export interface FoldOptions {
  readonly calendar: WorkCalendar;
  readonly deadlines: { readonly [code: string]: DeadlineRule };
}

/** The rule behind a code. @throws Error for a code that neither the configuration nor the lifecycle has */
export function deadlineOf(
  lifecycle: Pick<Lifecycle, "kind" | "deadlines">,
  { deadlines }: Pick<FoldOptions, "deadlines">,
  code: string,
): DeadlineRule {
  const rule = Object.hasOwn(deadlines, code) ? deadlines[code] : lifecycle.deadlines?.[code];
  if (rule === undefined) throw new Error(`${lifecycle.kind} has no limit ${code}`);
  return rule;
}

/**
 * Ties the type of an action's functions to its input schema:
 * `const action = actionsFor<State, Flag, Data>(); action(object({…}), { … })`.
 */
export function actionsFor<State extends string, Flag extends string, Data>() {
  return <Schema extends InputSchema & { readonly type: "object" }>(
    input: Schema,
    definition: Omit<ActionDefinition<State, Flag, Data, Infer<Schema>>, "input">,
  ): ActionDefinition<State, Flag, Data> => ({ ...definition, input }) as ActionDefinition<State, Flag, Data>;
}

/** What a case amounts to before its first action. */
export function beginning<State extends string, Flag extends string, Data>(
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
