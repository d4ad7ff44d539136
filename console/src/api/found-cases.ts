/** Cases that a form may name: by words of their title and content, or by their number. */
import { queryOptions } from "@tanstack/react-query";
import { readSearchText } from "../lib/search-text.ts";
import { request, requestIfThere, withQuery } from "./client.ts";
import type { CaseDetail, CaseSummary } from "./shapes/cases.ts";
import type { Page } from "./shapes/common.ts";

const FOUND = 10;

/** A number that is not there finds nothing, as a word that nobody wrote does. */
async function findCases(kinds: readonly string[], text: string, signal: AbortSignal): Promise<readonly CaseSummary[]> {
  const target = readSearchText(text);
  if (target.kind === "case" || target.kind === "project") {
    const found = await requestIfThere<CaseDetail>(`/cases/${encodeURIComponent(target.id)}`, { signal });
    return found !== undefined && (kinds.length === 0 || kinds.includes(found.kind)) ? [found] : [];
  }
  const query = { kind: kinds.length === 0 ? undefined : kinds, q: text === "" ? undefined : text, limit: FOUND };
  return (await request<Page<CaseSummary>>(withQuery("/cases", query), { signal })).items;
}

export const foundCasesQuery = (kinds: readonly string[], text: string) =>
  queryOptions({
    queryKey: ["cases", "found", kinds, text],
    queryFn: ({ signal }) => findCases(kinds, text, signal),
    staleTime: 30_000,
  });
