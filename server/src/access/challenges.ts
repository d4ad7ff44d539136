/** What is remembered between two steps of a sign-in. The client holds a secret, the table its digest. */
import { randomBytes } from "node:crypto";
import type { Selectable } from "kysely";
import type { Tx } from "../records/mod.ts";
import type { SignInChallengeTable } from "../records/tables/identity.ts";
import { digestSecret } from "./password.ts";

export type ChallengeKind = "second-factor" | "passkey-sign-in" | "passkey-registration" | "sso";
export type Challenge = Selectable<SignInChallengeTable>;

const MINUTES = 10;
/** Wrong answers to one challenge; then a new one is needed, which costs a right password. */
export const CHALLENGE_ATTEMPTS = 5;

/** @returns the client's secret */
export async function openChallenge(
  tx: Tx,
  now: number,
  challenge: {
    readonly kind: ChallengeKind;
    readonly account?: string | undefined;
    readonly content?: Readonly<Record<string, unknown>>;
  },
): Promise<string> {
  const secret = randomBytes(32).toString("base64url");
  await tx.deleteFrom("sign_in_challenges").where("expires_at", "<", new Date(now)).execute();
  await tx
    .insertInto("sign_in_challenges")
    .values({
      hash: digestSecret(secret),
      kind: challenge.kind,
      account_id: challenge.account ?? null,
      content: JSON.stringify(challenge.content ?? {}),
      expires_at: new Date(now + MINUTES * 60_000),
    })
    .execute();
  return secret;
}

/**
 * Finds a challenge for an answer and counts the attempt at once, so that answers in parallel count as well.
 * undefined: unknown, of another kind, too old, or answered wrongly too often.
 */
export async function takeAttempt(
  tx: Tx,
  now: number,
  kind: ChallengeKind,
  secret: string,
): Promise<Challenge | undefined> {
  return tx
    .updateTable("sign_in_challenges")
    .set((eb) => ({ attempts: eb("attempts", "+", 1) }))
    .where("hash", "=", digestSecret(secret))
    .where("kind", "=", kind)
    .where("attempts", "<", CHALLENGE_ATTEMPTS)
    .where("expires_at", ">", new Date(now))
    .returningAll()
    .executeTakeFirst();
}

/** A challenge is answered once. False: somebody else was faster. */
export async function closeChallenge(tx: Tx, challenge: Challenge): Promise<boolean> {
  const deleted = await tx.deleteFrom("sign_in_challenges").where("hash", "=", challenge.hash).executeTakeFirst();
  return deleted.numDeletedRows === 1n;
}
