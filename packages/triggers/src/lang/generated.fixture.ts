/** Random conditions and triggers of the core, well-typed by construction, for property tests. */
import fc from "fast-check";
import { CATALOGUE } from "@sandglass/signals";
import { ATTRIBUTES } from "./attributes.ts";
import { isPoint } from "./checked.ts";
import type { Comparison, Cond, CoreTrigger, Num, RegistryCond } from "./core.ts";
import { Names, sourceOf, type Source } from "./names.ts";
import type { Region } from "./regions.ts";

export const REGIONS: readonly Region[] = [
  {
    id: "demo-zone",
    names: { en: "Demo zone", zh: "示范区" },
    geometry: {
      type: "Polygon",
      coordinates: [
        [
          [106, 29],
          [107, 29],
          [107, 30],
          [106, 30],
          [106, 29],
        ],
      ],
    },
  },
  {
    id: "permitted-roads",
    names: { en: "Permitted roads", zh: "许可道路" },
    geometry: {
      type: "LineString",
      coordinates: [
        [106.4, 29.5],
        [106.6, 29.5],
      ],
    },
    breadthM: 25,
  },
];
export const names = new Names(CATALOGUE.map(sourceOf), REGIONS);

const sources = [...names.byId.values()].filter((s) => s.kind !== "list");
const numeric = sources.filter((s) => s.kind === "scalar" && s.text === undefined);
const texts = sources.filter((s) => s.text === "hash");
const flags = sources.filter((s) => s.kind === "bit");
const events = sources.filter((s) => s.kind === "event");

const pick = <T>(list: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...list);
const duration = fc.oneof(
  fc.integer({ min: 1, max: 120 }).map((n) => n * 1000),
  fc.integer({ min: 1, max: 90 }).map((n) => n * 60_000),
  fc.integer({ min: 1, max: 100 }).map((n) => n * 3_600_000),
  fc.integer({ min: 1, max: 5000 }),
);
const decimal = fc.integer({ min: -9999, max: 9999 }).map((n) => n / 10);
const comparison = pick<Comparison>(["lt", "le", "gt", "ge", "eq", "ne"]);
const bound = fc.tuple(fc.oneof(fc.constant(0), duration), duration).map(([a, b]) => ({ from: a, to: a + b }));

const signal = (source: Source): Num => ({ op: "signal", id: source.id });
const constant = (unit: string): fc.Arbitrary<Num> => decimal.map((value) => ({ op: "const", value, unit }));

/** A number over one signal, in the signal's unit. */
function number(source: Source): fc.Arbitrary<Num> {
  const id = source.id;
  const plain = fc.constant(signal(source));
  return fc.oneof(
    { weight: 4, arbitrary: plain },
    fc.constant<Num>({ op: "abs", of: signal(source) }),
    fc.constant<Num>({ op: "neg", of: signal(source) }),
    fc.constant<Num>({ op: "last", id }),
    fc
      .tuple(pick(["add", "sub", "min2", "max2"] as const), plain, plain)
      .map(([op, left, right]): Num => ({ op, left, right })),
    fc
      .tuple(pick(["min", "max", "avg", "sum"] as const), duration, fc.option(pick(texts), { nil: undefined }))
      .map(([fn, ms, by]): Num => ({
        op: "aggregate",
        fn,
        of: signal(source),
        ms,
        minSamples: 1,
        ...(by === undefined ? {} : { by: by.id }),
      })),
    fc
      .tuple(fc.integer({ min: 0, max: 100 }), duration)
      .map(([p, ms]): Num => ({ op: "aggregate", fn: "quantile", of: signal(source), ms, minSamples: 1, p: p / 100 })),
  );
}

