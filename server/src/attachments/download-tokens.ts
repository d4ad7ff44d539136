/** Tokens that open one file for a minute: the address that serves files knows no sessions and needs none. */
import { createHmac, timingSafeEqual } from "node:crypto";

export const TOKEN_MS = 60_000;
const ID = /^att_[0-9a-hjkmnp-tv-z]{20}$/;

export function makeToken(secret: Uint8Array, id: string, now: number): string {
  const text = `${id}.${now + TOKEN_MS}`;
  return `${text}.${signatureOf(secret, text).toString("base64url")}`;
}

/** The attachment that a token opens; undefined when it was not made here, or is too old. */
export function findInToken(secret: Uint8Array, token: string, now: number): string | undefined {
  const [id = "", until = "", signature = "", ...rest] = token.split(".");
  if (rest.length > 0 || !ID.test(id) || !/^\d{1,16}$/.test(until)) return undefined;
  const given = Buffer.from(signature, "base64url");
  const right = signatureOf(secret, `${id}.${until}`);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  return now <= Number(until) ? id : undefined;
}

function signatureOf(secret: Uint8Array, text: string): Buffer {
  return createHmac("sha256", secret).update(`attachment ${text}`).digest();
}
