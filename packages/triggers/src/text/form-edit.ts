/**
 * Writes what a form says into the text that it was read from. Only the clause in question changes, to the byte; layout,
 * comments and clauses that the form does not know stay as they are.
 */
import type { CatalogueEntry } from "@sandglass/signals";
import type { Clause, Comparison, TriggerNode } from "../lang/ast.ts";
import { FUNCTIONS, spell, type FunctionName, type Keyword } from "../lang/keywords.ts";
import {
  formOf,
  hasRemark,
  headerOf,
  isEvent,
  parseForm,
  type FormLimit,
  type FormShape,
  type FormSource,
} from "./form.ts";
import { formatDuration, quoted, signalName, type Language } from "./format.ts";

export type FormChange =
  | { readonly field: "version"; readonly version: number }
  /** At most two, one for each language. */
  | { readonly field: "titles"; readonly titles: readonly string[] }
  | { readonly field: "when"; readonly shape: FormShape }
  | { readonly field: "level"; readonly level: number }
  /** Undefined takes the clause out. */
  | { readonly field: "clear"; readonly shape: FormShape | undefined }
  | { readonly field: "escalation"; readonly level: number; readonly shape: FormShape | undefined }
  | { readonly field: "keepFiring" | "cooldown"; readonly ms: number | undefined }
  | {
      readonly field: "basis";
      readonly basis: { readonly texts: readonly string[]; readonly certainty: string | undefined } | undefined;
    }
  | {
      readonly field: "effective";
      readonly effective: { readonly from: string; readonly to: string | undefined } | undefined;
    };

const MARKS: Readonly<Record<Comparison, string>> = { lt: "<", le: "<=", gt: ">", ge: ">=", eq: "==", ne: "!=" };
const QUANTITIES: Readonly<Record<"gt" | "ge" | "lt" | "le", Keyword>> = {
  gt: "moreThan",
  ge: "atLeast",
  lt: "fewerThan",
  le: "atMost",
};

/**
 * @param index of the trigger in the text
 * @returns the new text; undefined when the change cannot be written so that the form reads it again: a number or unit that
 *   is none, a clause with a comment inside
 */
export function editForm(
  text: string,
  catalogue: readonly CatalogueEntry[],
  index: number,
  change: FormChange,
): string | undefined {
  const source = parseForm(text, catalogue);
  const node = source?.triggers[index];
  if (source === undefined || node === undefined) return undefined;
  const edited =
    change.field === "version" || change.field === "titles"
      ? editHeader(text, node, change)
      : editClause(source, node, change);
  if (edited === undefined) return undefined;
  const after = parseForm(edited, catalogue);
  const written = after?.triggers[index];
  if (after === undefined || written === undefined || after.triggers.length !== source.triggers.length)
    return undefined;
  return isWritten(formOf(after, written), change) ? edited : undefined;
}

/** Whether the form says what was to be written: nothing that was typed may mean something else. */
function isWritten(form: ReturnType<typeof formOf>, change: FormChange): boolean {
  const same = (a: unknown, b: unknown) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
  switch (change.field) {
    case "version":
      return form.version === change.version;
    case "titles":
      return same(form.titles, change.titles);
    case "when":
      return same(form.when.shape, change.shape);
    case "level":
      return form.level === change.level;
    case "clear":
      return same(form.clear?.shape, change.shape);
    case "escalation":
      return same(form.escalations.find(({ level }) => level === change.level)?.when.shape, change.shape);
    case "keepFiring":
      return form.keepFiringMs === change.ms;
    case "cooldown":
      return form.cooldownMs === change.ms;
    case "basis":
      return same(form.basis, change.basis);
    case "effective":
      return same(form.effective, change.effective);
  }
}

