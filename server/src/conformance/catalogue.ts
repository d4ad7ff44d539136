/**
 * The catalogue of data-quality rules (REQUIREMENTS ), as data. Numbers are positions: append only, and raise
 * `RULES_VERSION` with every change, because stored counts go by number and say under which version they were made.
 *
 * Texts that names carry certainty S (industry practice); thresholds of ours carry P.
 */
import { FIELD_RULES, type RuleDraft } from "./catalogue-fields.ts";
import type { Denominator, QualityRule, RuleClass, RuleParameter } from "./rule.ts";

export const RULES_VERSION = 3;

const BOTH = [2016, 2025] as const;
const PRACTICE = "industry practice";

interface Extra {
  readonly per?: Denominator;
  readonly editions?: readonly (2016 | 2025)[];
  readonly parameters?: Readonly<Record<string, RuleParameter>>;
  readonly limit?: number;
  readonly certainty?: "F" | "S" | "D" | "M" | "P";
  readonly requirement?: string;
}

function rule(id: string, en: string, zh: string, basis: string, extra: Extra = {}): RuleDraft {
  return {
    id,
    class: id.slice(0, id.indexOf(".")) as RuleClass,
    title: { en, zh },
    requirement: extra.requirement ?? "R-3.30",
    basis,
    certainty: extra.certainty ?? "S",
    editions: extra.editions ?? BOTH,
    per: extra.per ?? "reports",
    parameters: extra.parameters ?? {},
    ...(extra.limit === undefined
      ? {}
      : { limit: { share: extra.limit, basis: "R-3.31, industry practice", certainty: "S" as const } }),
  };
}

const p = (value: number, unit: string, certainty?: "S" | "P"): RuleParameter =>
  certainty === undefined ? { value, unit } : { value, unit, certainty };

const MISSING: readonly RuleDraft[] = [
  rule("missing.vehicle", "No vehicle data", "缺少整车数据", "GB/T 32960.3-2016 table 8, -2025 table 9", {
    limit: 0.01,
  }),
  rule(
    "missing.motors",
    "No motor data although not parked and charging",
    "非停车充电时缺少驱动电机数据",
    "GB/T 32960.3-2016 table 8, -2025 table 9",
    { limit: 0.01 },
  ),
  rule("missing.location", "No position data", "缺少车辆位置数据", "GB/T 32960.3-2016 table 8, -2025 table 9", {
    limit: 0.01,
  }),
  rule("missing.extremes", "No extreme values", "缺少极值数据", "GB/T 32960.3-2016 table 8", {
    editions: [2016],
    limit: 0.01,
  }),
  rule("missing.alarm", "No alarm data", "缺少报警数据", "GB/T 32960.3-2016 table 8, -2025 table 9", { limit: 0.01 }),
  rule("missing.cells", "No cell voltages", "缺少单体电压数据", "GB/T 32960.3-2016 annex B.3, -2025 table 9", {
    limit: 0.01,
  }),
  rule("missing.probes", "No probe temperatures", "缺少温度探针数据", "GB/T 32960.3-2016 annex B.3, -2025 table 9", {
    limit: 0.01,
  }),
  rule("missing.alarm_context", "Level-3 alarm without position or cell data", "三级报警缺少位置或单体数据", PRACTICE, {
    requirement: "R-3.31",
    limit: 0,
  }),
];

const DELAY: readonly RuleDraft[] = [
  rule("delay.over_30s", "Received more than 30 s after collection", "接收较采集延迟超过30秒", PRACTICE, {
    per: "realtime",
    parameters: { delay: p(30, "s") },
  }),
  rule("delay.over_180s", "Received more than 180 s after collection", "接收较采集延迟超过180秒", PRACTICE, {
    per: "realtime",
    parameters: { delay: p(180, "s") },
  }),
  rule(
    "delay.clock_ahead",
    "Collection time ahead of receipt",
    "采集时间晚于接收时间（终端时钟超前）",
    "GB/T 32960.2-2016 4.2: clock within 5 s in 24 h",
    { per: "realtime", parameters: { ahead: p(5, "s") } },
  ),
];

