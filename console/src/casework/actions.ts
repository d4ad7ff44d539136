/** What an action leads to, read from the definition of the case's kind. */
import type { LegalBasis } from "@sandglass/casework";
import type { CaseDefinition } from "../api/cases.ts";
import type { Obligation, PossibleAction } from "../api/shapes/cases.ts";
import type { Bilingual } from "../api/shapes/common.ts";
import type { FormValue } from "../lib/json-schema.ts";

export interface ActionTarget {
  /** States to which it may lead; empty when it keeps the state. */
  readonly to: readonly string[];
  /** By what is entered it may also keep the state. */
  readonly mayStay: boolean;
  /** It stops or ends something: shown with care. */
  readonly danger: boolean;
  readonly basis: LegalBasis | undefined;
  readonly documents: readonly Bilingual[];
  /** Documents that it issues in some cases. */
  readonly mayIssue: readonly Bilingual[];
  readonly obligations: readonly Bilingual[];
  /** Duties that it opens in some cases. */
  readonly mayOpen: readonly Bilingual[];
  /** It fulfils a duty that is open. */
  readonly isOwed: boolean;
}

const STOPPING = new Set([
  "SUSPENDED",
  "TERMINATING",
  "TERMINATED",
  "REFUSED",
  "LAPSED",
  "NOT_AN_ACCIDENT",
  "DUPLICATE",
  "DISMISSED",
  "DISCARDED",
  "REJECTED",
  "WITHDRAWN",
  "HALTED",
  "ROLLED_BACK",
]);

/**
 * @param entered what the form holds: only what is still open with it is said
 * @param owed codes of the duties that are open
 */
export function actionTarget(
  definition: CaseDefinition | undefined,
  { name, outcomes }: Pick<PossibleAction, "name" | "outcomes">,
  entered: FormValue = {},
  owed: readonly string[] = [],
): ActionTarget {
  const action = definition?.actions.find((each) => each.name === name);
  const targets = outcomes === undefined ? (action?.to ?? []) : targetsOf(outcomes, entered);
  const to = targets.filter((state) => state !== null);
  const leads = {
    to,
    mayStay: to.length > 0 && to.length < targets.length,
    danger: to.some((state) => STOPPING.has(state)),
    isOwed: action?.meets.some((code) => owed.includes(code)) === true,
  };
  if (!definition || !action)
    return { ...leads, basis: undefined, documents: [], mayIssue: [], obligations: [], mayOpen: [] };
  const titles = (codes: readonly string[], table: CaseDefinition["documents"]): readonly Bilingual[] =>
    codes.flatMap((code) => table.find((each) => each.code === code)?.title ?? []);
  return {
    ...leads,
    basis: action.basis,
    documents: titles(action.issues, definition.documents),
    mayIssue: titles(action.mayIssue, definition.documents),
    obligations: titles(action.opens, definition.obligations),
    mayOpen: titles(action.mayOpen, definition.obligations),
  };
}

/** The states that the answers so far leave open, each once; null for the present one. */
export function targetsOf(
  outcomes: NonNullable<PossibleAction["outcomes"]>,
  entered: FormValue,
): readonly (string | null)[] {
  const open = outcomes.filter(({ when }) =>
    Object.entries(when).every(([field, answer]) => entered[field] === undefined || entered[field] === answer),
  );
  return [...new Set(open.map(({ to }) => to))];
}

/** Titles of a table of the definition by code, for labels. */
export function termsOf(
  table: readonly { readonly code: string; readonly title: Bilingual }[] | undefined,
): Readonly<Record<string, Bilingual>> {
  return Object.fromEntries((table ?? []).map(({ code, title }) => [code, title]));
}

/**
 * The next step comes first, what fulfils a duty before all; what stops or ends the case after it: before what keeps the state where
 * that is folded away, last where all is seen. Who fills in a draft looks for the next step, not for the way out.
 */
export function rankOf({ to, danger, isOwed }: ActionTarget, isShort: boolean): number {
  if (to.length === 0) return isOwed ? 0 : 3;
  if (!danger) return isOwed ? 0 : 1;
  return isShort ? 4 : 2;
}

/** Codes of the duties that nobody has fulfilled yet. */
export function owedNow(obligations: readonly Obligation[]): readonly string[] {
  return obligations.flatMap(({ code, status }) => (code === undefined || isOver(status) ? [] : [code]));
}

function isOver(status: string | undefined): boolean {
  return status === "met" || status === "cancelled";
}
