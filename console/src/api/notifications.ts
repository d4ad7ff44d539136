/** The signed-in person's inbox and what they want to be told. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { request, withQuery } from "./client.ts";
import { every } from "./queries.ts";
import type { Bilingual, Page } from "./shapes/common.ts";

export const NOTICE_KINDS = ["duty", "dueSoon", "overdue", "escalation", "proposal", "decision"] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

export interface InboxItem {
  readonly id: string;
  readonly kind: NoticeKind;
  readonly text: Bilingual;
  readonly urgent: boolean;
  readonly at: string;
  readonly readAt: string | null;
  readonly case: { readonly id: string; readonly kind: string; readonly title: Bilingual; readonly state: string };
}

export interface NotificationSettings {
  readonly inboxKinds: readonly NoticeKind[];
  readonly email: string | null;
  readonly emailKinds: readonly NoticeKind[];
  readonly digest: "none" | "hourly" | "daily";
  readonly language: "zh" | "en";
  readonly canMail: boolean;
}

export const unreadQuery = queryOptions({
  queryKey: ["notifications", "count"],
  queryFn: async ({ signal }) => (await request<{ unread: number }>("/notifications/count", { signal })).unread,
  refetchInterval: every(30_000),
});

export const inboxQuery = (unread: boolean) =>
  infiniteQueryOptions({
    queryKey: ["notifications", "inbox", unread],
    queryFn: ({ pageParam, signal }) =>
      request<Page<InboxItem>>(
        withQuery("/notifications", { unread: unread ? true : undefined, limit: 100, cursor: pageParam }),
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: every(30_000),
  });

export const notificationSettingsQuery = queryOptions({
  queryKey: ["notifications", "settings"],
  queryFn: ({ signal }) => request<NotificationSettings>("/notifications/settings", { signal }),
});

export function markRead(what: { readonly ids: readonly string[] } | { readonly upTo: string }): Promise<unknown> {
  return request("/notifications/read", { method: "POST", body: what });
}
