/**
 * The catalogue of signals and events that arrive as events. Three groups: AI services (names of OpenTelemetry's
 * conventions for generative AI where there is one), automated driving and driver assistance, cyber security.
 * A vehicle's events may carry signals of the GB/T 32960 catalogue too, under their ids.
 */
import { findSignal, SIGNALS } from "./catalogue.ts";
import type { Binding, CatalogueEntry, EventSignal, EventSource, SampleSignal } from "./event-signal.ts";
import type { Signal, SignalNames } from "./signal.ts";
import type { TextKind } from "./text-code.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const LARGEST = 1e15;
const GENAI = "OpenTelemetry semantic conventions, gen_ai";
const P = "proposal of Sandglass";

const name = (en: string, zh: string): SignalNames => ({ en, zh });
const YES_NO = { 0: name("no", "否"), 1: name("yes", "是") };
const WEATHER = {
  0: name("clear", "晴"),
  1: name("rain", "雨"),
  2: name("heavy_rain", "暴雨"),
  3: name("snow", "雪"),
  4: name("fog", "雾"),
};

interface SampleSpec {
  readonly unit?: readonly [code: string, display: string];
  readonly range?: readonly [number, number];
  readonly scale?: number;
  readonly periodMs?: number;
  readonly holdMs?: number;
  readonly values?: SampleSignal["values"];
  readonly from?: readonly Binding[];
  /** Of its own bindings. */
  readonly as?: TextKind;
}

function sample(id: string, en: string, zh: string, source: string, spec: SampleSpec = {}): SampleSignal {
  const periodMs = spec.periodMs ?? MINUTE;
  return {
    kind: "scalar",
    id,
    unit: spec.unit?.[0] ?? "1",
    display: spec.unit?.[1] ?? "",
    range: spec.range ?? [0, spec.as === "hash" ? Number.MAX_SAFE_INTEGER : LARGEST],
    periodMs,
    holdMs: spec.holdMs ?? 3 * periodMs,
    scale: spec.scale ?? 1,
    names: { en, zh },
    source,
    ...(spec.values === undefined ? {} : { values: spec.values }),
    from: [
      { name: id, field: "value" },
      { name: "*", field: id, ...(spec.as === undefined ? {} : { as: spec.as }) },
      ...(spec.from ?? []),
    ],
  };
}

/** A state that a sender repeats at least once a minute, or the sender is silent. */
function state(id: string, en: string, zh: string, source: string): SampleSignal {
  return sample(id, en, zh, source, { range: [0, 1], periodMs: 1_000, holdMs: MINUTE, values: YES_NO });
}

function event(id: string, en: string, zh: string, source: string, from: EventSignal["from"] = []): EventSignal {
  return {
    kind: "event",
    id,
    unit: "1",
    display: "",
    range: [0, 1],
    periodMs: 0,
    holdMs: 0,
    scale: 1,
    names: { en, zh },
    source,
    from: [{ name: id }, ...from],
  };
}

const OPERATION = "gen_ai.client.operation.duration";
const EVALUATION = "gen_ai.evaluation.result";
const SCORE = "gen_ai.evaluation.score.value";
const SECONDS = ["s", "s"] as const;
const time = { unit: SECONDS, range: [0, 86_400] as const, scale: 1 };

