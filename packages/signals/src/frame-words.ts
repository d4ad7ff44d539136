/** Words for the codes that a frame is listed by. */
import type { DISPOSITION_NAMES } from "./block.ts";

export interface Words {
  readonly en: string;
  readonly zh: string;
}

/** GB/T 32960.3 command unit. */
export const COMMAND_TITLES: Readonly<Record<number, Words>> = {
  1: { en: "Vehicle login", zh: "车辆登入" },
  2: { en: "Realtime", zh: "实时信息上报" },
  3: { en: "Reissue", zh: "补发信息上报" },
  4: { en: "Vehicle logout", zh: "车辆登出" },
  5: { en: "Platform login", zh: "平台登入" },
  6: { en: "Platform logout", zh: "平台登出" },
  7: { en: "Heartbeat", zh: "心跳" },
  8: { en: "Clock request", zh: "终端校时" },
  9: { en: "Activation", zh: "车载终端激活" },
  10: { en: "Activation reply", zh: "激活应答" },
  11: { en: "Key exchange", zh: "数据单元密钥交换" },
  16: { en: "Fault result", zh: "故障结果上报" },
  17: { en: "Hazard result", zh: "隐患结果上报" },
  18: { en: "Fault and hazard disposal", zh: "故障和隐患处置上报" },
  19: { en: "Accident", zh: "事故信息上报" },
  128: { en: "Parameter query", zh: "参数查询" },
  129: { en: "Parameter setting", zh: "参数设置" },
  130: { en: "Terminal control", zh: "车载终端控制" },
  144: { en: "Hazard result of the public platform", zh: "公共平台隐患结果下发" },
};

export const DISPOSITION_TITLES = {
  accepted: { en: "Accepted", zh: "接收" },
  malformed: { en: "Malformed", zh: "结构错误" },
  clock_ahead: { en: "Clock ahead", zh: "时钟超前" },
  foreign_vin: { en: "Foreign VIN", zh: "车辆不符" },
  bad_signature: { en: "Bad signature", zh: "签名错误" },
  unknown_vin: { en: "Unregistered VIN", zh: "未登记车辆" },
  opaque: { en: "Opaque", zh: "无法解密" },
} as const satisfies Record<(typeof DISPOSITION_NAMES)[number], Words>;
