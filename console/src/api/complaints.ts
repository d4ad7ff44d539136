/** Complaints that anyone may file, for those who answer them. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import { request, withQuery } from "./client.ts";

export interface Complaint {
  readonly id: string;
  readonly project: string | null;
  readonly subject: string;
  readonly text: string;
  readonly contact: string | null;
  readonly receivedAt: string;
  readonly dueAt: string;
  readonly answer: string | null;
  readonly answeredAt: string | null;
}

export const complaintsQuery = (open: boolean) =>
  infiniteQueryOptions({
    queryKey: ["complaints", open],
    queryFn: ({ pageParam, signal }) =>
      request<{ items: readonly Complaint[]; next: string | null }>(
        withQuery("/complaints", { limit: 50, cursor: pageParam, ...(open ? { open: true } : {}) }),
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 10_000,
  });

export function answerComplaint(id: string, answer: string): Promise<unknown> {
  return request(`/complaints/${id}/answer`, { method: "POST", body: { answer } });
}
