/** Webhooks of the person who is signed in, and what became of their deliveries. */
import { queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";
import type { Bilingual } from "./shapes/common.ts";
import type { NoticeKind } from "./notifications.ts";
import { every } from "./queries.ts";

export const ALGORITHMS = ["hmac-sha256", "ed25519"] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly kinds: readonly NoticeKind[];
  readonly algorithm: Algorithm;
  readonly createdAt: string;
  readonly disabledAt: string | null;
  /** `paused`: by its owner; else why the server gave it up. */
  readonly disabledReason: string | null;
}

export interface NewWebhook {
  readonly url: string;
  readonly kinds: readonly NoticeKind[];
  readonly algorithm: Algorithm;
}

/** What is shown once. */
export interface OpenedWebhook extends Webhook {
  readonly secret: string | null;
  readonly publicKey: string | null;
}

export interface WebhookDelivery {
  readonly id: string;
  readonly event: string;
  readonly kind: NoticeKind | "test";
  /** Without a title where the person may no longer see it. */
  readonly case: { readonly id: string; readonly title: Bilingual | null } | null;
  readonly attempts: number;
  readonly state: "waiting" | "done" | "failed";
  readonly nextAt: string | null;
  readonly endedAt: string | null;
  readonly lastError: string | null;
  readonly createdAt: string;
}

export const WEBHOOKS = "webhooks";

export const webhooksQuery = queryOptions({
  queryKey: [WEBHOOKS],
  queryFn: async ({ signal }) => (await request<{ items: Webhook[] }>("/webhooks", { signal })).items,
});

/** Asked often while it is looked at: a test is tried within a second or two. */
export const deliveriesQuery = (id: string) =>
  queryOptions({
    queryKey: [WEBHOOKS, id, "deliveries"],
    queryFn: async ({ signal }) =>
      (await request<{ items: WebhookDelivery[] }>(`/webhooks/${id}/deliveries`, { signal })).items,
    refetchInterval: every(3_000),
  });

export function addWebhook(body: NewWebhook): Promise<OpenedWebhook> {
  return request("/webhooks", { method: "POST", body });
}

export function removeWebhook(id: string): Promise<unknown> {
  return request(`/webhooks/${id}`, { method: "DELETE" });
}

export function actOnWebhook(id: string, action: "test" | "enable" | "disable"): Promise<unknown> {
  return request(`/webhooks/${id}/${action}`, { method: "POST" });
}

export function retryDelivery(id: string, delivery: string): Promise<unknown> {
  return request(`/webhooks/${id}/deliveries/${delivery}/retry`, { method: "POST" });
}