/** With fields in one order and without absent ones. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value ?? null;
  return Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, each]) => [key, sorted(each)]);
}

function editHeader(
  text: string,
  node: TriggerNode,
  change: Extract<FormChange, { field: "version" | "titles" }>,
): string | undefined {
  const header = headerOf(text, node);
  if (header === undefined) return undefined;
  if (change.field === "version") return spliced(text, header.version, String(change.version));
  if (change.titles.some((title) => /[\n\r]/.test(title))) return undefined;
  const titles = change.titles.map(quoted).join(" / ");
  return spliced(text, header.titles, titles === "" ? " " : ` ${titles} `);
}

const spliced = (text: string, { start, end }: { readonly start: number; readonly end: number }, by: string): string =>
  text.slice(0, start) + by + text.slice(end);

const CLAUSE_OF = {
  when: "when",
  clear: "clearWhen",
  keepFiring: "keepFiring",
  cooldown: "cooldown",
  basis: "basis",
  effective: "effective",
} as const;

function editClause(
  source: FormSource,
  node: TriggerNode,
  change: Exclude<FormChange, { field: "version" | "titles" }>,
): string | undefined {
  const { text } = source;
  const language: Language = text.startsWith("触发器", node.range.start) ? "zh" : "en";
  const written = clauseText(source, language, change);
  const clause = node.clauses.find((each) => isMeant(each, change));
  if (clause === undefined) return written === undefined ? text : inserted(text, node, change, written);
  if (hasRemark(text.slice(clause.range.start, clause.range.end))) return undefined;
  return written === undefined ? removed(text, clause) : spliced(text, clause.range, written);
}

function isMeant(clause: Clause, change: Exclude<FormChange, { field: "version" | "titles" }>): boolean {
  if (change.field === "level") return clause.kind === "severity" && clause.condition === undefined;
  if (change.field === "escalation")
    return clause.kind === "severity" && clause.condition !== undefined && clause.level === change.level;
  return clause.kind === CLAUSE_OF[change.field];
}

/** Undefined: the clause is to go. */
function clauseText(
  source: FormSource,
  language: Language,
  change: Exclude<FormChange, { field: "version" | "titles" }>,
): string | undefined {
  const k = (keyword: Keyword) => spell(keyword, language);
  switch (change.field) {
    case "when":
      return `${k("when")} ${shapeText(change.shape, language, source)}`;
    case "level":
      return `${k("severity")} ${change.level}`;
    case "clear":
      return change.shape && `${k("clearWhen")} ${shapeText(change.shape, language, source)}`;
    case "escalation":
      return (
        change.shape && `${k("severity")} ${change.level} ${k("when")} ${shapeText(change.shape, language, source)}`
      );
    case "keepFiring":
    case "cooldown":
      return change.ms === undefined ? undefined : `${k(change.field)} ${formatDuration(change.ms, language)}`;
    case "basis": {
      if (change.basis === undefined) return undefined;
      const { texts, certainty } = change.basis;
      return `${k("basis")} ${texts.map(quoted).join(" / ")}${certainty === undefined ? "" : ` ${k("certainty")} ${certainty}`}`;
    }
    case "effective": {
      if (change.effective === undefined) return undefined;
      const { from, to } = change.effective;
      return `${k("effective")} ${k("from")} ${from}${to === undefined ? "" : ` ${k("to")} ${to}`}`;
    }
  }
}

