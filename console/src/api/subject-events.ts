/** A subject that is no vehicle, and the records of what it sent. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { request, withQuery } from "./client.ts";
import { every } from "./queries.ts";
import type { Page } from "./shapes/common.ts";
import type { EventDetail, EventRow, SubjectAnswer } from "./shapes/subjects.ts";

/** Records of one look at most. */
const LIMIT = 200;

export const subjectQuery = (id: string) =>
  queryOptions({
    queryKey: ["subject", id],
    queryFn: ({ signal }) => request<SubjectAnswer>(`/subjects/${id}`, { signal }),
    refetchInterval: every(10_000),
  });

/** Records of [from, to], newest first. */
export const eventsQuery = (subject: string, range: { readonly from: string; readonly to: string }) =>
  queryOptions({
    queryKey: ["events", subject, range],
    queryFn: ({ signal }) =>
      request<Page<EventRow>>(withQuery(`/subjects/${subject}/events`, { ...range, newestFirst: true, limit: LIMIT }), {
        signal,
      }),
    placeholderData: keepPreviousData,
  });

export const eventQuery = (subject: string, seq: string) =>
  queryOptions({
    queryKey: ["event", subject, seq],
    queryFn: ({ signal }) => request<EventDetail>(`/subjects/${subject}/events/${seq}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
