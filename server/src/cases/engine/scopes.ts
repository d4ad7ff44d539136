/** The scopes in which an actor sees cases: what narrows a list before any row of a case is read. Row policies decide all the same. */
import { sql } from "kysely";
import type { Tx } from "../../records/mod.ts";

export interface Scopes {
  /** Values of `case_index.scope`, one or more per kind. */
  readonly scopes: readonly string[];
  /** Whether a case can stand in more than one of them. */
  readonly overlap: boolean;
  /** Kinds of which every case is seen. */
  readonly whole: readonly string[];
  /** Whether the scopes hold fewer cases than the actor sees, because a party or a vehicle was asked for. */
  readonly isNarrowed: boolean;
}

const EVERYBODY = " *";

/** What a list asks for that is a scope of its own. */
export interface ScopeFilter {
  readonly kinds?: readonly string[] | undefined;
  /** A party or a vehicle: a narrower scope for those who see every case of the kinds; others keep theirs. */
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
  const whole = own.filter((scope) => scope.endsWith(EVERYBODY)).map(kindOfScope);
  const part = vehicle === undefined ? (organisation === undefined ? undefined : `o:${organisation}`) : `v:${vehicle}`;
  const isNarrowed = whole.length === own.length && part !== undefined;
  const scopes = isNarrowed ? own.map((scope) => `${kindOfScope(scope)} ${part}`) : own;
  return {
    scopes,
    whole: isNarrowed ? [] : whole,
    isNarrowed,
    overlap: new Set(scopes.map(kindOfScope)).size < scopes.length,
  };
}

/** The kind of case that a scope is about. */
export const kindOfScope = (scope: string): string => scope.slice(0, scope.indexOf(" "));
