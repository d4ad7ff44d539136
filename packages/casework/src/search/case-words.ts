/** The words of a case, and which of them a role may look for: a field that a role may not read is not found by it either. */
import type { RoleCode } from "../access/roles.ts";
import type { CaseAction, Json, Lifecycle } from "../lifecycle/definition.ts";
import type { Text } from "../text.ts";
import { askedWords, wordsOf, type AskedWord } from "./words.ts";

type Readable = Pick<Lifecycle, "kind" | "version" | "fields">;

/** More words of one text are not looked for. */
const LONGEST_TEXT = 20_000;

/** Stands before words of a field with readers of its own; no word begins like this. */
const groupOf = ({ kind, version }: Readable, field: string): string => `~${kind}@${version}.${field}:`;

/** Words of what an action entered and what the server established with it. */
export function wordsOfAction(lifecycle: Readable, action: Pick<CaseAction, "input" | "facts">): string[] {
  const restricted = Object.entries(lifecycle.fields ?? {})
    .filter(([, { readers }]) => readers !== undefined)
    .map(([name]) => ({ path: name.split("."), group: groupOf(lifecycle, name) }));
  const found = new Set<string>();
  for (const value of [action.input, action.facts]) if (value !== undefined) collect(value, restricted, [""], found);
  return [...found];
}

export function wordsOfTitle({ en, zh }: Text): string[] {
  return [...new Set([...wordsOf(en), ...wordsOf(zh)])];
}

interface Restricted {
  readonly path: readonly string[];
  readonly group: string;
}

/**
 * Goes through a value as `redact` does: a name with dots reaches into objects, through lists.
 * @param groups of the fields around the value; a text inside two of them is found by those who may read both, so not at all
 */
function collect(value: Json, restricted: readonly Restricted[], groups: readonly string[], found: Set<string>): void {
  if (typeof value === "string") {
    const [group = "", ...others] = groups;
    if (others.length === 0) for (const word of wordsOf(value.slice(0, LONGEST_TEXT))) found.add(group + word);
  } else if (Array.isArray(value)) {
    for (const each of value as readonly Json[]) collect(each, restricted, groups, found);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, inner] of Object.entries(value as Readonly<Record<string, Json | undefined>>)) {
      if (inner === undefined) continue;
      const reaching = restricted.filter(({ path }) => path[0] === name);
      const here = reaching.filter(({ path }) => path.length === 1).map(({ group }) => group);
      const deeper = reaching.flatMap(({ path, group }) => (path.length > 1 ? [{ path: path.slice(1), group }] : []));
      const around = here.length === 0 ? groups : [...groups.filter((group) => group !== ""), ...here];
      collect(inner, deeper, around, found);
    }
  }
}

export interface CaseQuery {
  /** Of each, at least one must be there. */
  readonly words: readonly (readonly AskedWord[])[];
}

/** What a role asks for with a query: each word in open texts, or in a field that it may read. Without words nothing is found. */
export function caseQuery(lifecycles: readonly Readable[], role: RoleCode | undefined, query: string): CaseQuery {
  const groups = lifecycles.flatMap((lifecycle) =>
    Object.entries(lifecycle.fields ?? {})
      .filter(([, { readers }]) => readers !== undefined && role !== undefined && readers.includes(role))
      .map(([name]) => groupOf(lifecycle, name)),
  );
  return {
    words: askedWords(query).map(({ word, isPrefix }) =>
      ["", ...groups].map((group) => ({ word: group + word, isPrefix })),
    ),
  };
}
