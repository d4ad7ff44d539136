/** Senders by token for a moment, so that a chatty exporter does not cost a query per request. */
import { hash } from "node:crypto";
import type { Sender } from "./event-intake.ts";

/** A revoked token may be accepted for this long. */
const CACHE_MS = 5_000;
const MAX_TOKENS = 10_000;

export function cacheSenders(
  find: (token: string) => Promise<Sender | undefined>,
  now: () => number,
): (token: string) => Promise<Sender | undefined> {
  const known = new Map<string, { readonly sender: Sender; readonly until: number }>();
  return async (token) => {
    const digest = hash("sha256", token, "base64url");
    const cached = known.get(digest);
    if (cached !== undefined && cached.until > now()) return cached.sender;
    const sender = await find(token);
    // Refusals are not kept: a guesser must not fill the memory.
    if (sender === undefined) known.delete(digest);
    else {
      if (known.size >= MAX_TOKENS) known.clear();
      known.set(digest, { sender, until: now() + CACHE_MS });
    }
    return sender;
  };
}