const AI_SERVICE: readonly EventSource[] = [
  sample("outputs_total", "Outputs", "输出总数", P, {
    scale: 100,
    from: [{ name: "sandglass.ai.outputs", field: "value" }],
  }),
  sample("outputs_flagged", "Flagged outputs", "不当输出数", P, {
    scale: 10,
    from: [
      { name: "sandglass.ai.outputs.flagged", field: "value" },
      { name: "sandglass.ai.outputs", field: "value", where: { "sandglass.ai.flagged": true } },
    ],
  }),
  sample("safety_score", "Safety score", "安全评分", `${GENAI}: ${EVALUATION}, evaluation safety`, {
    range: [0, 1],
    scale: 0.05,
    holdMs: DAY,
    from: [{ name: EVALUATION, field: SCORE, where: { "gen_ai.evaluation.name": "safety" } }],
  }),
  sample("gen_ai.evaluation.score", "Evaluation score", "评测得分", `${GENAI}: ${EVALUATION}`, {
    range: [0, 1],
    scale: 0.05,
    holdMs: DAY,
    from: [{ name: EVALUATION, field: SCORE }],
  }),
  sample("latency", "Response time", "响应时延", `${GENAI}: ${OPERATION}, mean of a report`, {
    unit: ["ms", "ms"],
    range: [0, 86_400_000],
    scale: 500,
    from: [{ name: OPERATION, field: "mean", times: 1_000 }],
  }),
  sample("gen_ai.operation.p95", "Operation duration, 95th percentile", "操作耗时95分位", `${GENAI}: ${OPERATION}`, {
    ...time,
    from: [{ name: OPERATION, field: "p95" }],
  }),
  sample("gen_ai.operation.count", "Operations", "操作次数", `${GENAI}: ${OPERATION}`, {
    scale: 100,
    from: [{ name: OPERATION, field: "count" }],
  }),
  sample("gen_ai.operation.errors", "Failed operations", "失败操作次数", `${GENAI}: ${OPERATION} with error.type`, {
    scale: 10,
    from: [{ name: OPERATION, field: "count", where: { "error.type": "*" } }],
  }),
  sample(
    "gen_ai.request.p95",
    "Server request duration, 95th percentile",
    "服务端请求耗时95分位",
    `${GENAI}: gen_ai.server.request.duration`,
    {
      ...time,
      from: [{ name: "gen_ai.server.request.duration", field: "p95" }],
    },
  ),
  sample(
    "gen_ai.first_token.p95",
    "Time to first token, 95th percentile",
    "首词元时延95分位",
    `${GENAI}: gen_ai.server.time_to_first_token`,
    {
      ...time,
      from: [{ name: "gen_ai.server.time_to_first_token", field: "p95" }],
    },
  ),
  sample("gen_ai.token.usage", "Tokens", "词元用量", `${GENAI}: gen_ai.client.token.usage`, {
    scale: 1_000,
    from: [{ name: "gen_ai.client.token.usage", field: "sum" }],
  }),
  event("gen_ai.evaluation.failed", "Evaluation failed", "评测不通过", `${GENAI}: ${EVALUATION}, label fail`, [
    { name: EVALUATION, where: { "gen_ai.evaluation.score.label": "fail" } },
    { name: EVALUATION, where: { "gen_ai.evaluation.score.label": "unsafe" } },
  ]),
  event(
    "gen_ai.output_filtered",
    "Output stopped by the content filter",
    "输出被内容过滤",
    `${GENAI}: finish reason content_filter`,
    [{ name: "*", where: { "gen_ai.response.finish_reasons": "content_filter" } }],
  ),
  event("complaint_received", "Complaint received", "收到投诉", P),
  event("complaint_closed", "Complaint closed", "投诉办结", P),
  event("ai.serious_incident", "Serious incident", "严重事件发生", "AI Act Art. 73 (R-6.36)"),
  event("ai.serious_incident_reported", "Serious incident reported", "严重事件已报告", "AI Act Art. 73 (R-6.36)"),
  event("ai.consent_withdrawn", "Consent withdrawn", "撤回同意", "AI Act Art. 60(5) (R-6.35)"),
  event("ai.data_deleted", "Subject's data deleted", "个人数据已删除", "AI Act Art. 60(5) (R-6.35)"),
  event("ai.model_changed", "Model changed", "模型变更", "R-6.8, controlled change"),
  event("ai.change_approved", "Change approved", "变更获批", "R-6.8, controlled change"),
];

