/** Regions and road lists from the API. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { request, withQuery } from "./client.ts";

export interface RegionSummary {
  readonly id: string;
  readonly kind: "area" | "road";
  readonly names: { readonly en: string; readonly zh: string };
  readonly areaCode: string | null;
  readonly organisation: string;
  readonly shared: boolean;
  readonly version: number;
  readonly shape: string;
  readonly coordinateSystem: "WGS-84" | "GCJ-02";
  readonly positions: number;
  readonly areaKm2: number | null;
  readonly lengthKm: number | null;
  readonly breadthM: number | null;
  readonly roads: readonly { readonly id: string; readonly name: string }[];
  readonly source: string;
  readonly changedAt: string;
  readonly retiredAt: string | null;
}

export interface RegionDetail extends RegionSummary {
  readonly geometry: unknown;
  readonly currentVersion: number;
  readonly versions: readonly {
    readonly version: number;
    readonly shape: string;
    readonly madeRole: string;
    readonly madeAt: string;
    readonly source: string;
  }[];
  readonly pins: number;
}

export interface RegionBody {
  readonly names: { readonly en: string; readonly zh: string };
  readonly geometry: unknown;
  readonly coordinateSystem: "WGS-84" | "GCJ-02";
  readonly breadthM?: number;
  readonly areaCode?: string;
  readonly source?: string;
}

export const regionsQuery = infiniteQueryOptions({
  queryKey: ["regions"],
  queryFn: ({ signal, pageParam }) =>
    request<{ items: readonly RegionSummary[]; next: string | null }>(
      withQuery("/regions", { limit: 100, cursor: pageParam }),
      { signal },
    ),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last) => last.next ?? undefined,
});

export const regionQuery = (id: string) =>
  queryOptions({
    queryKey: ["regions", id],
    queryFn: ({ signal }) => request<RegionDetail>(`/regions/${id}`, { signal }),
  });
