/** Compiling texts into a trigger set that monitors run. */
import type { CatalogueEntry } from "@sandglass/signals";
import { assemble, identityOf } from "./assemble.ts";
import type { TriggerRunner } from "./engine/firing.ts";
import type { Builder, Context } from "./engine/node.ts";
import type { QuietLayout } from "./engine/quiet-layout.ts";
import type { Effect, SignalNode } from "./lang/ast.ts";
import { checkTrigger, type CheckedTrigger } from "./lang/check-trigger.ts";
import { canonicalText, type Cond, type CoreTrigger } from "./lang/core.ts";
import { Names, sourceOf, sourceOfSpec, type Source } from "./lang/names.ts";
import { parseTriggers } from "./lang/parser.ts";
import { RegionError, type Region } from "./lang/regions.ts";
import { orderBySuppression } from "./lang/suppression.ts";
import { sha256Hex } from "./lang/sha256.ts";
import {
  toTriggerError,
  TriggerProblem,
  TRIGGER_ERROR_CODES as CODES,
  type SourceRange,
  type TriggerError,
} from "./lang/source.ts";
import { displayUnit, parseUnit, sameDimension } from "./lang/units.ts";
import { memberOf, planOf, type ScreeningPlan } from "./screening.ts";

export interface TriggerSource {
  readonly text: string;
  readonly name?: string;
}

export interface CompileSettings {
  /** Allow `signal` and `event` declarations in the text (test cases); otherwise the catalogue is all there is. */
  readonly declarations?: boolean;
  /** Most bytes of state per subject that one trigger may need (E4). */
  readonly bytesPerSubject?: number;
  /** Regions and road lists that `inside(…)` may name. */
  readonly regions?: readonly Region[];
}

export interface CompiledTrigger {
  readonly id: string;
  readonly version: number;
  /** SHA-256 of the canonical core: the identity of the version. */
  readonly versionHash: string;
  readonly title: { readonly en: string; readonly zh: string };
  /** Ascending. */
  readonly levels: readonly number[];
  readonly basis: { readonly text: string; readonly zh?: string; readonly certainty?: string } | undefined;
  /** What a firing does to a sandbox project that carries the trigger; the strongest unconditional one, default warn. */
  readonly effect: Effect;
  /** Effect by level, where the trigger says so. */
  readonly effects: Readonly<Record<number, Effect>>;
  /** Worst case. */
  readonly bytesPerSubject: number;
  /** How far back a verdict can depend on samples. */
  readonly horizonMs: number;
  readonly inputs: readonly string[];
  readonly effective: { readonly from: string; readonly to?: string } | undefined;
  /** One plain sentence per language. */
  readonly plain: { readonly en: string; readonly zh: string };
  /** Canonical text per language. */
  readonly text: { readonly en: string; readonly zh: string };
  readonly core: CoreTrigger;
  /** What is known about the signals that it reads, in the order of `inputs`. */
  readonly signals: readonly SignalInfo[];
  /** Sub-conditions with their place in the source; index 0 is `when`. */
  readonly parts: readonly ConditionPart[];
}

/** A trigger over many subjects: run by screening jobs, not by the monitor. */
export interface CompiledScreening extends CompiledTrigger {
  readonly plan: ScreeningPlan;
}

export interface SignalInfo {
  readonly id: string;
  readonly names: { readonly en: string; readonly zh: string };
  /** As people write it; empty for plain numbers. */
  readonly unit: string;
  readonly values: Readonly<Record<number, { readonly en: string; readonly zh: string }>> | undefined;
}

/** A sub-condition, for screens that draw truth under the text. */
export interface ConditionPart {
  readonly index: number;
  readonly parent: number | undefined;
  readonly role: "when" | "severity" | "clear";
  readonly text: string;
  readonly source: number;
  readonly range: SourceRange;
  readonly cond: Cond;
}

export interface CheckedSource {
  readonly trigger: CheckedTrigger;
  readonly source: number;
}

/** What monitors run; not for other code. */
export interface Program {
  /** What the set was compiled from, to compile a trigger again with its sub-conditions watched. */
  readonly origin: {
    readonly checked: readonly CheckedSource[];
    readonly sources: readonly TriggerSource[];
    readonly names: Names;
  };
  readonly runners: readonly TriggerRunner[];
  readonly context: Context;
  readonly builder: Builder;
  /** Hold per input in half milliseconds. */
  readonly holds: readonly number[];
  /** Bit masks per trigger, `words` each: inputs of which a crossing of a constant matters, of which every sample does. */
  readonly crossingMasks: Int32Array;
  readonly sampleMasks: Int32Array;
  /** Ascending constants of input i: `crossings[crossingEnds[i-1] … crossingEnds[i])`. */
  readonly crossings: Float64Array;
  readonly crossingEnds: Int32Array;
  /** Offset of the timers of the triggers in the state's numbers, and behind them of their wakefulness (1 = every sample matters). */
  readonly dueAt: number;
  readonly awakeAt: number;
  /** Room for what quiet subjects need. */
  readonly quiet: QuietLayout | undefined;
  /** Triggers that wait for any observation at all to end a silence. */
  readonly listeners: readonly number[];
  /** 0 = `clock time`, 1 = `clock samples`, 2 = `clock every`. */
  readonly modes: Int8Array;
  /** Period of `clock every` in cells. */
  readonly grids: Float64Array;
}

