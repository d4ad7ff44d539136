/**
 * Rules of single fields: the sentinels and ranges of the tables of GB/T 32960.3, one rule for each field and class.
 * What the gateway's column map decodes has rules; gear and fix have no sentinel in the standard.
 */
import { getList, getScalar, type Signal } from "@sandglass/signals";
import type { QualityRule, RuleClass } from "./rule.ts";

export type RuleDraft = Omit<QualityRule, "number">;

/** Scalars that a frame carries, in the order of their rules: append only. */
export const FIELD_SCALARS = [
  "vehicle.state",
  "charge.state",
  "run.mode",
  "speed",
  "mileage",
  "total_voltage",
  "total_current",
  "soc",
  "dcdc.state",
  "insulation_resistance",
  "accelerator",
  "brake",
  "engine.state",
  "engine.speed",
  "engine.fuel_rate",
  "location.coordinates",
  "location.longitude",
  "location.latitude",
  "max_cell_voltage",
  "max_cell_voltage.pack",
  "max_cell_voltage.cell",
  "min_cell_voltage",
  "min_cell_voltage.pack",
  "min_cell_voltage.cell",
  "max_cell_temp",
  "max_cell_temp.pack",
  "max_cell_temp.probe",
  "min_cell_temp",
  "min_cell_temp.pack",
  "min_cell_temp.probe",
  "alarm.level",
] as const;

/** List signals that a frame carries, in the order of their rules: append only. */
export const FIELD_LISTS = [
  "motor.state",
  "motor.controller_temp",
  "motor.speed",
  "motor.torque",
  "motor.temp",
  "motor.voltage",
  "motor.current",
  "pack.voltage",
  "pack.current",
  "pack.cell_total",
  "cell.voltage",
  "probe.temp",
] as const;

/** Classes in the order of `Reason`: abnormal 2, invalid 3, out of range 4. */
export const FIELD_CLASSES = ["abnormal", "invalid", "out_of_range"] as const;

const WORDS: Readonly<Record<(typeof FIELD_CLASSES)[number], readonly [en: string, zh: string]>> = {
  abnormal: ["marked abnormal", "标为异常"],
  invalid: ["marked invalid", "标为无效"],
  out_of_range: ["outside the range of the standard", "超出标准范围"],
};

/** speaks of null, abnormal and invalid values; out of range is held to the same share. */
const LIMIT = { share: 0.01, basis: "R-3.31, industry practice", certainty: "S" } as const;

/** GB/T 32960.3 tables 14 (2016) and 21 (2025) define none. */
const NO_SENTINELS: ReadonlySet<string> = new Set(["location.longitude", "location.latitude"]);
const ONLY_2016 =
  /^(max|min)_cell_|^(accelerator|brake|engine\.state|engine\.fuel_rate|motor\.voltage|motor\.current)$/;
const ONLY_2025: ReadonlySet<string> = new Set(["location.coordinates"]);

function editionsOf(signal: Signal): readonly (2016 | 2025)[] {
  return ONLY_2016.test(signal.id) ? [2016] : ONLY_2025.has(signal.id) ? [2025] : [2016, 2025];
}

function ruleOf(signal: Signal, kind: RuleClass & (typeof FIELD_CLASSES)[number]): RuleDraft {
  const [en, zh] = WORDS[kind];
  return {
    id: `${kind}.${signal.id}`,
    class: kind,
    title: { en: `${signal.names.en} ${en}`, zh: `${signal.names.zh}${zh}` },
    requirement: "R-3.30",
    basis: signal.source,
    certainty: "S",
    editions: editionsOf(signal),
    per: "reports",
    signal: signal.id,
    parameters: {},
    limit: LIMIT,
  };
}

/** Three rules for each field; two less where the standard defines no sentinels: what cannot happen is no rule. */
export const FIELD_RULES: readonly RuleDraft[] = [...FIELD_SCALARS.map(getScalar), ...FIELD_LISTS.map(getList)].flatMap(
  (signal) =>
    FIELD_CLASSES.filter((kind) => kind === "out_of_range" || !NO_SENTINELS.has(signal.id)).map((kind) =>
      ruleOf(signal, kind),
    ),
);
