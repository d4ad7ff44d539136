/** The text that is being written, beside the one that is kept; shared by the tabs of the page. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, request } from "../../api/client.ts";
import { draftQuery, type Draft, type RuleGovernance } from "../../api/rules.ts";

export interface DraftEditing {
  readonly title: string;
  readonly text: string;
  readonly tests: string;
  readonly governance: RuleGovernance;
  readonly isDirty: boolean;
  readonly busy: boolean;
  readonly error: unknown;
  /** Somebody saved meanwhile: their draft. */
  readonly conflict: Draft | undefined;
  setTitle(title: string): void;
  setText(text: string): void;
  setTests(tests: string): void;
  setGovernance(change: RuleGovernance): void;
  /** @returns whether the draft is kept now */
  save(): Promise<boolean>;
  /** Saves over what the other person saved. */
  saveOver(): Promise<boolean>;
  takeTheirs(): void;
}

type Kept = Pick<DraftEditing, "title" | "text" | "tests" | "governance">;

export function useDraftText(draft: Draft): DraftEditing {
  const client = useQueryClient();
  const [own, setOwn] = useState<Kept & { revision: number }>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [conflict, setConflict] = useState<Draft>();
  const { title, text, tests, governance, revision } = own ?? draft;
  const patch = (change: Partial<Kept>): void => {
    setError(undefined);
    setOwn((before) => ({ title, text, tests, governance, revision: draft.revision, ...before, ...change }));
  };

  const put = async (over: number): Promise<boolean> => {
    setBusy(true);
    setError(undefined);
    try {
      const saved = await request<Draft>(`/rules/drafts/${draft.id}`, {
        method: "PUT",
        body: { title: title.trim(), text, tests, governance, revision: over },
      });
      client.setQueryData(draftQuery(draft.id).queryKey, saved);
      void client.invalidateQueries({ queryKey: ["rules", "drafts"] });
      setOwn(undefined);
      setConflict(undefined);
      return true;
    } catch (cause) {
      if (cause instanceof ApiError && cause.code === "SG_RULE_CHANGED")
        setConflict(await client.fetchQuery({ ...draftQuery(draft.id), staleTime: 0 }));
      setError(cause);
      return false;
    } finally {
      setBusy(false);
    }
  };

  return {
    title,
    text,
    tests,
    governance,
    isDirty:
      own !== undefined &&
      (own.title !== draft.title ||
        own.text !== draft.text ||
        own.tests !== draft.tests ||
        JSON.stringify(own.governance) !== JSON.stringify(draft.governance)),
    busy,
    error,
    conflict,
    setTitle: (value) => patch({ title: value }),
    setText: (value) => patch({ text: value }),
    setTests: (value) => patch({ tests: value }),
    setGovernance: (change) => patch({ governance: { ...governance, ...change } }),
    save: () => put(revision),
    saveOver: () => put(conflict?.revision ?? revision),
    takeTheirs: () => {
      setOwn(undefined);
      setConflict(undefined);
      setError(undefined);
    },
  };
}
