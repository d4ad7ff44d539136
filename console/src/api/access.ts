/** Accounts, organisations, tokens, sessions and the log of accesses, as the API gives them. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import { request, withQuery } from "./client.ts";
import type { Actor, SessionLimits } from "./shapes/common.ts";

export type PendingStep = "password" | "second-factor";
export type FactorMethod = "totp" | "passkey" | "recovery";

export interface SessionAnswer {
  readonly actor: Actor | null;
  readonly pending?: readonly PendingStep[];
  /** Of who is signed in. */
  readonly limits?: SessionLimits;
  readonly secondFactor?: { readonly challenge: string; readonly methods: readonly FactorMethod[] } | null;
}

export interface PasskeyQuestion<Options> {
  readonly challenge: string;
  readonly options: Options;
}
export type RegistrationQuestion = PasskeyQuestion<PublicKeyCredentialCreationOptionsJSON>;
export type SignInQuestion = PasskeyQuestion<PublicKeyCredentialRequestOptionsJSON>;

export interface OwnAccount {
  readonly account: string;
  readonly name: string;
  readonly demo: boolean;
  readonly hasPassword: boolean;
  readonly provider: string | null;
  readonly pending: readonly PendingStep[];
  readonly needsSecondFactor: boolean;
  readonly passkeysOffered: boolean;
  readonly totp: boolean;
  readonly recoveryCodes: number;
  readonly passkeys: readonly {
    readonly id: string;
    readonly name: string;
    readonly synced: boolean;
    readonly createdAt: string;
    readonly lastUsedAt: string | null;
  }[];
}

export interface SessionRow {
  readonly id: string;
  readonly method: string;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly openedAt: string;
  readonly lastSeenAt: string | null;
  readonly expiresAt: string;
  readonly current: boolean;
}

export interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly organisation: string | null;
  readonly scope: string | null;
  readonly scopes: readonly string[] | null;
  readonly owner: string | null;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
  readonly revoked: boolean;
}

export interface Organisation {
  readonly id: string;
  readonly kind: string;
  readonly names: { readonly en: string; readonly zh: string };
  readonly region: string | null;
  readonly regions: readonly string[];
  readonly disabled: boolean;
}

export interface Account {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly role: string;
  readonly organisation: string;
  readonly region: string | null;
  readonly demo: boolean;
  readonly disabled: boolean;
  readonly lockedUntil: string | null;
  readonly sso: { readonly provider: string; readonly subject: string } | null;
}

export interface RolePolicy {
  readonly role: string;
  readonly secondFactor: string;
  readonly isDefault: boolean;
}

export interface LogEntry {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly actorName: string | null;
  readonly role: string;
  readonly organisation: string;
  readonly action: string;
  readonly subject: string;
  readonly purpose: string | null;
  readonly reason: string | null;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

interface Items<T> {
  readonly items: readonly T[];
}
const list = <T>(key: string, path: string) =>
  queryOptions({
    queryKey: [key, path],
    queryFn: async ({ signal }) => (await request<Items<T>>(path, { signal })).items,
  });

export const ownAccountQuery = queryOptions({
  queryKey: ["account"],
  queryFn: ({ signal }) => request<OwnAccount>("/account", { signal }),
});
export const ownSessionsQuery = list<SessionRow>("sessions", "/account/sessions");
export const sessionsOfQuery = (account: string) => list<SessionRow>("sessions", `/accounts/${account}/sessions`);
export const tokensQuery = list<TokenRow>("tokens", "/tokens");
export const organisationsQuery = list<Organisation>("organisations", "/organisations");
export const accountsQuery = list<Account>("accounts", "/accounts");
export const policiesQuery = list<RolePolicy>("policies", "/sign-in-policies");
export const providersQuery = list<{
  readonly id: string;
  readonly title: { readonly en: string; readonly zh: string };
}>("providers", "/session/sso");

export interface LogFilter {
  readonly action?: string | undefined;
  readonly subject?: string | undefined;
  readonly actor?: string | undefined;
  readonly role?: string | undefined;
  /** RFC 3339, the end excluded. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}
export const logPath = (filter: LogFilter, rest: object = {}): string =>
  withQuery("/access-log", { ...filter, ...rest });
export const logQuery = (filter: LogFilter) =>
  infiniteQueryOptions({
    queryKey: ["access-log", filter],
    queryFn: ({ signal, pageParam }) =>
      request<{ readonly items: readonly LogEntry[]; readonly next: string | null }>(
        logPath(filter, { limit: 100, cursor: pageParam }),
        { signal },
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.next ?? undefined,
  });
