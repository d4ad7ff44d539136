/** What somebody has typed into a form is kept on the server while they type, and comes back when they do. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { draftsQuery } from "../api/cases.ts";
import { request } from "../api/client.ts";
import { parseTime } from "../lib/format.ts";
import type { FormValue } from "../lib/json-schema.ts";

/** So long after the last key the draft is saved. */
const PAUSE_MS = 1_000;

export interface DraftOfForm {
  readonly value: FormValue;
  change(value: FormValue): void;
  /** When what is shown was saved, UTC ms. */
  readonly savedAt: number | undefined;
  /** Whether it was begun earlier and came back. */
  readonly restored: boolean;
  readonly failed: boolean;
  /** Back to an empty form, without the draft. */
  discard(): Promise<void>;
  /** The form was sent: the server has removed the draft, nothing more is saved. */
  sent(): void;
}

/** @param path `/cases/ID` or `/case-types/KIND` */
export function useDraft(path: string, action: string, initial: FormValue, version: number | undefined): DraftOfForm {
  const stored = useQuery(draftsQuery(path));
  const found = stored.data?.find((draft) => draft.action === action);
  const [typed, setTyped] = useState<FormValue>();
  const [dropped, setDropped] = useState(false);
  const [savedAt, setSavedAt] = useState<number>();
  const [failed, setFailed] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const save = async (content: FormValue): Promise<void> => {
    try {
      const { savedAt: at } = await request<{ savedAt: string }>(`${path}/drafts/${action}`, {
        method: "PUT",
        body: { content, ...(version === undefined || path.startsWith("/case-types/") ? {} : { version }) },
      });
      setSavedAt(parseTime(at));
      setFailed(false);
    } catch {
      setFailed(true);
    }
  };
  const restored = found !== undefined && typed === undefined && !dropped;
  return {
    value: typed ?? (restored ? { ...initial, ...found.content } : initial),
    change(value) {
      setTyped(value);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void save(value), PAUSE_MS);
    },
    savedAt: savedAt ?? (restored ? parseTime(found.savedAt) : undefined),
    restored,
    failed,
    async discard() {
      clearTimeout(timer.current);
      setDropped(true);
      setTyped(initial);
      setSavedAt(undefined);
      await request(`${path}/drafts/${action}`, { method: "DELETE" }).catch(() => setFailed(true));
    },
    sent: () => clearTimeout(timer.current),
  };
}
