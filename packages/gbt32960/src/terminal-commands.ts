/**
 * What a platform can ask of a terminal: the parameters of commands 80 and 81 (2016 tables B.9–B.13, 2025 B.5–B.9) with
 * names, units and ranges, and the controls of command 82 (2016 tables B.14–B.17, 2025 B.10–B.13).
 * Widths stand in parameters.ts.
 */
import { dialectOf, parameterEdition, type Dialect } from "./dialect.ts";
import type { Edition } from "./frame.ts";
import { findParameter } from "./parameters.ts";
import { CodecError } from "./errors.ts";
import { decodeText, encodeText, findBytes, toHex, type TextValue } from "./text.ts";

export interface TerminalParameter {
  readonly id: number;
  /** As in messages. */
  readonly name: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly kind: "number" | "text";
  /** Of the raw number; absent = a code or a count. */
  readonly unit?: "ms" | "s" | "min";
  /** Raw range of a number; number of characters of a text. */
  readonly min: number;
  readonly max: number;
  /** A platform may set it: everything but the versions. */
  readonly settable: boolean;
  /** Of a code. */
  readonly values?: Readonly<Record<number, { readonly en: string; readonly zh: string }>>;
  /** This text is as long as the parameter of that id says, which must stand before it in the same list. */
  readonly lengthIn?: number;
  /** It only says how long that text is. */
  readonly lengthOf?: number;
  readonly clause: string;
}

type Row = Omit<TerminalParameter, "name" | "clause" | "kind" | "settable"> & {
  readonly kind?: "text";
  readonly settable?: false;
};

const MAX_PORT = 65_531;
const MAX_LENGTH = 253;

const common: readonly Row[] = [
  {
    id: 0x01,
    title: { en: "Period of local storage", zh: "车载终端本地存储时间周期" },
    unit: "ms",
    min: 0,
    max: 60_000,
  },
  {
    id: 0x04,
    title: { en: "Length of the platform's domain name", zh: "远程服务与管理平台域名长度" },
    min: 0,
    max: MAX_LENGTH,
    lengthOf: 0x05,
  },
  {
    id: 0x05,
    title: { en: "Domain name of the platform", zh: "远程服务与管理平台域名" },
    kind: "text",
    min: 0,
    max: MAX_LENGTH,
    lengthIn: 0x04,
  },
  { id: 0x06, title: { en: "Port of the platform", zh: "远程服务与管理平台端口" }, min: 0, max: MAX_PORT },
  { id: 0x07, title: { en: "Hardware version", zh: "硬件版本" }, kind: "text", min: 5, max: 5, settable: false },
  { id: 0x08, title: { en: "Firmware version", zh: "固件版本" }, kind: "text", min: 5, max: 5, settable: false },
  { id: 0x09, title: { en: "Period of the heartbeat", zh: "车载终端心跳发送周期" }, unit: "s", min: 1, max: 240 },
  { id: 0x0a, title: { en: "Response time-out of the terminal", zh: "终端应答超时时间" }, unit: "s", min: 1, max: 600 },
  { id: 0x0b, title: { en: "Response time-out of the platform", zh: "平台应答超时时间" }, unit: "s", min: 1, max: 600 },
  {
    id: 0x0c,
    title: { en: "Wait after three failed log-ins", zh: "连续三次登入失败后到下一次登入的间隔时间" },
    unit: "min",
    min: 1,
    max: 240,
  },
  {
    id: 0x0d,
    title: { en: "Length of the public platform's domain name", zh: "公共平台域名长度" },
    min: 0,
    max: MAX_LENGTH,
    lengthOf: 0x0e,
  },
  {
    id: 0x0e,
    title: { en: "Domain name of the public platform", zh: "公共平台域名" },
    kind: "text",
    min: 0,
    max: MAX_LENGTH,
    lengthIn: 0x0d,
  },
  { id: 0x0f, title: { en: "Port of the public platform", zh: "公共平台端口" }, min: 0, max: MAX_PORT },
  {
    id: 0x10,
    title: { en: "Sampling monitoring", zh: "是否处于抽样监测中" },
    min: 1,
    max: 2,
    values: { 1: { en: "on", zh: "是" }, 2: { en: "off", zh: "否" } },
  },
];

