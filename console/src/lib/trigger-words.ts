/**
 * The words of the trigger language for the editor: what a piece of text is (for colours) and what could stand there
 * (for completion). Made from the keyword tables and the catalogue; whether a text is right is the compiler's business.
 */
import { CATALOGUE } from "@sandglass/signals";
import { ATTRIBUTES, DURATION_UNITS, FUNCTIONS, KEYWORDS, SUBJECTS } from "@sandglass/triggers";
import type { Language } from "./format.ts";

export type WordKind =
  | "blank"
  | "comment"
  | "string"
  | "number"
  | "unit"
  | "keyword"
  | "function"
  | "signal"
  | "registry"
  | "mark"
  | "name";

export interface Token {
  readonly kind: WordKind;
  readonly start: number;
  readonly end: number;
}

/** What could be written. */
export interface Suggestion {
  readonly label: string;
  readonly kind: "keyword" | "function" | "signal" | "event" | "registry";
  readonly language: Language;
  /** The other name, and the unit. */
  readonly detail: string;
}

const WORD = /[A-Za-z0-9_]/;
const HAN = /\p{Script=Han}/u;
const LATIN_NAME = /[A-Za-z_][A-Za-z0-9_]*(?:[.-][A-Za-z0-9_]+)*/y;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const DAY = /\d{4}-\d\d-\d\d|\d\d:\d\d/y;
const UNIT = /[%‰℃]|[°Ω]?[A-Za-zΩ][A-Za-zΩ0-9]*(?:[/·.][A-Za-zΩ°]+[0-9]*)*/y;

interface Spelling {
  readonly text: string;
  readonly kind: WordKind;
}

/** Spellings by their first character, longest first; a keyword before a name of the same length. */
const SPELLINGS = indexed();

function indexed(): ReadonlyMap<string, readonly Spelling[]> {
  const all: Spelling[] = [];
  for (const sets of Object.values<readonly (readonly string[])[]>(KEYWORDS))
    for (const text of sets.flat()) if (WORD.test(text) || HAN.test(text)) all.push({ text, kind: "keyword" });
  for (const [en, zh] of Object.entries(FUNCTIONS))
    all.push({ text: en, kind: "function" }, { text: zh, kind: "function" });
  for (const { id, names } of CATALOGUE)
    for (const text of [id, names.en, names.zh]) all.push({ text, kind: "signal" });
  for (const { id, zh } of [...ATTRIBUTES, ...SUBJECTS])
    for (const text of [id, ...zh]) all.push({ text, kind: "registry" });
  const index = new Map<string, Spelling[]>();
  for (const spelling of all) {
    const first = spelling.text.slice(0, 1);
    index.set(first, [...(index.get(first) ?? []), spelling]);
  }
  for (const spellings of index.values()) spellings.sort((a, b) => b.text.length - a.text.length);
  return index;
}

const DURATIONS = Object.keys(DURATION_UNITS).sort((a, b) => b.length - a.length);

/** A word ends where no further letter follows; Han characters need no gap. */
function standsAt(line: string, at: number, text: string): boolean {
  if (!line.startsWith(text, at)) return false;
  return !(WORD.test(text.at(-1) ?? "") && WORD.test(line[at + text.length] ?? " "));
}

function spellingAt(line: string, at: number): Spelling | undefined {
  return SPELLINGS.get(line[at])?.find(({ text }) => standsAt(line, at, text));
}

function matchEnd(pattern: RegExp, line: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(line) ? pattern.lastIndex : undefined;
}