const LOGIC: readonly RuleDraft[] = [
  rule("logic.off_with_speed", "Vehicle off, yet it moves", "熄火状态下车速大于阈值", PRACTICE, {
    parameters: { speed: p(5, "km/h") },
  }),
  rule("logic.park_with_speed", "Gear P, yet it moves", "P挡时车速不为零", PRACTICE, {
    parameters: { speed: p(0, "km/h") },
  }),
  rule("logic.charging_with_speed", "Parked charging, yet it moves", "停车充电时车速大于阈值", PRACTICE, {
    certainty: "P",
    parameters: { speed: p(5, "km/h") },
  }),
  rule(
    "logic.voltage_sum",
    "Sum of the cell voltages differs from the pack voltage",
    "单体电压之和与储能装置电压不符",
    PRACTICE,
    { parameters: { tolerance: p(5, "V") } },
  ),
  rule(
    "logic.total_voltage",
    "Total voltage fits neither one pack nor their sum",
    "总电压与储能装置电压不符",
    PRACTICE,
    { certainty: "P", parameters: { tolerance: p(5, "V", "S") } },
  ),
  rule(
    "logic.cell_count",
    "Number of cells differs from the number declared",
    "单体电压个数与单体总数不符",
    "GB/T 32960.3-2016 table B.6, -2025 table 12",
    { certainty: "P" },
  ),
  rule(
    "logic.max_cell_voltage",
    "Highest cell voltage differs from the list",
    "最高单体电压与列表最大值不符",
    PRACTICE,
    { certainty: "P", editions: [2016], parameters: { tolerance: p(0.01, "V") } },
  ),
  rule(
    "logic.min_cell_voltage",
    "Lowest cell voltage differs from the list",
    "最低单体电压与列表最小值不符",
    PRACTICE,
    { certainty: "P", editions: [2016], parameters: { tolerance: p(0.01, "V") } },
  ),
  rule("logic.max_probe_temp", "Highest temperature differs from the list", "最高温度与列表最大值不符", PRACTICE, {
    certainty: "P",
    editions: [2016],
    parameters: { tolerance: p(1, "Cel") },
  }),
  rule("logic.min_probe_temp", "Lowest temperature differs from the list", "最低温度与列表最小值不符", PRACTICE, {
    certainty: "P",
    editions: [2016],
    parameters: { tolerance: p(1, "Cel") },
  }),
  rule("logic.max_below_min", "Highest cell voltage below the lowest", "最高单体电压低于最低单体电压", PRACTICE, {
    certainty: "P",
  }),
  rule("logic.mileage_jump", "Mileage jumps", "累计里程跳变", PRACTICE, {
    per: "intervals",
    parameters: { distance: p(4, "km"), within: p(30, "s") },
  }),
  rule("logic.mileage_back", "Mileage goes back", "累计里程回退", PRACTICE, {
    certainty: "P",
    per: "intervals",
    parameters: { distance: p(0.1, "km") },
  }),
  rule("logic.speed_mileage", "Mileage grows faster or slower than the speed allows", "里程变化与车速不符", PRACTICE, {
    certainty: "P",
    per: "intervals",
    parameters: { tolerance: p(0.5, "km"), within: p(60, "s") },
  }),
  rule("logic.soc_jump", "State of charge jumps", "荷电状态跳变", PRACTICE, {
    certainty: "P",
    per: "intervals",
    parameters: { step: p(5, "%"), within: p(30, "s") },
  }),
  rule(
    "logic.charge_discharging",
    "Parked charging, yet the battery discharges",
    "停车充电时电流为放电方向",
    PRACTICE,
    { certainty: "P", parameters: { current: p(10, "A") } },
  ),
  rule("logic.off_with_current", "Off and not charging, yet current flows", "熄火且未充电时电流异常", PRACTICE, {
    certainty: "P",
    parameters: { current: p(10, "A") },
  }),
  rule(
    "logic.complete_with_low_soc",
    "Charging complete at a low state of charge",
    "充电完成但荷电状态偏低",
    PRACTICE,
    { certainty: "P", parameters: { soc: p(80, "%") } },
  ),
  rule("logic.coordinates_zero", "Valid fix at 0°, 0°", "定位有效但经纬度为零", "GB/T 32960.3-2016 table 15", {
    certainty: "P",
  }),
  rule("logic.coordinates_abroad", "Valid fix outside the service area", "定位有效但超出服务区域", PRACTICE, {
    certainty: "P",
    parameters: { west: p(73, "deg"), east: p(136, "deg"), south: p(3, "deg"), north: p(54, "deg") },
  }),
  rule("logic.level_without_alarm", "Alarm level without flag or fault", "有报警等级但无报警标志与故障", PRACTICE, {
    certainty: "P",
  }),
  rule("logic.alarm_without_level", "Alarm flag with level 0", "有报警标志但报警等级为0", PRACTICE, { certainty: "P" }),
  rule(
    "logic.alarm_level_list",
    "Highest alarm level differs from the alarm list",
    "最高报警等级与报警列表最大值不符",
    "GB/T 32960.3-2025 table 23; industry practice",
    { editions: [2025] },
  ),
  rule(
    "logic.level4_without_thermal",
    "Level 4 without a thermal event",
    "4级报警但无热事件",
    "GB/T 32960.3-2025 table 24; industry practice",
    { editions: [2025] },
  ),
  rule(
    "logic.thermal_without_level4",
    "Thermal event below level 4",
    "热事件但报警等级低于4级",
    "GB/T 32960.3-2025 table 24",
    { editions: [2025] },
  ),
];

