/** The scopes in which an actor sees cases: what narrows a list before any row of a case is read. Row policies decide all the same. */
import { sql, type RawBuilder } from "kysely";
import type { Tx } from "../../records/mod.ts";

export interface Scopes {
  /** Values of `case_index.scope`, one or more per kind. */
  readonly scopes: readonly string[];
  /** Whether a case can stand in more than one of them. */
  readonly overlap: boolean;
  /** Kinds of which every case is in the scopes. */
  readonly whole: readonly string[];
  /** A party or vehicle that was asked for, and the kinds whose scopes hold its cases only. */
  readonly parts: readonly { readonly part: string; readonly held: readonly string[] }[];
}

const EVERYBODY = " *";
const DEPARTMENT = " d:";

/** What a list asks for that is a scope of its own. */
export interface ScopeFilter {
  readonly kinds?: readonly string[] | undefined;
  readonly organisation?: string | undefined;
  readonly vehicle?: string | undefined;
}

export async function scopesOf(tx: Tx, { kinds, organisation, vehicle }: ScopeFilter): Promise<Scopes> {
  const { rows } = await sql<{ scopes: string[] }>`select case when actor_is_system()
      then (select coalesce(array_agg(distinct kind || ' *'), '{}') from case_access) else actor_case_scopes() end as scopes`.execute(
    tx,
  );
  const own = (rows[0]?.scopes ?? []).filter(
    (scope): scope is string => scope !== null && (kinds === undefined || kinds.includes(kindOfScope(scope))),
  );
  const seen = new Set(own.map(kindOfScope));
  // A vehicle has few cases. Those of a party are fewer than an authority sees; who sees less than that looks among its own.
  const wide = new Set(own.filter((scope) => scope.endsWith(EVERYBODY) || scope.includes(DEPARTMENT)).map(kindOfScope));
  const parts = [
    ...(vehicle === undefined ? [] : [{ part: `v:${vehicle}`, held: [...seen] }]),
    ...(organisation === undefined
      ? []
      : [{ part: `o:${organisation}`, held: vehicle === undefined ? [...wide] : [] }]),
  ];
  const held = new Set(parts[0]?.held);
  const scopes = [
    ...[...held].map((kind) => `${kind} ${parts[0]?.part}`),
    ...own.filter((scope) => !held.has(kindOfScope(scope))),
  ];
  return {
    scopes,
    whole: scopes.filter((scope) => scope.endsWith(EVERYBODY)).map(kindOfScope),
    parts,
    overlap: new Set(scopes.map(kindOfScope)).size < scopes.length,
  };
}

/** The condition on a row of a scope that its case is of every part that was asked for, where the scope does not say so already. */
export function withinParts(table: "case_index" | "duty_index", { scopes, parts }: Scopes): RawBuilder<boolean> {
  const kinds = new Set(scopes.map(kindOfScope));
  const kind = sql`split_part(${sql.ref(`${table}.scope`)}, ' ', 1)`;
  const conditions = parts
    .filter(({ held }) => held.length < kinds.size)
    .map(
      ({ part, held }) => sql`(${kind} = any (${[...held]}::text[]) or exists (select 1 from case_index part
        where part.case_id = ${sql.ref(`${table}.case_id`)} and part.scope = ${kind} || ${` ${part}`} offset 0))`,
    );
  return conditions.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(conditions, sql` and `)}`;
}

/** The kind of case that a scope is about. */
export const kindOfScope = (scope: string): string => scope.slice(0, scope.indexOf(" "));