/** The token of a line that begins at `at`. @param afterNumber a unit may stand here */
export function tokenAt(line: string, at: number, afterNumber: boolean): Token {
  const token = (kind: WordKind, end: number): Token => ({ kind, start: at, end });
  const c = line[at];
  if (/\s/.test(c)) {
    let end = at + 1;
    while (end < line.length && /\s/.test(line[end])) end++;
    return token("blank", end);
  }
  if (c === "#" || line.startsWith("//", at)) return token("comment", line.length);
  if (c === '"') {
    const end = line.indexOf('"', at + 1);
    return token("string", end < 0 ? line.length : end + 1);
  }
  if (afterNumber) {
    const duration = DURATIONS.find((unit) => standsAt(line, at, unit))?.length ?? 0;
    const keyword = spellingAt(line, at)?.kind === "keyword";
    const unit = keyword ? 0 : (matchEnd(UNIT, line, at) ?? at) - at;
    if (duration + unit > 0) return token("unit", at + Math.max(duration, unit));
  }
  const number = matchEnd(DAY, line, at) ?? matchEnd(NUMBER, line, at);
  if (number !== undefined) return token("number", number);
  const spelling = spellingAt(line, at);
  const latin = matchEnd(LATIN_NAME, line, at);
  if (spelling !== undefined && (latin === undefined || at + spelling.text.length >= latin || HAN.test(c)))
    return token(spelling.kind, at + spelling.text.length);
  if (latin !== undefined) return token("name", latin);
  if (!HAN.test(c)) return token("mark", at + 1);
  // An unknown Han name ends where a known word of two characters or more begins.
  let end = at + 1;
  while (end < line.length && HAN.test(line[end]) && (spellingAt(line, end)?.text.length ?? 0) < 2) end++;
  return token("name", end);
}

/** All tokens of a line. */
export function tokensOf(line: string): Token[] {
  const tokens: Token[] = [];
  let afterNumber = false;
  for (let at = 0; at < line.length;) {
    const token = tokenAt(line, at, afterNumber);
    tokens.push(token);
    if (token.kind !== "blank") afterNumber = token.kind === "number";
    at = token.end;
  }
  return tokens;
}

/** Where the word begins that stands before the cursor; undefined in text, comments and behind marks. */
export function wordStart(line: string, cursor: number): number | undefined {
  const last = tokensOf(line.slice(0, cursor)).at(-1);
  if (last === undefined || ["blank", "comment", "string", "number", "unit", "mark"].includes(last.kind))
    return undefined;
  return last.start;
}

/** Everything that may be completed, in both languages. */
export function suggestions(): Suggestion[] {
  const all: Suggestion[] = [];
  const pair = (kind: Suggestion["kind"], en: string | undefined, zh: string | undefined, more = ""): void => {
    if (en !== undefined) all.push({ label: en, kind, language: "en", detail: [zh, more].filter(Boolean).join(" · ") });
    if (zh !== undefined) all.push({ label: zh, kind, language: "zh", detail: [en, more].filter(Boolean).join(" · ") });
  };
  for (const [en, zh] of Object.values<readonly (readonly string[])[]>(KEYWORDS)) pair("keyword", en[0], zh[0]);
  for (const [en, zh] of Object.entries(FUNCTIONS)) pair("function", en, zh);
  for (const entry of CATALOGUE)
    pair(
      entry.kind === "event" ? "event" : "signal",
      entry.id,
      entry.names.zh,
      "display" in entry ? entry.display : undefined,
    );
  for (const { id, zh } of [...ATTRIBUTES, ...SUBJECTS]) pair("registry", id, zh[0]);
  const seen = new Set<string>();
  return all.filter(({ label }) => !seen.has(label) && seen.add(label));
}

/** Ids of the triggers of a text, as written; none where a text is too broken to tell. */
export function triggerIds(text: string): string[] {
  const [en, zh] = KEYWORDS.trigger;
  const heads = new RegExp(`(?:^|[\\s}])(?:${[...en, ...zh].join("|")})\\s*([A-Za-z0-9_][\\w.-]*)`, "g");
  const bare = text.replaceAll(/\/\/.*|#.*|\/\*[^]*?\*\//g, " ");
  return [...new Set([...bare.matchAll(heads)].map((match) => match[1]))];
}