const DRIVING: readonly EventSource[] = [
  sample("ads_level", "Driving automation level", "自动驾驶等级", "GB/T 40429 level of the engaged function", {
    range: [0, 5],
    periodMs: 1_000,
    holdMs: MINUTE,
  }),
  state("ads_active", "Automated driving engaged", "自动驾驶激活", "GB 44497-2024: activation, exit (R-5.13)"),
  state("l2_active", "Driver assistance engaged", "组合驾驶辅助激活", "L2 recorder draft (R-5.14)"),
  state("hands_off", "Hands off", "脱手", "L2 recorder draft, time-stamp event (R-5.14)"),
  state("eyes_off", "Eyes off the road", "视线脱离", "L2 recorder draft, time-stamp event (R-5.14)"),
  state("in_odd", "Inside the operational design condition", "处于设计运行条件内", "pilot permit: ODD fields (R-5.6)"),
  sample("ads.permitted_speed", "Permitted speed of the function", "功能允许车速", "pilot permit: speed cap (R-5.6)", {
    unit: ["km/h", "km/h"],
    range: [0, 250],
    scale: 5,
    periodMs: 1_000,
    holdMs: DAY,
  }),
  sample("active_function", "Function in use", "使用中的功能", "containment limit: functions (R-1.10)", {
    periodMs: 1_000,
    holdMs: MINUTE,
    as: "hash",
  }),
  sample("software_version", "Software version", "软件版本号", "GB 44496-2024: software identification number", {
    holdMs: DAY,
    as: "version",
  }),
  sample("accel_x", "Longitudinal acceleration", "纵向加速度", "event data recorder", {
    unit: ["m/s2", "m/s²"],
    range: [-50, 50],
    periodMs: 1_000,
    holdMs: 10_000,
  }),
  sample("weather", "Weather", "天气", "ODD attribute", {
    range: [0, 4],
    periodMs: MINUTE,
    holdMs: 30 * MINUTE,
    values: WEATHER,
  }),
  event("takeover_request", "Take-over request", "接管请求", "GB 44497-2024 (R-5.13)"),
  event("driver_takeover", "Driver takes over", "接管", "GB 44497-2024 (R-5.13)"),
  event("ads.activated", "Automated driving activated", "自动驾驶启用", "GB 44497-2024 (R-5.13)"),
  event("ads.deactivated", "Automated driving exited", "自动驾驶退出", "GB 44497-2024 (R-5.13)"),
  event("ads.minimal_risk_manoeuvre", "Minimal-risk manoeuvre", "最小风险策略", "GB 44497-2024 (R-5.13)"),
  event("ads.severe_failure", "Severe failure of the function", "功能严重失效", "GB 44497-2024 (R-5.13)"),
  event("ads.risk_mitigation", "Risk mitigation", "风险减缓策略", "L2 recorder draft (R-5.14)"),
  event("collision", "Collision", "碰撞", "GB 44497-2024 (R-5.13)"),
  event("collision_warning", "Collision warning", "碰撞预警", "L2 recorder draft (R-5.14)"),
  event("aeb_activated", "Emergency braking activated", "自动紧急制动触发", "L2 recorder draft (R-5.14)"),
  event("accident_reported", "Accident reported", "事故已报告", "R-4.13"),
];

const CYBER: readonly EventSource[] = [
  sample("egress_bytes", "Bytes sent out", "外传字节数", P, { scale: 1e8 }),
  sample("overseas_bytes", "Bytes sent abroad", "境外直传字节数", "GB 44495-2024 (R-5.22)", { scale: 1e6 }),
  sample("dst_ip", "Destination address", "目的地址", P, { as: "hash" }),
  sample("ecu_hash", "Firmware of a control unit", "控制器固件标识", P, {
    holdMs: DAY,
    as: "hash",
  }),
  event("diag_auth_failed", "Diagnostic authentication failed", "诊断认证失败", P),
  event("login_failed", "Login failed", "登录失败", P),
  event("login_succeeded", "Login succeeded", "登录成功", P),
  event("config_changed", "Configuration changed", "配置变更", P),
  event("privilege_granted", "Privilege granted", "权限提升", P),
  event("firmware_rejected", "Firmware signature rejected", "固件校验失败", "GB 44496-2024 (R-5.21)"),
  event("intrusion_alert", "Intrusion alert", "入侵告警", "GB 44495-2024 (R-5.20)"),
  event("vulnerability_learned", "Vulnerability learned of", "获知漏洞", "R-5.24"),
  event("vulnerability_reported", "Vulnerability reported", "漏洞已报送", "R-5.24"),
  event("cyber_incident", "Cyber incident", "网络安全事件", "R-5.27"),
  event("cyber_incident_reported", "Cyber incident reported", "网络安全事件已报告", "R-5.27"),
];

/** Everything that arrives as events. */
export const EVENT_SOURCES: readonly EventSource[] = [...AI_SERVICE, ...DRIVING, ...CYBER];

/** All names that a trigger may use. */
export const CATALOGUE: readonly CatalogueEntry[] = [...SIGNALS, ...EVENT_SOURCES];

const byId = new Map(EVENT_SOURCES.map((source) => [source.id, source]));

export function findEventSource(id: string): EventSource | undefined {
  return byId.get(id);
}

/** What a name of the catalogue stands for, wherever its values come from. */
export function findEntry(id: string): CatalogueEntry | undefined {
  return findSignal(id) ?? byId.get(id);
}

/** A signal of the frame catalogue as events may carry it: a field of that name. */
export function asEventSource({
  id,
  unit,
  display,
  range,
  periodMs,
  holdMs,
  scale,
  names,
  source,
}: Signal): SampleSignal {
  return {
    kind: "scalar",
    id,
    unit,
    display,
    range,
    periodMs,
    holdMs,
    scale,
    names,
    source,
    from: [{ name: "*", field: id }],
  };
}
