/** Identity providers as data: where they are, what their claims are called, and which claims give which role. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { isAssignableRole } from "@sandglass/casework";
import { Type, type Static } from "typebox";
import { Value } from "typebox/value";

const text = Type.String({ minLength: 1, maxLength: 500 });
const Rule = Type.Object(
  {
    /** Claim → value. A claim that is a list must contain it. All must hold. */
    when: Type.Record(Type.String(), Type.Union([text, Type.Number(), Type.Boolean()])),
    role: text,
    organisation: text,
    region: Type.Optional(Type.String({ pattern: "^[0-9]{6}$" })),
  },
  { additionalProperties: false },
);
const Entry = Type.Object(
  {
    id: Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,30}$" }),
    title: Type.Object({ en: text, zh: text }),
    issuer: text,
    clientId: text,
    clientSecret: Type.Optional(text),
    /** Beside the file, or absolute. */
    clientSecretFile: Type.Optional(text),
    scopes: Type.Optional(Type.Array(text)),
    claims: Type.Optional(
      Type.Object({ account: Type.Optional(text), name: Type.Optional(text) }, { additionalProperties: false }),
    ),
    userInfo: Type.Optional(Type.Boolean()),
    mapping: Type.Optional(Type.Array(Rule)),
    createAccounts: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
const File = Type.Object({ providers: Type.Array(Entry, { maxItems: 20 }) }, { additionalProperties: false });

export interface Provider {
  readonly id: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly scopes: readonly string[];
  readonly claims: { readonly account: string; readonly name: string };
  /** Ask the userinfo endpoint as well: some providers keep groups out of the ID token. */
  readonly userInfo: boolean;
  /** The first rule that holds decides. */
  readonly mapping: readonly Static<typeof Rule>[];
  /** Make an account for whom the mapping gives a role; off by default. */
  readonly createAccounts: boolean;
}

export type Claims = { readonly sub: string } & Readonly<Record<string, unknown>>;

/** @throws Error that names file, provider and fault: a start with half a sign-in is worse than none */
export function parseProviders(file: string): Provider[] {
  const content: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (!Value.Check(File, content)) {
    const [first] = Value.Errors(File, content);
    throw new Error(`${file}: ${first?.instancePath ?? ""} ${first?.message ?? "does not fit"}`);
  }
  const ids = new Set<string>();
  return content.providers.map((entry) => {
    const fault = faultOf(entry, ids);
    if (fault !== undefined) throw new Error(`${file}: provider ${entry.id} ${fault}`);
    ids.add(entry.id);
    const secret =
      entry.clientSecretFile === undefined
        ? entry.clientSecret
        : readFileSync(path.resolve(path.dirname(file), entry.clientSecretFile), "utf8").trim();
    return {
      id: entry.id,
      title: entry.title,
      issuer: entry.issuer,
      clientId: entry.clientId,
      ...(secret === undefined ? {} : { clientSecret: secret }),
      scopes: entry.scopes ?? ["openid", "profile"],
      claims: { account: entry.claims?.account ?? "preferred_username", name: entry.claims?.name ?? "name" },
      userInfo: entry.userInfo ?? false,
      mapping: entry.mapping ?? [],
      createAccounts: entry.createAccounts ?? false,
    };
  });
}

function faultOf(entry: Static<typeof Entry>, ids: ReadonlySet<string>): string | undefined {
  if (ids.has(entry.id)) return "stands twice";
  const url = URL.canParse(entry.issuer) ? new URL(entry.issuer) : undefined;
  const isLocal = url?.hostname === "localhost" || url?.hostname === "127.0.0.1" || url?.hostname === "[::1]";
  if (url === undefined || (url.protocol !== "https:" && !(url.protocol === "http:" && isLocal)))
    return "needs an https issuer";
  const wrong = entry.mapping?.find((rule) => !isAssignableRole(rule.role));
  if (wrong !== undefined) return `maps to the role ${wrong.role}, which no account may have`;
  if (entry.createAccounts === true && (entry.mapping ?? []).length === 0) return "makes accounts but has no mapping";
  return undefined;
}

export function textClaim(claims: Claims, name: string): string | undefined {
  const value = claims[name];
  return typeof value === "string" && value !== "" ? value.slice(0, 100) : undefined;
}

export function roleOfClaims(
  provider: Provider,
  claims: Claims,
): { readonly role: string; readonly organisation: string; readonly region?: string } | undefined {
  const holds = ([claim, wanted]: [string, unknown]): boolean => {
    const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
    return Array.isArray(value) ? value.includes(wanted) : value === wanted;
  };
  const rule = provider.mapping.find(({ when }) => Object.entries(when).every(holds));
  if (rule === undefined) return undefined;
  const { role, organisation, region } = rule;
  return { role, organisation, ...(region === undefined ? {} : { region }) };
}