export interface TriggerSet {
  readonly hash: string;
  readonly triggers: readonly CompiledTrigger[];
  /** Triggers over many subjects. */
  readonly screenings: readonly CompiledScreening[];
  /** A trigger asks for silence: monitors are to be stepped for frames without any of the inputs too. */
  readonly needsEveryFrame: boolean;
  /** Signal ids in slot order. */
  readonly inputs: readonly string[];
  readonly sources: readonly Source[];
  readonly bytesPerSubject: number;
  readonly horizonMs: number;
  readonly warnings: readonly TriggerError[];
  readonly program: Program;
}

export type CompileResult =
  | { readonly ok: true; readonly set: TriggerSet }
  | { readonly ok: false; readonly errors: readonly TriggerError[] };

/** Most triggers of one set, and most errors that are told at once. */
const MAX_TRIGGERS = 1000;
const MAX_ERRORS = 200;

/** Default of E4. */
const BYTES_PER_TRIGGER = 64 * 1024;

/** Parses, checks and compiles. All errors of all texts are reported, in order of appearance. */
export function compileTriggers(
  sources: readonly TriggerSource[],
  catalogue: readonly CatalogueEntry[],
  settings: CompileSettings = {},
): CompileResult {
  const errors: TriggerError[] = [];
  const warnings: TriggerError[] = [];
  const names = new Names(catalogue.map(sourceOf), settings.regions);
  const checked: CheckedSource[] = [];
  const seen = new Set<string>();
  sources.forEach((source, index) => {
    const label = source.name ?? "";
    const report = (p: TriggerProblem) =>
      (p.severity === "warning" ? warnings : errors).push(toTriggerError(p, source.text, label));
    names.addLets(source.text);
    const { file, problems } = parseTriggers(source.text, names);
    problems.forEach(report);
    for (const declared of file.signals) {
      try {
        declare(declared, names, settings.declarations === true);
      } catch (error) {
        if (!(error instanceof TriggerProblem)) throw error;
        report(error);
      }
    }
    const lets = new Map(file.lets.map((l) => [l.name, l.value]));
    for (const node of file.triggers) {
      if (errors.length >= MAX_ERRORS) break;
      if (checked.length >= MAX_TRIGGERS) {
        report(
          new TriggerProblem(
            CODES.tooLarge,
            node.idRange,
            `a set holds at most ${MAX_TRIGGERS} triggers`,
            `一个集合最多 ${MAX_TRIGGERS} 个触发器`,
            { suggestion: "several sets", suggestionZh: "拆成多个集合" },
          ),
        );
        break;
      }
      // A trigger that did not parse whole would only raise errors that follow from the first ones.
      if (problems.some((p) => p.range.start >= node.range.start && p.range.start < node.range.end)) continue;
      try {
        if (seen.has(node.id))
          throw new TriggerProblem(
            CODES.duplicate,
            node.idRange,
            `trigger "${node.id}" is defined twice`,
            `触发器“${node.id}”重复定义`,
            { suggestion: `${node.id}-2` },
          );
        seen.add(node.id);
        const trigger = checkTrigger(node, names, lets);
        trigger.warnings.forEach(report);
        checked.push({ trigger, source: index });
      } catch (error) {
        if (error instanceof TriggerProblem) report(error);
        else if (error instanceof RangeError)
          report(
            new TriggerProblem(CODES.tooLarge, node.range, "the trigger is nested too deeply", "触发器嵌套过深", {
              suggestion: "let … = …",
              suggestionZh: "令 … = …",
            }),
          );
        else throw error;
      }
    }
  });
  const inOrder = orderBySuppression(checked, (at, problem) =>
    (problem.severity === "warning" ? warnings : errors).push(
      toTriggerError(problem, sources[at.source]?.text ?? "", sources[at.source]?.name ?? ""),
    ),
  );
  if (errors.length > 0) return { ok: false, errors };
  const budget = settings.bytesPerSubject ?? BYTES_PER_TRIGGER;
  const set = compileAll(inOrder, sources, names, warnings, errors);
  if (set === undefined) return { ok: false, errors };
  for (const trigger of [...set.triggers, ...set.screenings]) {
    if (trigger.bytesPerSubject <= budget) continue;
    const part = trigger.parts[0];
    const text = sources[part?.source ?? 0];
    errors.push(
      toTriggerError(
        new TriggerProblem(
          CODES.budget,
          part?.range ?? { start: 0, end: 0 },
          `trigger "${trigger.id}" needs up to ${trigger.bytesPerSubject} bytes per subject; the budget is ${budget}`,
          `触发器“${trigger.id}”每个对象最多需 ${trigger.bytesPerSubject} 字节，预算为 ${budget} 字节`,
          { suggestion: "a shorter window or fewer of them", suggestionZh: "缩短窗口或减少窗口数" },
        ),
        text?.text ?? "",
        text?.name ?? "",
      ),
    );
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, set };
}

