/** What a later version of a procedure does otherwise: what the person who moves a case reads before deciding. */
import type { Text } from "../text.ts";
import type { Lifecycle } from "./definition.ts";

export const PROCEDURE_PARTS = ["state", "action", "duty", "document", "flag"] as const;
export type ProcedurePart = (typeof PROCEDURE_PARTS)[number];

export interface ProcedureChange {
  readonly part: ProcedurePart;
  readonly code: string;
  /** As the later version calls it; as the former one where it is gone. */
  readonly title: Text;
  readonly how: "added" | "removed" | "changed";
}

/** In the order of the parts and of the later version's tables; what is gone comes last of its part. */
export function procedureChanges(current: Lifecycle, target: Lifecycle): readonly ProcedureChange[] {
  return [
    ...tables("state", current.states, target.states, ({ title }) => title),
    ...tables("action", current.actions, target.actions, ({ title }) => title),
    ...tables("duty", current.obligations, target.obligations, ({ title }) => title),
    ...tables("document", current.documents, target.documents, (title) => title),
    ...tables("flag", current.flags, target.flags, (title) => title),
  ];
}

function tables<Entry>(
  part: ProcedurePart,
  before: Readonly<Record<string, Entry>>,
  now: Readonly<Record<string, Entry>>,
  titleOf: (entry: Entry) => Text,
): readonly ProcedureChange[] {
  const change = (code: string, entry: Entry, how: ProcedureChange["how"]): ProcedureChange => ({
    part,
    code,
    title: titleOf(entry),
    how,
  });
  return [
    ...Object.entries(now).flatMap(([code, entry]) => {
      if (!Object.hasOwn(before, code)) return [change(code, entry, "added")];
      return written(before[code]) === written(entry) ? [] : [change(code, entry, "changed")];
    }),
    ...Object.entries(before).flatMap(([code, entry]) =>
      Object.hasOwn(now, code) ? [] : [change(code, entry, "removed")],
    ),
  ];
}

/** Conditions and effects are functions, compared by their text: one that differs only in a value it closes over is not seen. */
function written(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "function" ? String(inner) : inner)) ?? "";
}