const TRANSMISSION: readonly RuleDraft[] = [
  rule(
    "transmission.structure",
    "Data unit without the structure of its command",
    "数据单元结构错误",
    "GB/T 32960.3-2016 6.2; R-3.31",
    { per: "frames", limit: 0.03 },
  ),
  rule(
    "transmission.clock_far_ahead",
    "Collection time minutes ahead of receipt",
    "采集时间远超接收时间",
    "intake rule: 5 minutes",
    { per: "frames", certainty: "P" },
  ),
  rule(
    "transmission.foreign_vin",
    "Frame of another vehicle on the link",
    "链路上出现其他车辆数据",
    "GB/T 32960.3 annex B; intake rule",
    { per: "frames", certainty: "P" },
  ),
  rule("transmission.opaque", "Encrypted, no key", "加密数据无法解密", "GB/T 32960.3-2016 table 5", { per: "frames" }),
  rule(
    "transmission.bad_signature",
    "Signature wrong or missing where it is demanded",
    "签名错误或缺少签名",
    "GB/T 32960.3-2025 table 4, 7.2.1",
    { per: "frames", editions: [2025] },
  ),
  rule("transmission.unknown_vin", "Vehicle not registered", "车辆未登记", "GB/T 32960.3-2025 table 4", {
    per: "frames",
  }),
  rule("transmission.bcc", "Check code wrong", "校验码（BCC）错误", "GB/T 32960.3-2016 table 2", {
    per: "frames",
    limit: 0.03,
  }),
  rule("transmission.framing", "Bytes that belong to no frame", "无法成帧的数据", "GB/T 32960.3-2016 6.2", {
    per: "frames",
    limit: 0.03,
  }),
  rule(
    "transmission.period",
    "More than 30 s between realtime reports",
    "实时上报间隔超过30秒",
    "GB/T 32960.3: at most 30 s",
    { per: "intervals", requirement: "R-3.10", parameters: { period: p(30, "s") }, limit: 0.01 },
  ),
  rule(
    "transmission.alarm_period",
    "More than 1 s between reports during a level-3 alarm",
    "三级报警期间上报间隔超过1秒",
    "GB/T 32960.3-2016 6.4, -2025 B.2.1",
    { per: "intervals", requirement: "R-3.12", parameters: { period: p(1, "s") } },
  ),
  rule(
    "transmission.out_of_order",
    "Realtime report older than one before it",
    "实时数据时间倒序",
    "GB/T 32960.3: stored data is sent as re-issue",
    { per: "realtime", certainty: "P" },
  ),
  rule("transmission.repeated_time", "Collection time repeated", "采集时间重复", PRACTICE, {
    per: "realtime",
    certainty: "P",
  }),
  rule(
    "transmission.login_serial",
    "Login serial number does not grow",
    "登入流水号未递增",
    "GB/T 32960.3-2016 table 6",
    { per: "logins" },
  ),
  rule(
    "transmission.logout_serial",
    "Logout serial number differs from the login",
    "登出流水号与登入不一致",
    "GB/T 32960.3-2016 table 20",
    { per: "logouts" },
  ),
  rule("transmission.no_login", "Realtime report without a login", "未登入即上报实时数据", "GB/T 32960.3 annex B.1", {
    per: "realtime",
    certainty: "P",
  }),
  rule(
    "transmission.reissue_late",
    "Re-issued later than the edition's window",
    "补发超过标准期限",
    "GB/T 32960.3-2016 annex B: 3 days, -2025: 7 days",
    { requirement: "R-3.11", parameters: { window2016: p(3, "d"), window2025: p(7, "d") } },
  ),
];

