/**
 * Who acts. Every transaction carries an actor: PostgreSQL's row policies read it, so that a query that forgets
 * its scope returns nothing instead of too much.
 */
import type { SystemCode } from "@sandglass/casework";

export const ACTOR_KINDS = ["person", "token", "system"] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

export interface Actor {
  readonly kind: ActorKind;
  /**
   * Account id, also when the person uses a token of theirs; the id of a token that is nobody's; the system actor's name.
   * So whoever compares ids compares persons: a token or another session of somebody is no second somebody.
   */
  readonly id: string;
  /** Login name of a person. */
  readonly account?: string;
  /** Id of the token through which a person acts. Absent: a session, or a token that is nobody's. */
  readonly token?: string;
  /** Role code of REQUIREMENTS §8.1, or `system:…`. */
  readonly role: string;
  /** Organisation id; empty for system actors. */
  readonly organisation: string;
  /** GB/T 2260 division code, trailing zeros significant: `440000` is a province, `440300` a city. */
  readonly region?: string;
  /** Of a token: what is left of its owner's rights (packages/casework, token scopes). Absent = everything its role may. */
  readonly scopes?: readonly string[];
}

/**
 * Whether a person answers for what the actor does. Not so for the system and for tokens that belong to no account
 * (services, the one printed at start): they may ask for something, but are never the second pair of eyes.
 */
export function isPerson(actor: Actor): boolean {
  return actor.kind === "person" || (actor.kind === "token" && actor.token !== undefined);
}

/** Who acted, as ledger leaves have it. `token` only where a person acted through one. */
export function signatureOf({ id, role, organisation, token }: Actor): {
  readonly id: string;
  readonly role: string;
  readonly organisation: string;
  readonly token?: string;
} {
  return { id, role, organisation, ...(token === undefined ? {} : { token }) };
}

function systemActor(name: SystemCode extends `system:${infer Name}` ? Name : never): Actor {
  const role: SystemCode = `system:${name}`;
  return { kind: "system", id: role, role, organisation: "" };
}

/** Automatic effects of firings (suspension, work orders). */
export const SYSTEM_TRIGGER: Actor = systemActor("trigger");
/** Gateway, journal, history hand-over, vehicle registry. */
export const SYSTEM_INTAKE: Actor = systemActor("intake");
/** Supervision runtime: findings, cursor. */
export const SYSTEM_SUPERVISION: Actor = systemActor("supervision");
/** Ledger sequencer and export. */
export const SYSTEM_LEDGER: Actor = systemActor("ledger");
/** Sign-in, sessions, tokens: what happens before an actor is known. */
export const SYSTEM_ACCESS: Actor = systemActor("access");
/** Legal clocks and other timed work of cases. */
export const SYSTEM_CLOCK: Actor = systemActor("clock");
/** Sending of down-link commands: the queue, attempts, answers. */
export const SYSTEM_DOWNLINK: Actor = systemActor("downlink");
/** Running of backtests. */
export const SYSTEM_RULEBOOK: Actor = systemActor("rulebook");
/** Issuing of documents that actions of cases call for. */
export const SYSTEM_DOCUMENTS: Actor = systemActor("documents");
/** Notices to persons: inbox, mail, webhooks. */
export const SYSTEM_NOTIFIER: Actor = systemActor("notifier");
/** First start: organisations, accounts, demo data. */
export const SYSTEM_SETUP: Actor = systemActor("setup");

export function isSystem(actor: Actor): boolean {
  return actor.kind === "system";
}