/** The catalogue wins over a declaration of the same name; only its alias is added. */
function declare(declared: SignalNode, names: Names, allowed: boolean): void {
  const known = names.byId.get(declared.name);
  const unit = declared.unit === undefined ? undefined : parseUnit(declared.unit);
  if (known !== undefined) {
    if (unit !== undefined && !sameDimension(unit, known.unit))
      throw new TriggerProblem(
        CODES.unit,
        declared.range,
        `the catalogue has "${known.id}" in ${displayUnit(known.unit.code) || "no unit"}`,
        `目录中“${known.id}”的单位为 ${displayUnit(known.unit.code) || "无"}`,
        {
          suggestion: displayUnit(known.unit.code) || "leave the unit out",
          suggestionZh: displayUnit(known.unit.code) || "去掉单位",
        },
      );
    if (declared.alias !== undefined) names.alias(declared.alias, known.id);
    return;
  }
  if (!allowed) {
    const suggestion = names.nearest(declared.name, []);
    throw new TriggerProblem(
      CODES.unsupported,
      declared.range,
      `the catalogue has no "${declared.name}", and signals cannot be added to it by a trigger text`,
      `目录中没有“${declared.name}”，触发器文本不能新增信号`,
      { suggestion: suggestion ?? "speed", suggestionZh: suggestion ?? "车速" },
    );
  }
  const isText = declared.type === "string" || declared.type === "enum";
  names.add(
    sourceOfSpec({
      id: declared.name,
      kind: declared.kind === "event" ? "event" : declared.type === "bool" ? "bit" : "scalar",
      names: { en: declared.name, zh: declared.alias ?? declared.name },
      ...(declared.unit === undefined ? {} : { unit: declared.unit }),
      range: declared.type === "bool" ? [0, 1] : [declared.low ?? -Infinity, declared.high ?? Infinity],
      periodMs: declared.periodMs ?? 0,
      ...(declared.holdMs === undefined ? {} : { holdMs: declared.holdMs }),
      scale: declared.scale ?? 1,
      ...(isText ? { text: "hash" as const } : {}),
    }),
  );
}

/** Triggers of single subjects become one program, each one over many subjects a plan. Undefined if a region is unusable. */
function compileAll(
  checked: readonly CheckedSource[],
  sources: readonly TriggerSource[],
  names: Names,
  warnings: readonly TriggerError[],
  errors: TriggerError[],
): TriggerSet | undefined {
  try {
    const set = assemble(
      checked.filter(({ trigger }) => trigger.core.fleet === undefined),
      sources,
      names,
      warnings,
    );
    const screenings = checked.flatMap(({ trigger, source }) => {
      const { core } = trigger;
      if (core.fleet === undefined) return [];
      const member = assemble([{ trigger: { ...trigger, core: memberOf(core) }, source }], sources, names, []);
      const one = member.triggers[0] as CompiledTrigger;
      const plan = planOf(core, core.fleet, member, names);
      return [
        {
          ...one,
          ...identityOf(core, names),
          inputs: one.inputs,
          horizonMs: one.horizonMs + core.fleet.ms,
          plan,
        } satisfies CompiledScreening,
      ];
    });
    if (screenings.length === 0) return set;
    const hashes = [...set.triggers, ...screenings].map((t) => t.versionHash);
    return { ...set, screenings, hash: sha256Hex(canonicalText(hashes)) };
  } catch (error) {
    if (!(error instanceof RegionError)) throw error;
    const problem = new TriggerProblem(
      CODES.unsupported,
      { start: 0, end: 0 },
      error.message,
      "区域的几何形状无法使用",
      { suggestion: "Polygon, MultiPolygon, LineString, MultiLineString" },
    );
    errors.push(toTriggerError(problem, sources[0]?.text ?? "", sources[0]?.name ?? ""));
    return undefined;
  }
}

/** Triggers of single subjects and over many, as the API and the command list them. */
export function allTriggers(set: TriggerSet): readonly (CompiledTrigger | CompiledScreening)[] {
  return [...set.triggers, ...set.screenings];
}

/** Regions that a set asks for with `inside`, with the shapes that it means; each once. */
export function regionsOf(set: TriggerSet): readonly { readonly region: string; readonly shape: string }[] {
  const found = new Map<string, string>();
  const walk = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    const { op, region, shape } = part as Record<string, unknown>;
    if (op === "inside" && typeof region === "string" && typeof shape === "string") found.set(region, shape);
    for (const inner of Object.values(part)) walk(inner);
  };
  for (const { core } of allTriggers(set)) walk(core);
  return [...found].map(([region, shape]) => ({ region, shape }));
}