const atom: fc.Arbitrary<Cond> = fc.oneof(
  {
    weight: 6,
    arbitrary: pick(numeric).chain((source) =>
      fc
        .tuple(comparison, number(source), constant(source.unit.code))
        .map(([op, left, right]): Cond => ({ op, left, right })),
    ),
  },
  pick(numeric).chain((source) =>
    fc.tuple(number(source), number(source), comparison).map(([left, right, op]): Cond => ({ op, left, right })),
  ),
  pick(numeric)
    .filter((s) => s.unit.code === "1")
    .chain((source) =>
      fc
        .array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 3 })
        .map((values): Cond => ({ op: "in", of: signal(source), values })),
    ),
  pick(flags).map((s): Cond => ({ op: "flag", id: s.id })),
  pick(events).map((s): Cond => ({ op: "event", id: s.id })),
  pick(sources.filter((s) => s.kind !== "event")).map((s): Cond => ({ op: "valid", id: s.id })),
  fc.tuple(pick(numeric), duration, comparison, fc.integer({ min: 1, max: 500 })).map(([s, ms, op, n]): Cond => ({
    op,
    left: { op: "aggregate", fn: "count", of: signal(s), ms, minSamples: 1 },
    right: { op: "const", value: n, unit: "1" },
  })),
  duration.map((ms): Cond => ({ op: "offline", ms })),
  fc.tuple(pick(sources), duration).map(([s, ms]): Cond => ({ op: "noData", id: s.id, ms })),
  fc
    .tuple(fc.nat(1439), fc.nat(1439))
    .filter(([a, b]) => a !== b)
    .map(([a, b]): Cond => ({ op: "timeOfDay", from: a * 60_000, to: b * 60_000 })),
  pick([...names.regions.byId.values()]).map(({ region, shape }): Cond => ({
    op: "inside",
    region: region.id,
    shape,
    longitude: "location.longitude",
    latitude: "location.latitude",
  })),
  pick<Cond>([{ op: "true" }, { op: "false" }]),
);

const asPoint = (of: Cond): Cond => (isPoint(of) ? of : { op: "rising", of });

export const condition: fc.Arbitrary<Cond> = fc.letrec<{ cond: Cond }>((tie) => {
  const cond = tie("cond");
  return {
    cond: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      atom,
      fc
        .tuple(pick(["and", "or", "implies"] as const), cond, cond)
        .map(([op, left, right]): Cond => ({ op, left, right })),
      cond.map((of): Cond => ({ op: "not", of })),
      fc.tuple(pick(["rising", "falling", "previous"] as const), cond).map(([op, of]): Cond => ({ op, of })),
      fc.tuple(pick(["once", "historically"] as const), cond, bound).map(([op, of, b]): Cond => ({ op, of, ...b })),
      fc.tuple(cond, cond, bound).map(([left, right, b]): Cond => ({ op: "since", left, right, ...b })),
      fc.tuple(pick(["for", "within"] as const), cond, duration).map(([op, of, ms]): Cond => ({ op, of, ms })),
      fc
        .tuple(cond, pick(["lt", "le", "gt", "ge"] as const), fc.nat(1000), duration)
        .map(([of, cmp, n, ms]): Cond => ({ op: "count", of: asPoint(of), cmp, n, ms })),
      fc
        .tuple(
          cond,
          pick(["lt", "le", "gt", "ge"] as const),
          fc.nat(1000),
          pick(["samples", "time"] as const),
          duration,
        )
        .map(([of, cmp, f, per, ms]): Cond => ({ op: "share", of, cmp, fraction: f / 1000, per, ms, minSamples: 0 })),
      fc
        .tuple(cond, pick(["lt", "le", "gt", "ge"] as const), fc.nat(1000), duration)
        .map(([of, cmp, n, ms]): Cond => ({ op: "samples", of, cmp, n, ms, minSamples: 0 })),
      fc.tuple(cond, cond, fc.boolean(), duration).map(([after, expect, negated, ms]): Cond => ({
        op: "response",
        after: asPoint(after),
        expect: asPoint(expect),
        negated,
        ms,
      })),
    ),
  };
}).cond;

