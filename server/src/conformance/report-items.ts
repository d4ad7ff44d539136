/**
 * What a conformance report asks, as data: in the spirit of GB/T 32960.4, whose text was not available, so the clauses
 * are those of GB/T 32960.3 and .2 that the items rest on.
 */
import type { Certainty } from "@sandglass/casework";

export const SECTIONS = {
  content: { en: "Required content", zh: "必报内容" },
  period: { en: "Reporting period", zh: "上报周期" },
  values: { en: "Values", zh: "数据有效性" },
  integrity: { en: "Frames", zh: "报文完整性" },
  session: { en: "Login and order", zh: "登入与时序" },
  reissue: { en: "Re-issue and delay", zh: "补发与时延" },
  alarm: { en: "Level-3 alarm", zh: "三级报警" },
  precision: { en: "Precision", zh: "数据精度" },
} as const;
export type Section = keyof typeof SECTIONS;

interface Text {
  readonly en: string;
  readonly zh: string;
}
const said = (en: string, zh: string): Text => ({ en, zh });

interface ItemBase {
  readonly id: string;
  readonly section: Section;
  readonly title: Text;
  readonly clause: Text;
  readonly requirement: string;
  readonly certainty: Certainty;
  /** Largest share of broken ones that passes. */
  readonly limit: number;
  /** Fewer than so many of what the share is of: unknown. */
  readonly atLeast: number;
  /** Asked of a vehicle only. */
  readonly ofVehicle?: true;
}

export type ReportItem = ItemBase &
  (
    | { readonly kind: "rule"; readonly rule: string }
    /** The worst field of a class counts. */
    | { readonly kind: "class"; readonly class: "abnormal" | "invalid" | "out_of_range" }
    | { readonly kind: "reissue-share" }
    | { readonly kind: "mean-delay"; readonly limitMs: number }
    | { readonly kind: "bursts" }
  );

const LIMITS = said("Industry practice", "行业实践");

function ofRule(
  rule: string,
  section: Section,
  en: string,
  zh: string,
  clause: Text,
  extra: Partial<Pick<ItemBase, "limit" | "requirement" | "certainty" | "atLeast" | "ofVehicle">> = {},
): ReportItem {
  return {
    kind: "rule",
    id: rule,
    rule,
    section,
    title: { en, zh },
    clause,
    requirement: extra.requirement ?? "R-3.30",
    certainty: extra.certainty ?? "S",
    limit: extra.limit ?? 0.01,
    atLeast: extra.atLeast ?? 1,
    ...(extra.ofVehicle ? { ofVehicle: true } : {}),
  };
}

const BODIES = said("GB/T 32960.3-2016 table 8, -2025 table 9", "GB/T 32960.3-2016 表8，-2025 表9");
const VEHICLE_BODY = said("GB/T 32960.3 table of the vehicle body", "GB/T 32960.3 整车数据表");
const AROUND_ALARMS = said("GB/T 32960.3-2016 6.4, -2025 B.2.1", "GB/T 32960.3-2016 6.4，-2025 B.2.1");

