/** Putting checked triggers together into one program that monitors run. */
import { compileCond, type CompileOptions } from "./engine/conditions.ts";
import { marginParts } from "./engine/deciding.ts";
import { firingRunner, type TriggerRunner } from "./engine/firing.ts";
import { Builder } from "./engine/node.ts";
import { compileRegion, type PointTest } from "./engine/places.ts";
import { layOutQuiet } from "./engine/quiet-layout.ts";
import { usesOf } from "./engine/uses.ts";
import { horizonOf, marginUnits } from "./lang/analysis.ts";
import type { Effect } from "./lang/ast.ts";
import {
  canonicalText,
  conditionsOf,
  partsOf,
  signalsOf,
  versionHashOf,
  type Cond,
  type CoreTrigger,
} from "./lang/core.ts";
import type { Names, Source } from "./lang/names.ts";
import { sha256Hex } from "./lang/sha256.ts";
import type { SourceRange, TriggerError } from "./lang/source.ts";
import { displayUnit } from "./lang/units.ts";
import type { CheckedSource, CompiledTrigger, ConditionPart, TriggerSet, TriggerSource } from "./set.ts";
import { describeCore } from "./text/describe.ts";
import { formatCore } from "./text/format.ts";

/** What a trigger is called and says, apart from how it runs. */
export function identityOf(core: CoreTrigger, names: Names) {
  return {
    id: core.id,
    version: core.version,
    versionHash: versionHashOf(core),
    title: core.title,
    levels: core.severity.map((s) => s.level),
    basis: core.basis,
    ...effectsOf(core),
    effective: core.effective,
    plain: { en: describeCore(core, "en", names), zh: describeCore(core, "zh", names) },
    text: { en: formatCore(core, "en", names), zh: formatCore(core, "zh", names) },
    core,
  };
}