const period = { en: "Period of normal reports", zh: "正常时信息上报时间周期" };
const alarmPeriod = { en: "Period of reports during an alarm", zh: "出现报警时信息上报时间周期" };
const OWN: Readonly<Record<Edition, readonly Row[]>> = {
  2016: [
    { id: 0x02, title: period, unit: "s", min: 1, max: 600 },
    { id: 0x03, title: alarmPeriod, unit: "ms", min: 0, max: 60_000 },
  ],
  2025: [
    { id: 0x02, title: period, unit: "s", min: 1, max: 30 },
    { id: 0x03, title: alarmPeriod, unit: "s", min: 0, max: 1 },
  ],
};

function rowsOf(edition: Edition): readonly TerminalParameter[] {
  return [...OWN[edition], ...common]
    .map(({ settable = true, kind, ...row }): TerminalParameter => ({
      ...row,
      kind: kind ?? "number",
      settable,
      name: findParameter(edition, row.id)!.name,
      clause: edition === 2016 ? "2016 表B.10" : "2025 表B.6",
    }))
    .sort((a, b) => a.id - b.id);
}

const TABLES: Readonly<Record<Edition, readonly TerminalParameter[]>> = { 2016: rowsOf(2016), 2025: rowsOf(2025) };

/** Parameters 01–10 of an edition in order. 11–7F are reserved, 80–FE user-defined. */
export function terminalParameters(edition: Edition, dialect?: Partial<Dialect>): readonly TerminalParameter[] {
  return TABLES[parameterEdition(dialectOf(dialect), edition)];
}

/** Whether a raw number of a parameter is one of the sentinels FE…, FF…. */
export function parameterSentinel(
  edition: Edition,
  id: number,
  raw: number,
  dialect?: Partial<Dialect>,
): "abnormal" | "invalid" | undefined {
  const parameter = findParameter(parameterEdition(dialectOf(dialect), edition), id);
  const size = parameter?.size;
  if (typeof size !== "number" || parameter?.text === true) return undefined;
  const highest = 2 ** (8 * size) - 1;
  return raw === highest ? "invalid" : raw === highest - 1 ? "abnormal" : undefined;
}

/** Command ids of terminal control. 00 is unused, 08–7F reserved, 80–FE user-defined. */
export const TERMINAL_CONTROLS = {
  upgrade: { id: 1, title: { en: "Remote upgrade", zh: "远程升级" } },
  powerOff: { id: 2, title: { en: "Switch the terminal off", zh: "车载终端关机" } },
  reset: { id: 3, title: { en: "Restart the terminal", zh: "车载终端复位" } },
  factoryReset: { id: 4, title: { en: "Restore factory settings", zh: "车载终端恢复出厂设置" } },
  disconnect: { id: 5, title: { en: "Close the data link", zh: "断开数据通信链路" } },
  alarm: { id: 6, title: { en: "Alarm or warning to the driver", zh: "车载终端报警/预警" } },
  openSampling: { id: 7, title: { en: "Open the sampling-monitoring link", zh: "开启抽样监测链路" } },
} as const;
export type TerminalControl = keyof typeof TERMINAL_CONTROLS;

/** Highest alarm level of a control 06: 3 in edition 2016, 4 in edition 2025; FF says that the level is invalid. */
export function highestAlarmLevel(edition: Edition): 3 | 4 {
  return edition === 2016 ? 3 : 4;
}

/**
 * Parameters of control 06, alarm or warning (2016 table B.17, 2025 table B.13): one byte of level, then the text in
 * GB 18030 up to the end of the data unit. As hexadecimal, for `parameters` of a terminal-control message.
 * @throws CodecError SG_MESSAGE_INVALID for a level that is no byte or a character without a two-byte code
 */
export function formatAlarmText(level: number, text: TextValue): string {
  if (!Number.isInteger(level) || level < 0 || level > 0xff)
    throw new CodecError("SG_MESSAGE_INVALID", `the alarm level ${level} is no byte`);
  const bytes = encodeText(text, "gb18030");
  if (bytes === undefined)
    throw new CodecError("SG_MESSAGE_INVALID", "the alarm text has a character outside GB 18030");
  return toHex(Uint8Array.of(level)) + toHex(bytes);
}

/** Level and text of a control 06; undefined for what is no hexadecimal text of at least one byte. */
export function findAlarmText(parameters: string): { readonly level: number; readonly text: TextValue } | undefined {
  const bytes = findBytes(parameters);
  if (bytes === undefined || bytes.length === 0) return undefined;
  return { level: bytes[0], text: decodeText(bytes, 1, bytes.length, "gb18030") };
}
