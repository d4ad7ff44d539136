/** Vehicles of recalls. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { request, withQuery } from "./client.ts";
import type { Page } from "./shapes/common.ts";

export const RECALL_STATUSES = ["outstanding", "remedied", "excluded"] as const;
export type RecallStatus = (typeof RECALL_STATUSES)[number];

export interface RecallVehicle {
  readonly vehicle: string;
  readonly vinMasked: string;
  readonly model: string | null;
  readonly region: string | null;
  readonly status: RecallStatus;
  readonly remedy: string | null;
  readonly remediedAt: string | null;
}

export const recallVehiclesQuery = (id: string, version: number | undefined, status: RecallStatus, cursor?: string) =>
  queryOptions({
    // With the version of the case: what an action changed is asked for anew.
    queryKey: ["case", id, "recall-vehicles", version, status, cursor],
    queryFn: ({ signal }) =>
      request<Page<RecallVehicle>>(withQuery(`/cases/${id}/recall-vehicles`, { status, cursor, limit: 50 }), {
        signal,
      }),
    placeholderData: keepPreviousData,
  });
