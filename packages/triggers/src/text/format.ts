/** Canonical text of a trigger in either language. Parsing it again gives the same core. */
import { ATTRIBUTES, namedIn, SUBJECTS } from "../lang/attributes.ts";
import type { Comparison, Cond, CoreFleet, CoreTrigger, Num, RegistryCond } from "../lang/core.ts";
import { FUNCTIONS, spell, type FunctionName, type Keyword } from "../lang/keywords.ts";
import type { Names } from "../lang/names.ts";
import { displayUnit } from "../lang/units.ts";

export type Language = "en" | "zh";
export type NameBook = Pick<Names, "byId" | "regions">;

export const quoted = (text: string): string => `"${text.replace(/(["\\])/g, "\\$1")}"`;

const MARKS: Readonly<Record<Comparison, string>> = { lt: "<", le: "<=", gt: ">", ge: ">=", eq: "==", ne: "!=" };
const QUANTIFIERS: Readonly<Partial<Record<Comparison, Keyword>>> = {
  gt: "moreThan",
  ge: "atLeast",
  lt: "fewerThan",
  le: "atMost",
};

const UNITS_MS: readonly [number, string, string][] = [
  [86_400_000, "d", "天"],
  [3_600_000, "h", "小时"],
  [60_000, "min", "分钟"],
  [1000, "s", "秒"],
  [1, "ms", "毫秒"],
];

export function formatDuration(ms: number, language: Language): string {
  for (const [size, en, zh] of UNITS_MS)
    if (ms >= size && ms % size === 0) return `${ms / size} ${language === "zh" ? zh : en}`;
  return `${ms} ${language === "zh" ? "毫秒" : "ms"}`;
}

export function signalName(id: string, language: Language, names: NameBook): string {
  if (language === "en") return id;
  return names.byId.get(id)?.names.zh ?? id;
}

function formatBound(from: number, to: number | null, language: Language): string {
  const end = (ms: number) => (ms === 0 ? "0" : formatDuration(ms, language));
  if (from === 0 && to === null) return "";
  return `[${end(from)}, ${to === null ? spell("inf", language) : end(to)}]`;
}

export function formatNum(num: Num, language: Language, names: NameBook): string {
  const inner = (n: Num) => formatNum(n, language, names);
  const group = (n: Num) => ("left" in n && n.op !== "min2" && n.op !== "max2" ? `(${inner(n)})` : inner(n));
  const fn = (name: FunctionName) => (language === "zh" ? FUNCTIONS[name] : name);
  switch (num.op) {
    case "const": {
      if (num.text !== undefined) return quoted(num.text);
      const unit = displayUnit(num.unit);
      return unit === "" ? `${num.value}` : `${num.value} ${unit}`;
    }
    case "signal":
      return signalName(num.id, language, names);
    case "age":
      return `${fn("age")}(${signalName(num.id, language, names)})`;
    case "last":
      return `${fn("last")}(${signalName(num.id, language, names)})`;
    case "neg":
      return `-${group(num.of)}`;
    case "abs":
      return `${fn("abs")}(${inner(num.of)})`;
    case "rate":
      return `${fn("rate")}(${inner(num.of)})`;
    case "delta":
      return `${fn("delta")}(${inner(num.of)} ${spell("over", language)} ${formatDuration(num.ms, language)})`;
    case "aggregate":
      return `${fn(num.fn)}(${inner(num.of)}${num.p === undefined ? "" : `, ${num.p}`} ${spell("over", language)} ${formatDuration(num.ms, language)}${num.by === undefined ? "" : ` ${spell("by", language)} ${signalName(num.by, language, names)}`})`;
    case "min2":
    case "max2":
      return `${fn(num.op)}(${inner(num.left)}, ${inner(num.right)})`;
    default: {
      const mark = { add: "+", sub: "-", mul: "*", div: "/", mod: "%" }[num.op];
      return `${group(num.left)} ${mark} ${group(num.right)}`;
    }
  }
}

/** Conditions that may stand without parentheses before a suffix such as `for`. */
function isPrimary(cond: Cond): boolean {
  switch (cond.op) {
    case "and":
    case "or":
    case "implies":
    case "not":
    case "since":
    case "response":
    case "offline":
    case "noData":
      return false;
    default:
      return true;
  }
}

