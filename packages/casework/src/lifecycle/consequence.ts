/** What an accepted action comes to, as the difference between the case before it and after it: said ahead, to who takes it. */
import { ASSIGNABLE_ROLES, type RoleCode } from "../access/roles.ts";
import type { Folded, Lifecycle } from "./definition.ts";
import type { Notice } from "./fold.ts";
import type { Obligation } from "./obligation.ts";

/** What becomes of a duty. */
export type DutyChange = "opened" | "met" | "cancelled" | "reopened" | "moved" | "paused" | "resumed";

export interface Consequence {
  /** The state after it; undefined where the case keeps its state. */
  readonly state: string | undefined;
  /** Codes of the documents that it issues. */
  readonly documents: readonly string[];
  readonly raised: readonly string[];
  readonly lowered: readonly string[];
  /** Each as it is after the action. */
  readonly duties: readonly { readonly how: DutyChange; readonly obligation: Obligation }[];
  /** Roles of persons, of which those are told who may see the case. */
  readonly told: readonly RoleCode[];
}

/**
 * @param before undefined for the action that opens the case
 * @param after the case after the action was accepted
 */
export function consequenceOf(
  { obligations }: Pick<Lifecycle, "obligations">,
  before: Folded | undefined,
  { folded: after, notices }: { readonly folded: Folded; readonly notices: readonly Notice[] },
): Consequence {
  const flags = before?.flags ?? [];
  const known = new Map(before?.obligations.map((each) => [each.id, each]));
  const duties = after.obligations.flatMap((obligation) => {
    const how = changeOf(known.get(obligation.id), obligation);
    return how === undefined ? [] : [{ how, obligation }];
  });
  const bearers = duties.flatMap(({ how, obligation }) =>
    how === "opened" ? (obligations[obligation.code]?.bearers ?? []) : [],
  );
  const told = new Set([...notices.flatMap(({ to }) => to), ...bearers]);
  return {
    state: after.state === before?.state ? undefined : after.state,
    documents: after.documents.slice(before?.documents.length ?? 0).map(({ code }) => code),
    raised: after.flags.filter((flag) => !flags.includes(flag)),
    lowered: flags.filter((flag) => !after.flags.includes(flag)),
    duties,
    told: ASSIGNABLE_ROLES.filter((role) => told.has(role)),
  };
}

function changeOf(before: Obligation | undefined, after: Obligation): DutyChange | undefined {
  if (before === undefined) return "opened";
  if (before.ended === undefined && after.ended !== undefined) return after.ended.how;
  if (before.ended !== undefined) return after.ended === undefined ? "reopened" : undefined;
  if (before.dueAt === after.dueAt) return undefined;
  if (after.dueAt === undefined) return "paused";
  return before.dueAt === undefined ? "resumed" : "moved";
}