/** Compiles checked triggers into one program. `wrap` sees every sub-condition (truth ribbons). */
export function assemble(
  checked: readonly CheckedSource[],
  sources: readonly TriggerSource[],
  names: Names,
  warnings: readonly TriggerError[],
  wrap?: NonNullable<CompileOptions["wrap"]>,
): TriggerSet {
  const builder = new Builder();
  const inputsOf = checked.map(({ trigger }) => [
    ...new Set(conditionsOf(trigger.core).flatMap((c) => [...signalsOf(c)])),
  ]);
  for (const id of inputsOf.flat()) builder.declareInput(names.byId.get(id) as Source);
  const uses = checked.map(({ trigger }) => usesOf(trigger.core));
  const logged = [...new Set(uses.flatMap((use) => [...use.samples]))].map((id) => builder.input(id));
  // Who records every verdict must evaluate every time.
  const quiet = wrap === undefined ? layOutQuiet(builder, logged) : undefined;
  const dueAt = builder.slots(...checked.map(() => -Infinity));
  const awakeAt = builder.slots(...checked.map(() => 0));
  const tests = new Map<string, PointTest>();
  const regions = (id: string): PointTest | undefined => {
    const known = names.regions.byId.get(id);
    if (known !== undefined && !tests.has(id)) tests.set(id, compileRegion(known.region));
    return tests.get(id);
  };
  const listeners: number[] = [];
  const runners: TriggerRunner[] = [];
  const triggers: CompiledTrigger[] = [];
  checked.forEach(({ trigger, source }, index) => {
    const { core, ranges } = trigger;
    const before = builder.bytes();
    const text = sources[source]?.text ?? "";
    const textOf = (cond: Cond): string => {
      const range = ranges.get(cond);
      return range === undefined ? "" : text.slice(range.start, range.end).replace(/\s+/g, " ");
    };
    const units = marginUnits(core.when, names);
    const options: CompileOptions = {
      builder,
      textOf,
      normalised: units.size > 1,
      regions,
      grid: core.clock.mode === "every",
      ...(wrap ? { wrap } : {}),
    };
    const { listening } = builder;
    builder.pointwise = core.clock.mode !== "time";
    builder.shared = new Map();
    builder.trigger = index;
    const when = compileCond(core.when, options);
    // Nobody asks for the witnesses of a clearing: its operators keep none.
    builder.witness = false;
    const clear = core.clear ? compileCond(core.clear, options) : undefined;
    builder.witness = true;
    const severities = core.severity.map((s) => ({
      level: s.level,
      when: s.when ? compileCond(s.when, options) : undefined,
    }));
    runners.push(
      firingRunner(
        {
          core,
          versionHash: versionHashOf(core),
          when,
          clear,
          severities,
          marginUnit: units.size === 0 ? undefined : units.size === 1 ? [...units][0] : "1",
          normalised: units.size > 1,
          marginParts: units.size > 1 ? marginParts(core.when, when, names, builder) : undefined,
          suppressors: core.suppressedBy.flatMap((other) => runners.find((runner) => runner.id === other) ?? []),
          inputName: (input) => builder.inputs[input]?.id ?? "",
        },
        builder,
      ),
    );
    if (builder.listening > listening) listeners.push(index);
    const inputs = inputsOf[index] as string[];
    triggers.push({
      ...identityOf(core, names),
      bytesPerSubject: builder.bytes() - before + 8 + inputs.length * 32,
      horizonMs:
        Math.max(...conditionsOf(core).map(horizonOf)) +
        Math.max(0, ...inputs.map((id) => finite(names.byId.get(id)?.holdMs))),
      inputs,
      signals: inputs.map((id) => {
        const source = names.byId.get(id) as Source;
        return { id, names: source.names, unit: displayUnit(source.unit.code), values: source.values };
      }),
      parts: listParts(core, ranges, textOf, source),
    });
  });
  const words = Math.max(1, Math.ceil(builder.inputs.length / 32));
  const maskOf = (pick: (index: number) => Iterable<string>): Int32Array => {
    const masks = new Int32Array(words * checked.length);
    checked.forEach((_, index) => {
      for (const id of pick(index)) {
        const input = builder.input(id);
        const at = index * words + (input >> 5);
        masks[at] = (masks[at] as number) | (1 << (input & 31));
      }
    });
    return masks;
  };
  const constants = builder.inputs.map(({ id }) =>
    [...new Set(uses.flatMap((u) => u.crossings.get(id) ?? []))].sort((a, b) => a - b),
  );
  builder.windows = new Set(
    builder.holdings.flatMap(({ trigger, queues }) => ((uses[trigger]?.samples.size ?? 0) > 0 ? queues : [])),
  );
  const crossingEnds = new Int32Array(constants.length);
  constants.forEach((list, i) => (crossingEnds[i] = list.length + (i === 0 ? 0 : (crossingEnds[i - 1] as number))));
  return {
    hash: sha256Hex(canonicalText(triggers.map((t) => t.versionHash))),
    triggers,
    screenings: [],
    needsEveryFrame: builder.heardAt !== undefined,
    inputs: builder.inputs.map((s) => s.id),
    sources: builder.inputs,
    bytesPerSubject: builder.bytes(),
    horizonMs: Math.max(0, ...triggers.map((t) => t.horizonMs)),
    warnings,
    program: {
      origin: { checked, sources, names },
      runners,
      context: builder.context,
      builder,
      holds: builder.inputs.map((s) => 2 * s.holdMs),
      crossingMasks: maskOf((i) => uses[i]?.crossings.keys() ?? []),
      sampleMasks: maskOf((i) => uses[i]?.samples ?? []),
      crossings: Float64Array.from(constants.flat()),
      crossingEnds,
      dueAt,
      awakeAt,
      quiet,
      listeners,
      modes: Int8Array.from(checked, ({ trigger }) => ({ time: 0, samples: 1, every: 2 })[trigger.core.clock.mode]),
      grids: Float64Array.from(checked, ({ trigger }) => 2 * (trigger.core.clock.ms ?? 0)),
    },
  };
}

function finite(x: number | undefined): number {
  return x !== undefined && Number.isFinite(x) ? x : 0;
}

function effectsOf(core: CoreTrigger): { effect: Effect; effects: Record<number, Effect> } {
  const effects: Record<number, Effect> = {};
  let effect: Effect = "warn";
  for (const e of core.effects) {
    if (e.level === undefined) effect = e.effect;
    else effects[e.level] = e.effect;
  }
  return { effect, effects };
}

function listParts(
  core: CoreTrigger,
  ranges: ReadonlyMap<Cond, SourceRange>,
  textOf: (cond: Cond) => string,
  source: number,
): ConditionPart[] {
  const parts: ConditionPart[] = [];
  const walk = (cond: Cond, parent: number | undefined, role: ConditionPart["role"]): void => {
    const index = parts.length;
    parts.push({
      index,
      parent,
      role,
      text: textOf(cond),
      source,
      range: ranges.get(cond) ?? { start: 0, end: 0 },
      cond,
    });
    for (const part of partsOf(cond)) walk(part, index, role);
  };
  walk(core.when, undefined, "when");
  for (const s of core.severity) if (s.when) walk(s.when, undefined, "severity");
  if (core.clear) walk(core.clear, undefined, "clear");
  return parts;
}