export function formatCond(cond: Cond, language: Language, names: NameBook): string {
  const inner = (c: Cond) => formatCond(c, language, names);
  const primary = (c: Cond) => (isPrimary(c) && !isSuffix(c) ? inner(c) : `(${inner(c)})`);
  const k = (keyword: Keyword) => spell(keyword, language);
  const quantifier = (op: Comparison) => k(QUANTIFIERS[op] ?? "moreThan");
  const dur = (ms: number) => formatDuration(ms, language);
  switch (cond.op) {
    case "true":
    case "false":
      return k(cond.op);
    case "flag":
    case "event":
      return signalName(cond.id, language, names);
    case "valid":
      return `${language === "zh" ? FUNCTIONS.valid : "valid"}(${signalName(cond.id, language, names)})`;
    case "offline":
      return `${k("offline")} ${k("exceeds")} ${dur(cond.ms)}`;
    case "noData":
      return `${k("noData")} ${k("noDataFrom")} ${signalName(cond.id, language, names)} ${k("exceeds")} ${dur(cond.ms)}`;
    case "timeOfDay":
      return `${k("timeOfDay")} ${k("between")} ${timeOfDay(cond.from)} ${k("betweenAnd")} ${timeOfDay(cond.to)}`;
    case "inside":
      return `${language === "zh" ? FUNCTIONS.inside : "inside"}(${quoted(cond.region)})`;
    case "in":
      return `${formatNum(cond.of, language, names)} ${k("in")} [${(cond.texts?.map(quoted) ?? cond.values).join(", ")}]`;
    case "not":
      return `${k("not")} ${cond.of.op === "not" || (isPrimary(cond.of) && !isSuffix(cond.of)) ? inner(cond.of) : `(${inner(cond.of)})`}`;
    case "and":
    case "or": {
      const side = (c: Cond, right: boolean) =>
        (right && c.op === cond.op) || c.op === "implies" || (cond.op === "and" && c.op === "or") || c.op === "since"
          ? `(${inner(c)})`
          : inner(c);
      return `${side(cond.left, false)} ${k(cond.op)} ${side(cond.right, true)}`;
    }
    case "implies":
      return `(${inner(cond.left)}) ${k("implies")} (${inner(cond.right)})`;
    case "since":
      return `(${inner(cond.left)}) ${k("since")}${formatBound(cond.from, cond.to, language)} (${inner(cond.right)})`;
    case "once":
    case "historically":
      return `${k(cond.op)}${formatBound(cond.from, cond.to, language)}(${inner(cond.of)})`;
    case "rising":
    case "falling":
    case "previous":
      return `${k(cond.op)}(${inner(cond.of)})`;
    case "for":
      return `${primary(cond.of)} ${k("for")} ${dur(cond.ms)}`;
    case "within":
      return language === "zh"
        ? `${primary(cond.of)} ${k("withinLast")} ${dur(cond.ms)} 内曾出现`
        : `${primary(cond.of)} ${k("withinLast")} ${dur(cond.ms)}`;
    case "count":
      return `${primary(cond.of)} ${quantifier(cond.cmp)} ${cond.n} ${k("timesInLast")} ${dur(cond.ms)}`;
    case "share":
      return `${primary(cond.of)} ${k("shareIn")} ${quantifier(cond.cmp)} ${percentOf(cond.fraction)} % ${k("of")} ${k(cond.per)} ${k("inLast")} ${dur(cond.ms)}`;
    case "samples":
      return `${primary(cond.of)} ${k("shareIn")} ${quantifier(cond.cmp)} ${cond.n} ${k("of")} ${k("samples")} ${k("inLast")} ${dur(cond.ms)}`;
    case "response":
      return language === "zh"
        ? `${primary(cond.after)} ${k("after")} ${dur(cond.ms)} ${k("within")} ${cond.negated ? `${k("no")} ` : ""}${primary(cond.expect)}`
        : `${k("after")} ${primary(cond.after)}, ${cond.negated ? `${k("no")} ` : ""}${primary(cond.expect)} ${k("within")} ${dur(cond.ms)}`;
    default:
      return `${formatNum(cond.left, language, names)} ${MARKS[cond.op]} ${formatNum(cond.right, language, names)}`;
  }
}

