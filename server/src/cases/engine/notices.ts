/** Notices: who is to be told what, written in the transaction of the action. The notifier hands them out later. */
import type { Lifecycle, Notice, Obligation, RoleCode, Text } from "@sandglass/casework";
import type { Tx } from "../../records/mod.ts";

export type NoticeKind = "duty" | "dueSoon" | "overdue" | "escalation" | "proposal" | "decision";

export interface NoticeRecord {
  readonly caseId: string;
  readonly kind: NoticeKind;
  readonly action?: string | undefined;
  readonly obligation?: string | undefined;
  readonly roles: readonly RoleCode[];
  readonly text: Text;
  readonly urgent: boolean;
  readonly by: string;
  /** UTC ms. */
  readonly at: number;
}

export async function insertNotices(tx: Tx, notices: readonly NoticeRecord[]): Promise<void> {
  if (notices.length === 0) return;
  await tx
    .insertInto("case_notices")
    .values(
      notices.map((each) => ({
        case_id: each.caseId,
        kind: each.kind,
        action: each.action ?? null,
        obligation_id: each.obligation ?? null,
        roles: [...each.roles],
        text_en: each.text.en,
        text_zh: each.text.zh,
        urgent: each.urgent,
        by_actor: each.by,
        at: new Date(each.at),
        done_at: null,
      })),
    )
    .execute();
}

/** Duties that last shorter than this are told at once, whatever somebody's digest says. */
const URGENT_MS = 24 * 3_600_000;

/** What an action itself makes known: its own notices, its proposal, and the duties it opened. */
export function noticesOfAction(
  lifecycle: Lifecycle,
  action: { readonly case: string; readonly id: string; readonly at: number; readonly by: string },
  proposed: boolean,
  notices: readonly Notice[],
  opened: readonly Obligation[],
): readonly NoticeRecord[] {
  const common = { caseId: action.case, action: action.id, by: action.by, at: action.at };
  return [
    ...notices.map(({ to, text, urgent }) => ({
      ...common,
      kind: proposed ? ("proposal" as const) : ("decision" as const),
      roles: to,
      text,
      urgent,
    })),
    ...opened.map((each) => {
      const { title, bearers } = lifecycle.obligations[each.code]!;
      return {
        ...common,
        kind: "duty" as const,
        obligation: each.id,
        roles: bearers,
        text: title,
        urgent: each.dueAt !== undefined && each.dueAt - action.at <= URGENT_MS,
      };
    }),
  ];
}
