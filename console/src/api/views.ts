/** Filters of lists that a person gave a name. */
import { queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";

export type ViewList = "cases" | "findings" | "obligations" | "projects" | "vehicles";
export type ViewQuery = Readonly<Record<string, string | number | boolean>>;

export interface SavedView {
  readonly id: string;
  readonly list: ViewList;
  readonly name: string;
  readonly query: ViewQuery;
  readonly shared: boolean;
  /** Else it is of somebody of the organisation, who shares it. */
  readonly isYours: boolean;
  readonly owner: string | null;
  /** Null also where the reader is not to know it. */
  readonly ownerName: string | null;
}

export const viewsQuery = (list: ViewList) =>
  queryOptions({
    queryKey: ["views", list],
    queryFn: async ({ signal }) =>
      (await request<{ readonly items: readonly SavedView[] }>(`/views?list=${list}`, { signal })).items,
  });

/** @param shared as it is when absent */
export const saveView = (list: ViewList, name: string, query: ViewQuery, shared?: boolean): Promise<SavedView> =>
  request<SavedView>("/views", {
    method: "PUT",
    body: { list, name, query, ...(shared === undefined ? {} : { shared }) },
  });

export const dropView = (id: string): Promise<void> => request<void>(`/views/${id}`, { method: "DELETE" });
