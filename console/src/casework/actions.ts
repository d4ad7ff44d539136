/** What an action leads to, read from the definition of the case's kind. */
import type { LegalBasis } from "@sandglass/casework";
import type { CaseDefinition } from "../api/cases.ts";
import type { Bilingual } from "../api/shapes/common.ts";

export interface ActionTarget {
  /** States after it; empty when it keeps the state. */
  readonly to: readonly string[];
  /** It stops or ends something: shown with care. */
  readonly danger: boolean;
  readonly basis: LegalBasis | undefined;
  readonly documents: readonly Bilingual[];
  readonly obligations: readonly Bilingual[];
  /** Duties that it opens in some cases. */
  readonly mayOpen: readonly Bilingual[];
}

const STOPPING = new Set([
  "SUSPENDED",
  "TERMINATING",
  "TERMINATED",
  "REFUSED",
  "LAPSED",
  "NOT_AN_ACCIDENT",
  "DUPLICATE",
]);

export function actionTarget(definition: CaseDefinition | undefined, name: string): ActionTarget {
  const action = definition?.actions.find((each) => each.name === name);
  if (!definition || !action)
    return { to: [], danger: false, basis: undefined, documents: [], obligations: [], mayOpen: [] };
  const titles = (codes: readonly string[], table: CaseDefinition["documents"]): readonly Bilingual[] =>
    codes.flatMap((code) => table.find((each) => each.code === code)?.title ?? []);
  return {
    to: action.to,
    danger: action.to.some((state) => STOPPING.has(state)),
    basis: action.basis,
    documents: titles(action.issues, definition.documents),
    obligations: titles(action.opens, definition.obligations),
    mayOpen: titles(action.mayOpen, definition.obligations),
  };
}

/** Titles of a table of the definition by code, for labels. */
export function termsOf(
  table: readonly { readonly code: string; readonly title: Bilingual }[] | undefined,
): Readonly<Record<string, Bilingual>> {
  return Object.fromEntries((table ?? []).map(({ code, title }) => [code, title]));
}
