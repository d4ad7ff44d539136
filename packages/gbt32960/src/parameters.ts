/**
 * Terminal parameters of commands 80 and 81 (tables B.9–B.13). Widths of 02 and 03 differ by edition; 05 and 0E are
 * as long as the last 04 or 0D of the same list says; user-defined ids carry no length and end the list.
 */
import type { Edition } from "./frame.ts";
import type { TextValue } from "./text.ts";

/** A parameter as it is shown. `value` is the raw number, a text, or `{hex}`. */
export interface Parameter {
  readonly id: number;
  readonly name?: string;
  readonly value: number | TextValue;
}

interface ParameterLayout {
  readonly name: string;
  /** Bytes of the number, or 5 characters, or the id of the parameter that holds the length. */
  readonly size: number | { readonly lengthOf: number };
  readonly text?: boolean;
}

const common: Readonly<Record<number, ParameterLayout>> = {
  0x01: { name: "localStoragePeriod", size: 2 },
  0x04: { name: "platformDomainLength", size: 1 },
  0x05: { name: "platformDomain", size: { lengthOf: 0x04 }, text: true },
  0x06: { name: "platformPort", size: 2 },
  0x07: { name: "hardwareVersion", size: 5, text: true },
  0x08: { name: "firmwareVersion", size: 5, text: true },
  0x09: { name: "heartbeatPeriod", size: 1 },
  0x0a: { name: "terminalResponseTimeout", size: 2 },
  0x0b: { name: "platformResponseTimeout", size: 2 },
  0x0c: { name: "loginRetryWait", size: 1 },
  0x0d: { name: "publicPlatformDomainLength", size: 1 },
  0x0e: { name: "publicPlatformDomain", size: { lengthOf: 0x0d }, text: true },
  0x0f: { name: "publicPlatformPort", size: 2 },
  0x10: { name: "samplingMonitor", size: 1 },
};

const PARAMETERS: Readonly<Record<Edition, Readonly<Record<number, ParameterLayout>>>> = {
  2016: { ...common, 0x02: { name: "reportPeriod", size: 2 }, 0x03: { name: "alarmReportPeriod", size: 2 } },
  2025: { ...common, 0x02: { name: "reportPeriod", size: 1 }, 0x03: { name: "alarmReportPeriod", size: 1 } },
};

/** Layout of a parameter; undefined for reserved and user-defined ids. */
export function findParameter(edition: Edition, id: number): ParameterLayout | undefined {
  return PARAMETERS[edition][id];
}

/**
 * Bytes of a parameter's value. @param numbers values of the parameters before it, by id
 * @returns undefined where the length is not known: the value then takes the rest of the list
 */
export function parameterSize(
  layout: ParameterLayout | undefined,
  numbers: ReadonlyMap<number, number>,
): number | undefined {
  const size = layout?.size;
  return typeof size === "object" ? numbers.get(size.lengthOf) : size;
}

/** Names of the parameters by id, the same in both editions. */
export const PARAMETER_NAMES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(PARAMETERS[2025]).map(([id, { name }]) => [id, name]),
);
