/** What an action leads to, read from the lifecycle tables. */
import { HAZARD_WORK_ORDER, SANDBOX_PROJECT } from "@sandglass/casework";

export interface ActionTarget {
  /** States after it; empty when it keeps the state. */
  readonly to: readonly string[];
  /** It stops or ends something: shown with care. */
  readonly danger: boolean;
  readonly basis: { readonly requirement: string; readonly source: string; readonly certainty: string } | undefined;
  readonly documents: readonly string[];
  readonly obligations: readonly string[];
}

const STOPPING = new Set(["SUSPENDED", "TERMINATING", "TERMINATED", "REFUSED", "LAPSED"]);

export function actionTarget(kind: "sandbox-project" | "hazard-order", name: string): ActionTarget {
  const actions = kind === "sandbox-project" ? SANDBOX_PROJECT.actions : HAZARD_WORK_ORDER.actions;
  const definition = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!definition) return { to: [], danger: false, basis: undefined, documents: [], obligations: [] };
  const to: readonly string[] =
    definition.to === "same" ? [] : typeof definition.to === "string" ? [definition.to] : definition.to;
  const effects = definition.effects ?? [];
  return {
    to,
    danger: to.some((state) => STOPPING.has(state)),
    basis: definition.basis,
    documents: effects.flatMap((effect) => (effect.kind === "issue" ? [effect.document] : [])),
    obligations: effects.flatMap((effect) => (effect.kind === "open" ? [effect.obligation] : [])),
  };
}