export const REPORT_ITEMS: readonly ReportItem[] = [
  ofRule("missing.vehicle", "content", "Vehicle data", "整车数据", BODIES),
  ofRule(
    "missing.motors",
    "content",
    "Motor data",
    "驱动电机数据",
    said(`${BODIES.en}; not while parked and charging`, `${BODIES.zh}；停车充电时可不报`),
  ),
  ofRule("missing.location", "content", "Position", "车辆位置数据", BODIES),
  ofRule(
    "missing.extremes",
    "content",
    "Extreme values (2016)",
    "极值数据（2016版）",
    said("GB/T 32960.3-2016 table 8, 7.2.3.6", "GB/T 32960.3-2016 表8、7.2.3.6"),
  ),
  ofRule("missing.alarm", "content", "Alarm data", "报警数据", BODIES),
  ofRule(
    "missing.cells",
    "content",
    "Cell voltages",
    "单体电池电压",
    said("GB/T 32960.3-2016 tables B.5, B.6, -2025 tables 11, 12", "GB/T 32960.3-2016 表B.5、表B.6，-2025 表11、表12"),
  ),
  ofRule(
    "missing.probes",
    "content",
    "Probe temperatures",
    "温度探针",
    said("GB/T 32960.3-2016 tables B.7, B.8, -2025 tables 13, 14", "GB/T 32960.3-2016 表B.7、表B.8，-2025 表13、表14"),
  ),
  ofRule(
    "transmission.period",
    "period",
    "At most 30 s between reports",
    "上报间隔不超过30秒",
    said("GB/T 32960.3: at most 30 s", "GB/T 32960.3：不超过30秒"),
    { requirement: "R-3.10", atLeast: 10 },
  ),
  ofRule(
    "transmission.alarm_period",
    "period",
    "At most 1 s during a level-3 alarm",
    "三级报警期间间隔不超过1秒",
    AROUND_ALARMS,
    { requirement: "R-3.12", atLeast: 5, limit: 0.05 },
  ),
  ofRule(
    "transmission.power_off_watch",
    "period",
    "Battery watch: data of 59 min 30 s to 1 h after power-off (2025)",
    "下电后动力蓄电池监测：第59分30秒至1小时数据（2025版）",
    said("GB/T 32960.3-2025, industry practice", "GB/T 32960.3-2025，行业实践"),
    { requirement: "R-3.14", limit: 0.05 },
  ),
  {
    kind: "class",
    class: "abnormal",
    id: "values.abnormal",
    section: "values",
    title: { en: "Values marked abnormal (worst field)", zh: "异常值占比（最差字段）" },
    clause: LIMITS,
    requirement: "R-3.31",
    certainty: "S",
    limit: 0.01,
    atLeast: 1,
  },
  {
    kind: "class",
    class: "invalid",
    id: "values.invalid",
    section: "values",
    title: { en: "Values marked invalid (worst field)", zh: "无效值占比（最差字段）" },
    clause: LIMITS,
    requirement: "R-3.31",
    certainty: "S",
    limit: 0.01,
    atLeast: 1,
  },
  {
    kind: "class",
    class: "out_of_range",
    id: "values.out_of_range",
    section: "values",
    title: { en: "Values out of range (worst field)", zh: "越界值占比（最差字段）" },
    clause: said("GB/T 32960.3 tables of the bodies", "GB/T 32960.3 各信息体的表"),
    requirement: "R-3.30",
    certainty: "P",
    limit: 0.01,
    atLeast: 1,
  },
  ofRule("transmission.structure", "integrity", "Structure of the data unit", "数据单元结构", LIMITS, {
    requirement: "R-3.31",
    limit: 0.03,
  }),
  ofRule(
    "transmission.bcc",
    "integrity",
    "Check code (BCC)",
    "校验码（BCC）",
    said("GB/T 32960.3-2016 table 2; industry practice", "GB/T 32960.3-2016 表2；行业实践"),
    {
      requirement: "R-3.31",
      limit: 0.03,
    },
  ),
  ofRule(
    "transmission.framing",
    "integrity",
    "Bytes outside of frames",
    "无法成帧的数据",
    said("GB/T 32960.3-2016 6.2; industry practice", "GB/T 32960.3-2016 6.2；行业实践"),
    { requirement: "R-3.31", limit: 0.03 },
  ),
  ofRule(
    "transmission.no_login",
    "session",
    "Login before realtime data",
    "先登入后上报",
    said("GB/T 32960.3 annex B.1", "GB/T 32960.3 附录B.1"),
    {
      certainty: "P",
    },
  ),
  ofRule(
    "transmission.login_serial",
    "session",
    "Login serial number grows",
    "登入流水号递增",
    said("GB/T 32960.3-2016 table 6", "GB/T 32960.3-2016 表6"),
  ),
  ofRule(
    "transmission.out_of_order",
    "session",
    "Realtime data in order of time",
    "实时数据按时间顺序",
    said("GB/T 32960.3: stored data is sent as re-issue", "GB/T 32960.3：存储的数据以补发报送"),
    { certainty: "P" },
  ),
  ofRule(
    "delay.clock_ahead",
    "session",
    "Clock not ahead",
    "终端时钟不超前",
    said("GB/T 32960.2-2016 4.2", "GB/T 32960.2-2016 4.2"),
    {
      certainty: "S",
    },
  ),
  {
    kind: "reissue-share",
    id: "reissue.share",
    section: "reissue",
    title: {
      en: "Share of re-issued reports (without those due before an alarm)",
      zh: "补发数据占比（不含报警前应补发的数据）",
    },
    clause: LIMITS,
    requirement: "R-3.31",
    certainty: "S",
    limit: 0.2,
    atLeast: 1,
  },
  ofRule(
    "transmission.reissue_late",
    "reissue",
    "Re-issue within the window (2016: 3 d, 2025: 7 d)",
    "补发在规定期限内（2016版3天，2025版7天）",
    said("GB/T 32960.3 annex B.2", "GB/T 32960.3 附录B.2"),
    { requirement: "R-3.11" },
  ),
  {
    kind: "mean-delay",
    id: "reissue.mean_delay",
    section: "reissue",
    title: { en: "Mean delay below 5 min", zh: "平均时延小于5分钟" },
    clause: LIMITS,
    requirement: "R-3.31",
    certainty: "S",
    limit: 1,
    limitMs: 300_000,
    atLeast: 1,
  },
  {
    kind: "bursts",
    id: "alarm.burst",
    section: "alarm",
    title: { en: "30 s before and after at 1 s", zh: "报警前后30秒、1秒间隔数据" },
    clause: AROUND_ALARMS,
    requirement: "R-3.12",
    certainty: "S",
    limit: 0,
    atLeast: 1,
  },
  ofRule(
    "missing.alarm_context",
    "alarm",
    "Position and cells with every level-3 alarm",
    "三级报警附带位置与单体数据",
    LIMITS,
    { requirement: "R-3.31", limit: 0 },
  ),
  ofRule("precision.speed", "precision", "Speed", "车速", VEHICLE_BODY, {
    certainty: "P",
    limit: 0,
    ofVehicle: true,
  }),
  ofRule("precision.mileage", "precision", "Mileage", "累计里程", VEHICLE_BODY, {
    certainty: "P",
    limit: 0,
    ofVehicle: true,
  }),
  ofRule("precision.total_voltage", "precision", "Total voltage", "总电压", VEHICLE_BODY, {
    certainty: "P",
    limit: 0,
    ofVehicle: true,
  }),
  ofRule("precision.total_current", "precision", "Total current", "总电流", VEHICLE_BODY, {
    certainty: "P",
    limit: 0,
    ofVehicle: true,
  }),
  ofRule(
    "precision.cell_voltage",
    "precision",
    "Cell voltages",
    "单体电压",
    said("GB/T 32960.3-2016 table B.6, -2025 table 12", "GB/T 32960.3-2016 表B.6，-2025 表12"),
    { certainty: "P", limit: 0, ofVehicle: true },
  ),
];
