/** Sandbox programmes from the API. */
import type { Programme } from "@sandglass/casework";
import { queryOptions } from "@tanstack/react-query";
import { request, withQuery } from "./client.ts";

export interface ProgrammeView {
  readonly programme: Programme;
  readonly open: boolean;
  readonly figures: {
    readonly drafts: number;
    readonly underWay: number;
    readonly testing: number;
    readonly ended: number;
  };
  readonly publication: {
    readonly by: string | null;
    readonly role: string;
    readonly at: string;
    readonly reason: string;
  } | null;
}

export interface ProgrammeDetail extends ProgrammeView {
  readonly versions: readonly {
    readonly version: number;
    readonly effectiveFrom: string | null;
    readonly publishedAt: string | null;
    readonly reason: string | null;
  }[];
}

export const programmesQuery = queryOptions({
  queryKey: ["programmes"],
  queryFn: ({ signal }) => request<{ items: readonly ProgrammeView[] }>("/programmes", { signal }),
  staleTime: 60_000,
});

export const programmeQuery = (id: string, version?: number) =>
  queryOptions({
    queryKey: ["programmes", id, version],
    queryFn: ({ signal }) => request<ProgrammeDetail>(withQuery(`/programmes/${id}`, { version }), { signal }),
    staleTime: 60_000,
  });

/** @param programme as data; the server checks all of it */
export function publishProgramme(programme: unknown, reason: string): Promise<unknown> {
  return request("/programmes", { method: "POST", body: { programme, reason } });
}