const registry: fc.Arbitrary<RegistryCond> = fc.letrec<{ cond: RegistryCond }>((tie) => ({
  cond: fc.oneof(
    { maxDepth: 3 },
    fc
      .tuple(
        pick(["eq", "ne"] as const),
        pick(ATTRIBUTES.filter((a) => a.type === "text")),
        fc.string({ maxLength: 8 }),
      )
      .map(([op, a, value]): RegistryCond => ({ op, attribute: a.id, value })),
    fc
      .tuple(pick(["lt", "le", "gt", "ge"] as const), fc.nat(9))
      .map(([op, value]): RegistryCond => ({ op, attribute: "ads_level", value })),
    fc
      .tuple(pick(["lt", "ge"] as const), fc.nat(9), fc.nat(99))
      .map(([op, a, b]): RegistryCond => ({ op, attribute: "software_version", value: `${a}.${b}` })),
    fc
      .array(fc.string({ maxLength: 5 }), { minLength: 1, maxLength: 3 })
      .map((values): RegistryCond => ({ op: "in", attribute: "powertrain", values })),
    fc
      .tuple(pick(["and", "or"] as const), tie("cond"), tie("cond"))
      .map(([op, left, right]): RegistryCond => ({ op, left, right })),
    tie("cond").map((of): RegistryCond => ({ op: "not", of })),
  ),
})).cond;

const title = fc.string({ unit: fc.constantFrom("a", "B", " ", '"', "\\", "/", "-"), maxLength: 10 });

/** Triggers whose parts are well-formed; the compiler may still refuse them for what they say (E3, E5, E6 …). */
export const trigger: fc.Arbitrary<CoreTrigger> = fc
  .record({
    when: condition,
    where: fc.option(registry, { nil: undefined }),
    title,
    severity: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
    escalation: condition,
    clear: fc.option(condition, { nil: undefined }),
    keepFiringMs: fc.oneof(fc.constant(0), duration),
    cooldownMs: fc.oneof(fc.constant(0), duration),
    missing: pick<CoreTrigger["missing"]>([
      { mode: "unknown" },
      { mode: "unknown", afterMs: 60_000 },
      { mode: "reset" },
      { mode: "hold" },
      { mode: "violate", afterMs: 5000 },
    ]),
    clock: pick<CoreTrigger["clock"]>([{ mode: "samples" }, { mode: "every", ms: 10_000 }]),
    lateMs: fc.option(duration, { nil: undefined }),
    carry: fc.boolean(),
    groupBy: fc.option(fc.uniqueArray(pick(ATTRIBUTES.map((a) => a.id)), { minLength: 1, maxLength: 2 }), {
      nil: undefined,
    }),
    effective: fc.option(pick([{ from: "2026-01-01" }, { from: "2026-01-01", to: "2027-12-31" }]), { nil: undefined }),
    fleet: fc.option(
      fc.record({
        cmp: pick(["gt", "ge"] as const),
        amount: fc.integer({ min: 1, max: 100 }),
        population: pick(["active", "registered"] as const),
        subject: fc.constant("vehicle"),
        group: pick(["project", "model", "maker"]),
        ms: duration,
      }),
      { nil: undefined },
    ),
    percent: fc.boolean(),
    near: fc.boolean(),
  })
  .map((r): CoreTrigger => {
    const levels = [...r.severity].sort((a, b) => a - b);
    return {
      id: "GEN-1",
      version: 3,
      title: { en: `${r.title}x`, zh: "标题" },
      appliesTo: "vehicle",
      ...(r.where ? { where: r.where } : {}),
      basis: { text: 'made "test"', ...(r.percent ? { zh: '生成 "测试"' } : {}), certainty: "P" },
      when: r.when,
      ...(r.fleet
        ? {
            fleet: {
              ...r.fleet,
              percent: r.percent && !r.near,
              ...(r.percent && !r.near ? { amount: r.fleet.amount / 100 } : {}),
              ...(r.near ? { nearM: 500 } : {}),
            },
          }
        : r.groupBy
          ? { groupBy: r.groupBy }
          : {}),
      severity: r.fleet
        ? [{ level: levels[0] as number }]
        : levels.map((level, i) => ({ level, ...(i === 0 ? {} : { when: r.escalation }) })).slice(0, 2),
      ...(r.clear && !r.fleet ? { clear: r.clear } : {}),
      keepFiringMs: r.keepFiringMs,
      cooldownMs: r.cooldownMs,
      missing: r.missing,
      clock: r.clock,
      ...(r.lateMs === undefined ? {} : { lateMs: r.lateMs }),
      ...(r.carry && !r.fleet ? { carry: true as const } : {}),
      requires: [{ what: "period", op: "le", value: 1 }],
      suppressedBy: [],
      ...(r.effective ? { effective: r.effective } : {}),
      effects: [{ effect: "warn" }, { effect: "suspend", level: 3 }],
    };
  });
