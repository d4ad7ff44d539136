/** Commands to vehicles in words: names of parameters and controls come from the tables of the standard. */
import { TERMINAL_CONTROLS, terminalParameters, type Edition, type TerminalParameter } from "@sandglass/gbt32960";
import {
  DOWNLINK_KIND_TITLES,
  DOWNLINK_STATE_TITLES,
  PARAMETER_UNIT_TITLES,
  SENTINEL_TITLES,
  USER_DEFINED_CONTROL,
} from "@sandglass/signals";
import type { CommandParameter, CommandRequest, VehicleCommand } from "../api/shapes/commands.ts";
import type { Language } from "./format.ts";
import type { Terms } from "./vocabulary.ts";

const term = (zh: string, en: string) => ({ zh, en });

export const COMMAND_KINDS: Terms = DOWNLINK_KIND_TITLES;
export const COMMAND_STATES: Terms = DOWNLINK_STATE_TITLES;

export const COMMAND_EVENTS: Terms = {
  requested: term("提出", "Requested"),
  approved: term("批准", "Approved"),
  rejected: term("驳回", "Rejected"),
  withdrawn: term("撤回", "Withdrawn"),
  sent: term("发送", "Sent"),
  unreachable: term("没有可用链路", "No link to the vehicle"),
  answered: term("应答成功", "Answered"),
  refused: term("应答失败", "Refused"),
  timed_out: term("重发后仍无应答", "No answer to any attempt"),
  expired: term("过期未发送", "Expired unsent"),
  late_answer: term("迟到的应答", "Late answer"),
};

/** GB/T 32960.3 table 4. */
export const RESPONSE_FLAGS: Terms = {
  1: term("成功", "success"),
  2: term("错误", "error"),
  3: term("VIN 重复", "VIN duplicated"),
  4: term("VIN 不存在", "VIN does not exist"),
  5: term("验签错误", "signature error"),
  6: term("结构错误", "structure error"),
  7: term("解密错误", "decryption error"),
};

export const CONTROL_NAMES: Terms = {
  ...Object.fromEntries(Object.entries(TERMINAL_CONTROLS).map(([name, { title }]) => [name, title])),
  userDefined: USER_DEFINED_CONTROL,
};

/** The edition whose tables are shown: the vehicle's own, the current one while it is unknown. */
export function editionOf(text: string | number | null | undefined): Edition {
  return String(text) === "2016" ? 2016 : 2025;
}

/** `0A` */
export function parameterCode(id: number): string {
  return id.toString(16).toUpperCase().padStart(2, "0");
}

export function findParameterRow(id: number, edition: Edition): TerminalParameter | undefined {
  return terminalParameters(edition).find((row) => row.id === id);
}

export function parameterName(id: number, edition: Edition, language: Language): string {
  const row = findParameterRow(id, edition);
  return row === undefined ? parameterCode(id) : row.title[language];
}

const UNITS: Terms = PARAMETER_UNIT_TITLES;

/** A value with its unit or its meaning. */
export function parameterValue(
  parameter: Pick<CommandParameter, "id" | "value"> & { readonly sentinel?: CommandParameter["sentinel"] },
  edition: Edition,
  language: Language,
): string {
  const { id, value, sentinel } = parameter;
  if (sentinel) return SENTINEL_TITLES[sentinel][language];
  if (typeof value === "object") return `0x${value.hex.toUpperCase()}`;
  if (typeof value === "string") return value === "" ? "–" : value;
  const row = findParameterRow(id, edition);
  const named = row?.values?.[value]?.[language];
  if (named !== undefined) return `${value} ${named}`;
  return row?.unit === undefined ? String(value) : `${value} ${UNITS[row.unit][language]}`;
}

export function unitName(unit: string | undefined, language: Language): string {
  return unit === undefined ? "" : (UNITS[unit]?.[language] ?? unit);
}

/** What a command asks, in one line. */
export function describeCommand(request: CommandRequest, edition: Edition, language: Language): string {
  const comma = language === "zh" ? "、" : ", ";
  switch (request.kind) {
    case "query":
      return request.parameters.map((id) => parameterName(id, edition, language)).join(comma);
    case "set":
      return request.parameters
        .map((each) => `${parameterName(each.id, edition, language)} = ${parameterValue(each, edition, language)}`)
        .join(comma);
    case "control": {
      const name = CONTROL_NAMES[request.control]?.[language] ?? request.control;
      if (request.control === "alarm")
        return `${name} · ${request.level === 255 ? "–" : (request.level ?? "")} · ${request.text ?? ""}`;
      if (request.control === "userDefined") return `${name} ${parameterCode(request.id ?? 0)}`;
      return name;
    }
  }
}

/** Settings that lead the vehicle to another platform need a second person, as every control does. */
const ADDRESS_PARAMETERS: ReadonlySet<number> = new Set([0x04, 0x05, 0x06, 0x0d, 0x0e, 0x0f]);
export function needsSecondPerson(kind: VehicleCommand["kind"], parameters: readonly number[]): boolean {
  return kind === "control" || (kind === "set" && parameters.some((id) => ADDRESS_PARAMETERS.has(id)));
}
