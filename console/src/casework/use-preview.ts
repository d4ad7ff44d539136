import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { previewQuery, type ActionPreview } from "../api/previews.ts";

/** So long after the last key the server is asked what the action comes to. */
const PAUSE_MS = 400;

export interface Foreseen {
  /** What the action comes to as the form is filled in; undefined while it is not complete or would be refused. */
  readonly preview: ActionPreview | undefined;
  /** Why it would be refused as the form is filled in. */
  readonly refusal: unknown;
}

/**
 * @param draftPath `/cases/ID` or `/case-types/KIND`
 * @param input what would be sent; undefined while the form is not complete
 */
export function usePreview(
  draftPath: string,
  action: string,
  version: number | undefined,
  input: Readonly<Record<string, unknown>> | undefined,
): Foreseen {
  const path = draftPath.startsWith("/case-types/") ? draftPath : `${draftPath}/actions/${action}`;
  const entered = input === undefined ? undefined : JSON.stringify(input);
  const [settled] = useDebouncedValue(entered, PAUSE_MS);
  const isSettled = entered !== undefined && entered === settled;
  const asked = useQuery({
    ...previewQuery(path, version, settled === undefined ? {} : (JSON.parse(settled) as Record<string, unknown>)),
    enabled: isSettled,
  });
  if (entered === undefined) return { preview: undefined, refusal: undefined };
  return { preview: asked.data, refusal: isSettled && !asked.isPlaceholderData ? asked.error : undefined };
}