const PRECISION: readonly RuleDraft[] = [
  rule("precision.speed", "Speed never finer than 1 km/h while driving", "行驶中车速精度不足0.1 km/h", PRACTICE, {
    per: "days",
    certainty: "P",
    parameters: { samples: p(100, "1") },
  }),
  rule("precision.mileage", "Mileage never finer than 1 km while driving", "行驶中里程精度不足0.1 km", PRACTICE, {
    per: "days",
    certainty: "P",
    parameters: { samples: p(100, "1") },
  }),
  rule("precision.total_voltage", "Total voltage never finer than 1 V", "总电压精度不足0.1 V", PRACTICE, {
    per: "days",
    certainty: "P",
    parameters: { samples: p(100, "1") },
  }),
  rule("precision.total_current", "Total current never finer than 1 A", "总电流精度不足0.1 A", PRACTICE, {
    per: "days",
    certainty: "P",
    parameters: { samples: p(100, "1") },
  }),
  rule("precision.cell_voltage", "Cell voltages never finer than 10 mV", "单体电压精度不足0.001 V", PRACTICE, {
    per: "days",
    certainty: "P",
    parameters: { samples: p(100, "1") },
  }),
];

const POWER_OFF: readonly RuleDraft[] = [
  rule(
    "transmission.power_off_watch",
    "No data of 59 min 30 s to 1 h after power-off, second by second",
    "下电后缺少第59分30秒至1小时的逐秒数据",
    "GB/T 32960.3-2025, industry practice",
    {
      per: "powerOffs",
      editions: [2025],
      requirement: "R-3.14",
      parameters: { end: p(3600, "s"), window: p(30, "s"), tolerance: p(2, "s", "P") },
    },
  ),
];

/** Every rule in the order of its number. What comes later, of fields too, goes behind the last list. */
export const RULES: readonly QualityRule[] = [
  ...FIELD_RULES,
  ...MISSING,
  ...DELAY,
  ...LOGIC,
  ...TRANSMISSION,
  ...PRECISION,
  ...POWER_OFF,
].map((draft, number) => ({ ...draft, number }));

const byId = new Map(RULES.map((entry) => [entry.id, entry]));

export function findRule(id: string): QualityRule | undefined {
  return byId.get(id);
}

/** The rule of that id. Throws for an unknown id: callers pass constants. */
export function getRule(id: string): QualityRule {
  const found = byId.get(id);
  if (found === undefined) throw new Error(`no rule ${id}`);
  return found;
}

/** A parameter of a rule. Throws for an unknown one: callers pass constants. */
export function parameterOf(id: string, parameter: string): number {
  const found = getRule(id).parameters[parameter];
  if (found === undefined) throw new Error(`rule ${id} has no parameter ${parameter}`);
  return found.value;
}