/** HH:MM of ms since midnight. */
export function timeOfDay(ms: number): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}`;
}

/** A fraction as people write it: 0.07 is 7, not 7.000000000000001. */
export function percentOf(fraction: number): number {
  return Number((fraction * 100).toPrecision(12));
}

function formatFleet(fleet: CoreFleet, have: Cond, language: Language, names: NameBook): string {
  const k = (keyword: Keyword) => spell(keyword, language);
  const amount = fleet.percent ? `${percentOf(fleet.amount)} %` : `${fleet.amount}`;
  return [
    k(QUANTIFIERS[fleet.cmp] ?? "moreThan"),
    amount,
    k("of"),
    k(fleet.population),
    namedIn(SUBJECTS, fleet.subject, language),
    ...(fleet.group === undefined ? [] : [k("inGroup"), namedIn(ATTRIBUTES, fleet.group, language)]),
    ...(fleet.nearM === undefined ? [] : [k("near"), `${fleet.nearM} ${language === "zh" ? "米" : "m"}`]),
    k("have"),
    `(${formatCond(have, language, names)})`,
    k("inLast"),
    formatDuration(fleet.ms, language),
  ].join(" ");
}

function isSuffix(cond: Cond): boolean {
  return ["for", "within", "count", "share", "samples"].includes(cond.op);
}

function formatRegistry(cond: RegistryCond, language: Language): string {
  const value = (v: string | number) => (typeof v === "string" ? quoted(v) : `${v}`);
  const name = (attribute: string) => namedIn(ATTRIBUTES, attribute, language);
  switch (cond.op) {
    case "and":
    case "or":
      return `(${formatRegistry(cond.left, language)}) ${spell(cond.op, language)} (${formatRegistry(cond.right, language)})`;
    case "not":
      return `${spell("not", language)} (${formatRegistry(cond.of, language)})`;
    case "is":
      return name(cond.attribute);
    case "in":
      return `${name(cond.attribute)} ${spell("in", language)} [${cond.values.map(value).join(", ")}]`;
    default:
      return `${name(cond.attribute)} ${MARKS[cond.op]} ${value(cond.value)}`;
  }
}

/** Canonical text. Layout, comments and the names of `let` are not part of the core and are lost. */
export function formatCore(core: CoreTrigger, language: Language, names: NameBook): string {
  const k = (keyword: Keyword) => spell(keyword, language);
  const dur = (ms: number) => formatDuration(ms, language);
  const cond = (c: Cond) => formatCond(c, language, names);
  const lines: string[] = [];
  const subject = namedIn(SUBJECTS, core.appliesTo, language);
  lines.push(
    `${k("appliesTo")} ${subject}${core.where ? ` ${k("where")} ${formatRegistry(core.where, language)}` : ""}`,
  );
  if (core.basis)
    lines.push(
      `${k("basis")} ${quoted(core.basis.text)}${core.basis.zh === undefined ? "" : ` / ${quoted(core.basis.zh)}`}${core.basis.certainty ? ` ${k("certainty")} ${core.basis.certainty}` : ""}`,
    );
  if (core.effective)
    lines.push(
      `${k("effective")} ${k("from")} ${core.effective.from}${core.effective.to ? ` ${k("to")} ${core.effective.to}` : ""}`,
    );
  lines.push(`${k("when")} ${core.fleet ? formatFleet(core.fleet, core.when, language, names) : cond(core.when)}`);
  for (const s of core.severity)
    lines.push(`${k("severity")} ${s.level}${s.when ? ` ${k("when")} ${cond(s.when)}` : ""}`);
  if (core.groupBy)
    lines.push(`${k("groupBy")} ${core.groupBy.map((id) => namedIn(ATTRIBUTES, id, language)).join(", ")}`);
  if (core.clear) lines.push(`${k("clearWhen")} ${cond(core.clear)}`);
  if (core.keepFiringMs > 0) lines.push(`${k("keepFiring")} ${dur(core.keepFiringMs)}`);
  if (core.cooldownMs > 0) lines.push(`${k("cooldown")} ${dur(core.cooldownMs)}`);
  if (core.missing.mode !== "unknown" || core.missing.afterMs !== undefined) {
    const mode = (
      { unknown: "missingUnknown", reset: "missingReset", hold: "missingHold", violate: "missingViolate" } as const
    )[core.missing.mode];
    lines.push(
      `${k("missing")} ${k(mode)}${core.missing.afterMs === undefined ? "" : ` ${k("after")} ${dur(core.missing.afterMs)}`}`,
    );
  }
  if (core.clock.mode === "samples") lines.push(`${k("clock")} ${k("clockSamples")}`);
  if (core.clock.mode === "every") lines.push(`${k("clock")} ${k("clockEvery")} ${dur(core.clock.ms ?? 0)}`);
  if (core.lateMs !== undefined) lines.push(`${k("late")} ${k("accept")} ${dur(core.lateMs)}`);
  for (const r of core.requires) {
    const what = ({ period: "reqPeriod", coverage: "reqCoverage", samples: "reqSamples" } as const)[r.what];
    const value = r.what === "period" ? dur(r.value) : r.what === "coverage" ? `${percentOf(r.value)} %` : `${r.value}`;
    lines.push(`${k("requires")} ${k(what)} ${MARKS[r.op]} ${value}`);
  }
  for (const id of core.suppressedBy) lines.push(`${k("suppressedBy")} ${id}`);
  if (core.carry) lines.push(k("carry"));
  for (const e of core.effects) {
    const effect = (
      {
        warn: "effectWarn",
        restrict: "effectRestrict",
        suspend: "effectSuspend",
        terminate: "effectTerminate",
      } as const
    )[e.effect];
    lines.push(`${k("effect")} ${k(effect)}${e.level === undefined ? "" : ` ${k("atSeverity")} ${e.level}`}`);
  }
  return `${k("trigger")} ${core.id} ${k("version")} ${core.version} ${quoted(core.title.en)} / ${quoted(core.title.zh)} {\n${lines.map((l) => `  ${l} ;\n`).join("")}}\n`;
}