/** The condition as text of the language. */
export function shapeText(shape: FormShape, language: Language, source: Pick<FormSource, "names">): string {
  const k = (keyword: Keyword) => spell(keyword, language);
  const dur = (ms: number) => formatDuration(ms, language);
  const name = (id: string) => signalName(id, language, source.names);
  const fn = (which: FunctionName) => (language === "zh" ? FUNCTIONS[which] : which);
  const limited = (left: string, { cmp, limit }: FormLimit) =>
    cmp === undefined || limit === undefined ? left : `${left} ${MARKS[cmp]} ${limit}`;
  switch (shape.kind) {
    case "all":
      return shape.of.map((each) => shapeText(each, language, source)).join(` ${k("and")} `);
    case "threshold":
      return `${limited(name(shape.signal), shape)}${shape.holdMs === undefined ? "" : ` ${k("for")} ${dur(shape.holdMs)}`}`;
    case "rate":
      return `${limited(`${fn("rate")}(${name(shape.signal)})`, shape)}${shape.holdMs === undefined ? "" : ` ${k("for")} ${dur(shape.holdMs)}`}`;
    case "rise":
      return limited(`${fn("delta")}(${name(shape.signal)} ${k("over")} ${dur(shape.overMs)})`, shape);
    case "spread": {
      const over = (which: "max" | "min") => `${fn(which)}(${name(shape.signal)} ${k("over")} ${dur(shape.overMs)})`;
      return limited(`${over("max")} - ${over("min")}`, shape);
    }
    case "count": {
      const inner = limited(name(shape.signal), shape);
      const counted = isEvent(shape.signal, source) ? inner : `${k("rising")}(${inner})`;
      return `${counted} ${k(QUANTITIES[shape.quantity])} ${shape.times} ${k("timesInLast")} ${dur(shape.withinMs)}`;
    }
    case "share":
      return `${limited(name(shape.signal), shape)} ${k("shareIn")} ${k(QUANTITIES[shape.quantity])} ${shape.percent} % ${k("of")} ${k(shape.per)} ${k("inLast")} ${dur(shape.withinMs)}`;
    case "offline":
      return `${k("offline")} ${k("exceeds")} ${dur(shape.forMs)}`;
    case "noData":
      return `${k("noData")} ${k("noDataFrom")} ${name(shape.signal)} ${k("exceeds")} ${dur(shape.forMs)}`;
  }
}

/** In which order new clauses stand: behind the last one that comes before them. */
const ORDER: readonly Clause["kind"][] = [
  "appliesTo",
  "basis",
  "effective",
  "let",
  "when",
  "severity",
  "clearWhen",
  "keepFiring",
  "cooldown",
];

function inserted(
  text: string,
  node: TriggerNode,
  change: Exclude<FormChange, { field: "version" | "titles" }>,
  written: string,
): string | undefined {
  const kind = change.field === "level" || change.field === "escalation" ? "severity" : CLAUSE_OF[change.field];
  const rank = ORDER.indexOf(kind);
  const before = node.clauses.findLast((each) => {
    const at = ORDER.indexOf(each.kind);
    return at >= 0 && (at < rank || (at === rank && change.field === "escalation"));
  });
  const open = text.indexOf("{", headerOf(text, node)?.titles.end ?? node.idRange.end);
  if (before === undefined && open < 0) return undefined;
  const mark = before === undefined ? open + 1 : behindMark(text, before);
  if (mark === undefined) return undefined;
  const [first] = node.clauses;
  const lead = first === undefined ? "" : text.slice(text.lastIndexOf("\n", first.range.start) + 1, first.range.start);
  const isOwnLine = first === undefined || /^\s*$/.test(lead);
  // What is remarked on a line stays on it.
  const remark = isOwnLine ? /^[ \t]*(?:#|\/\/)[^\n]*/.exec(text.slice(mark)) : null;
  const end = mark + (remark?.[0].length ?? 0);
  const semicolon = /\s[;；]/.test(text.slice(node.range.start, node.range.end)) || first === undefined ? " ;" : ";";
  return spliced(
    text,
    { start: end, end },
    `${isOwnLine ? `\n${lead === "" ? "  " : lead}` : " "}${written}${semicolon}`,
  );
}

/** Offset behind the `;` of a clause; undefined when it has none (the last one may go without). */
function behindMark(text: string, { range }: Clause): number | undefined {
  const found = /^\s*[;；]/.exec(text.slice(range.end));
  return found === null ? undefined : range.end + found[0].length;
}

/** The clause with its `;`, and its line if nothing else stands there. */
function removed(text: string, clause: Clause): string {
  const end = behindMark(text, clause) ?? clause.range.end;
  const lineStart = text.lastIndexOf("\n", clause.range.start - 1) + 1;
  const lineEnd = text.indexOf("\n", end);
  const isAlone =
    /^\s*$/.test(text.slice(lineStart, clause.range.start)) && lineEnd >= 0 && /^\s*$/.test(text.slice(end, lineEnd));
  if (isAlone) return text.slice(0, lineStart) + text.slice(lineEnd + 1);
  const start = clause.range.start - (/[ \t]$/.test(text.slice(0, clause.range.start)) ? 1 : 0);
  return text.slice(0, start) + text.slice(end);
}
