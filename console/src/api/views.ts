/** Filters of lists that a person gave a name. */
import { queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";

export type ViewList = "cases" | "findings" | "obligations" | "vehicles";
export type ViewQuery = Readonly<Record<string, string | number | boolean>>;

export interface SavedView {
  readonly id: string;
  readonly list: ViewList;
  readonly name: string;
  readonly query: ViewQuery;
}

export const viewsQuery = (list: ViewList) =>
  queryOptions({
    queryKey: ["views", list],
    queryFn: async ({ signal }) =>
      (await request<{ readonly items: readonly SavedView[] }>(`/views?list=${list}`, { signal })).items,
  });

export const saveView = (list: ViewList, name: string, query: ViewQuery): Promise<SavedView> =>
  request<SavedView>("/views", { method: "PUT", body: { list, name, query } });

export const dropView = (id: string): Promise<void> => request<void>(`/views/${id}`, { method: "DELETE" });
