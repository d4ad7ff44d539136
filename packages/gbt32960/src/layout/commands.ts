/** Data units by command: tables 5–7, 27–31 and annex B. */
import { ENCRYPTION_NAMES, type Edition } from "../frame.ts";
import { PARAMETER_NAMES } from "../parameters.ts";
import {
  blob,
  code,
  text,
  time,
  values,
  type Element,
  type ItemsElement,
  type ParametersElement,
  type RestElement,
  type TextGroupsElement,
} from "./element.ts";
import { SIGNATURE_2025 } from "./edition-2025.ts";

export interface CommandLayout<K extends string = string, E extends readonly Element[] = readonly Element[]> {
  readonly command: number;
  readonly kind: K;
  readonly title: string;
  readonly clause: string;
  readonly elements: E;
}

function command<const K extends string, const E extends readonly Element[]>(
  id: number,
  kind: K,
  title: string,
  clause: string,
  elements: E,
): CommandLayout<K, E> {
  return { command: id, kind, title, clause, elements };
}

const at = time("time", "数据采集时间");
const sequence = code("sequence", 2, 65_531, "登入流水号", { min: 1, sentinels: false });
const packCodes: TextGroupsElement<"packCodes"> = {
  kind: "textGroups",
  name: "packCodes",
  counts: "packCounts",
  size: 24,
  title: "动力蓄电池包编码",
};
const items = { kind: "items", name: "items", title: "信息体" } as ItemsElement<"items">;
const parameters = (title: string) =>
  ({ kind: "parameters", name: "parameters", count: "parameterCount", title }) as ParametersElement<"parameters">;
const rest = <const N extends string>(name: N, title: string): RestElement<N, string> => ({
  kind: "rest",
  name,
  title,
});
const parameterCount = code("parameterCount", 1, 252, "参数总数");

const CONTROLS = {
  1: "remote upgrade",
  2: "power off",
  3: "reset",
  4: "factory reset",
  5: "drop the data link",
  6: "alarm or warning",
  7: "open the sampling link",
};

const common = [
  command(0x02, "realtimeReport", "实时信息上报", "表7", [at, items]),
  command(0x03, "reissuedReport", "补发信息上报", "表7", [at, items]),
  command(0x04, "vehicleLogout", "车辆登出", "7.4", [at, sequence]),
  command(0x05, "platformLogin", "平台登入", "7.5", [
    at,
    sequence,
    text("user", 12, "平台用户名", "gb18030"),
    text("password", 20, "平台密码", "gb18030"),
    code("encryptionRule", 1, 5, "加密规则", { min: 1, values: ENCRYPTION_NAMES }),
  ]),
  command(0x06, "platformLogout", "平台登出", "7.6", [at, sequence]),
  command(0x07, "heartbeat", "心跳", "附录B", []),
  command(0x08, "timeSync", "终端校时", "附录B", []),
  command(0x80, "parameterQuery", "参数查询", "附录B", [
    at,
    parameterCount,
    values(
      "ids",
      "parameterCount",
      "参数ID",
      code("id", 1, 0xff, "参数ID", { sentinels: false, values: PARAMETER_NAMES }),
    ),
  ]),
  command(0x81, "parameterSetting", "参数设置", "附录B", [at, parameterCount, parameters("参数项列表")]),
  command(0x82, "terminalControl", "车载终端控制", "附录B", [
    at,
    code("control", 1, 0xfe, "控制命令", { min: 1, sentinels: false, values: CONTROLS }),
    rest("parameters", "命令参数"),
  ]),
] as const;

const only2016 = [
  command(0x01, "vehicleLogin", "车辆登入", "2016 表6", [
    at,
    sequence,
    text("iccid", 20, "ICCID"),
    code("subsystemCount", 1, 250, "可充电储能子系统数"),
    code("codeLength", 1, 50, "可充电储能系统编码长度", { sentinels: false }),
    values("codes", "subsystemCount", "可充电储能系统编码", text("code", "codeLength", "可充电储能系统编码")),
  ]),
] as const;

const only2025 = [
  command(0x01, "vehicleLogin", "车辆登入", "2025 表6", [
    at,
    sequence,
    text("iccid", 20, "ICCID"),
    code("bmsCount", 1, 20, "电池管理系统个数"),
    values("packCounts", "bmsCount", "各电池管理系统的动力蓄电池包个数", code("packCount", 1, 50, "动力蓄电池包个数")),
    packCodes,
  ]),
  command(0x09, "activation", "车载终端激活", "2025 表B.3", [
    at,
    text("chipId", 16, "芯片ID"),
    blob("publicKey", "公钥"),
    text("activatedVin", 17, "VIN"),
    ...SIGNATURE_2025.elements,
  ]),
  command(0x0a, "activationReply", "车载终端激活应答", "2025 表B.4", [
    code("status", 1, 2, "激活结果", { min: 1, sentinels: false, values: { 1: "success", 2: "failure" } }),
    code("info", 1, 2, "激活信息", {
      sentinels: false,
      values: { 0: "activated", 1: "chip already activated", 2: "VIN duplicate" },
    }),
  ]),
  command(0x0b, "keyExchange", "数据单元密钥交换", "2025 表31", [
    code("keyType", 1, 5, "密钥类型", { min: 2, sentinels: false, values: { 2: "RSA", 3: "AES", 4: "SM2", 5: "SM4" } }),
    blob("key", "密钥"),
    time("validFrom", "启用时间"),
    time("validTo", "失效时间"),
  ]),
] as const;

export const COMMANDS_2016 = [...only2016, ...common] as const;
export const COMMANDS_2025 = [...only2025, ...common] as const;

/** Reply to a parameter query: same structure as a setting. */
export const PARAMETER_REPLY = command(0x80, "parameterReply", "参数查询应答", "附录B", [
  at,
  parameterCount,
  parameters("参数项列表"),
]);

const BY_COMMAND: Readonly<Record<Edition, ReadonlyMap<number, CommandLayout>>> = {
  2016: new Map(COMMANDS_2016.map((layout) => [layout.command, layout])),
  2025: new Map(COMMANDS_2025.map((layout) => [layout.command, layout])),
};

/** Layout of a command's data unit; undefined for reserved and platform-defined commands. */
export function findCommand(edition: Edition, id: number): CommandLayout | undefined {
  return BY_COMMAND[edition].get(id);
}
