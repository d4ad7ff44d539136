/** Words for the codes of commands to vehicles: their kinds and states, and what settings and answers hold. */
import type { Words } from "./frame-words.ts";

export const DOWNLINK_KIND_TITLES = {
  query: { en: "Query", zh: "参数查询" },
  set: { en: "Setting", zh: "参数设置" },
  control: { en: "Control", zh: "终端控制" },
} as const satisfies Readonly<Record<string, Words>>;

export const DOWNLINK_STATE_TITLES = {
  awaiting_approval: { en: "Awaiting approval", zh: "待审批" },
  queued: { en: "Queued", zh: "待发送" },
  sent: { en: "Sent", zh: "已发送" },
  answered: { en: "Answered", zh: "已应答" },
  refused: { en: "Refused", zh: "被拒绝" },
  timed_out: { en: "Timed out", zh: "超时" },
  expired: { en: "Expired", zh: "已过期" },
  rejected: { en: "Rejected", zh: "审批未通过" },
  withdrawn: { en: "Withdrawn", zh: "已撤回" },
} as const satisfies Readonly<Record<string, Words>>;

/** Beside the controls that the standard names. */
export const USER_DEFINED_CONTROL: Words = { en: "User-defined control", zh: "自定义控制" };

export const SENTINEL_TITLES = {
  abnormal: { en: "abnormal", zh: "异常" },
  invalid: { en: "invalid", zh: "无效" },
} as const satisfies Readonly<Record<string, Words>>;

/** Units of GB/T 32960.3 parameters. */
export const PARAMETER_UNIT_TITLES = {
  ms: { en: "ms", zh: "毫秒" },
  s: { en: "s", zh: "秒" },
  min: { en: "min", zh: "分" },
} as const satisfies Readonly<Record<string, Words>>;
