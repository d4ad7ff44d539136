/** Commands as frames, and replies as answers. */
import {
  bccOf,
  decodeFrame,
  encodeFrame,
  formatAlarmText,
  formatInstant,
  formatUpgrade,
  HEADER_BYTES,
  instantOf,
  parameterSentinel,
  ResponseFlag,
  TERMINAL_CONTROLS,
  terminalParameters,
  toHex,
  type Dialect,
  type Edition,
  type Message,
} from "@sandglass/gbt32960";
import type { Answer, CommandRequest, ControlRequest, SetRequest } from "./command.ts";

const TIME_BYTES = 6;
export const COMMAND_BYTES = { query: 0x80, set: 0x81, control: 0x82 } as const;

export interface FrameParts {
  readonly request: CommandRequest;
  readonly edition: Edition;
  /** As it stands in frames of the vehicle. */
  readonly vin: string;
  /** UTC ms. */
  readonly at: number;
  /** How the terminals of this platform read parameters; default: the codec's. */
  readonly dialect?: Partial<Dialect> | undefined;
}

/** The frame of a command. @throws CodecError SG_MESSAGE_INVALID for what the edition cannot express */
export function commandFrame({ request, edition, vin, at, dialect }: FrameParts): Uint8Array {
  const common = { edition, vin, time: formatInstant(at) };
  switch (request.kind) {
    case "query": {
      const ids = withLengths(request.parameters, edition);
      return encodeFrame({ ...common, kind: "parameterQuery", parameterCount: ids.length, ids });
    }
    case "set": {
      const parameters = settings(request.parameters, edition);
      const draft = { ...common, kind: "parameterSetting", parameterCount: parameters.length, parameters } as const;
      return encodeFrame(draft, dialect === undefined ? {} : { dialect });
    }
    case "control": {
      const { control, parameters } = controlOf(request);
      return encodeFrame({ ...common, kind: "terminalControl", control, parameters });
    }
  }
}

/** Data unit of a command as hexadecimal, an access password replaced: what events and ledger keep of what was sent. */
export function shownDataUnit(parts: FrameParts): string {
  const frame = commandFrame({ ...parts, request: withoutSecrets(parts.request) });
  return toHex(frame, HEADER_BYTES, frame.length - 1);
}

/** The request with the access password of an upgrade replaced by asterisks. */
export function withoutSecrets(request: CommandRequest): CommandRequest {
  return request.kind === "control" && request.control === "upgrade" && request.upgrade.password !== ""
    ? { ...request, upgrade: { ...request.upgrade, password: "*".repeat(request.upgrade.password.length) } }
    : request;
}

function controlOf(request: ControlRequest): { control: number; parameters: string } {
  switch (request.control) {
    case "userDefined":
      return { control: request.id, parameters: request.parameters };
    case "alarm":
      return { control: TERMINAL_CONTROLS.alarm.id, parameters: formatAlarmText(request.level, request.text) };
    case "upgrade":
      return { control: TERMINAL_CONTROLS.upgrade.id, parameters: formatUpgrade(request.upgrade, request.order) };
    default:
      return { control: TERMINAL_CONTROLS[request.control].id, parameters: "" };
  }
}

/** A reply can only be read when the length of a domain name comes before it: it is asked for as well. */
function withLengths(ids: readonly number[], edition: Edition): number[] {
  const asked: number[] = [];
  for (const id of ids) {
    const lengthIn = terminalParameters(edition).find((each) => each.id === id)?.lengthIn;
    if (lengthIn !== undefined && !asked.includes(lengthIn)) asked.push(lengthIn);
    if (!asked.includes(id)) asked.push(id);
  }
  return asked;
}

/** Adds the length before a domain name where the request leaves it out. */
function settings(given: SetRequest["parameters"], edition: Edition): SetRequest["parameters"] {
  const list: SetRequest["parameters"][number][] = [];
  for (const { id, value } of given) {
    const lengthIn = terminalParameters(edition).find((each) => each.id === id)?.lengthIn;
    if (lengthIn !== undefined && typeof value === "string" && !list.some((each) => each.id === lengthIn))
      list.push({ id: lengthIn, value: value.length });
    list.push({ id, value });
  }
  return list;
}

export interface DecodedReply {
  readonly command: number;
  readonly flag: number;
  readonly answer: Answer;
  /** Data unit, hexadecimal. */
  readonly dataUnit: string;
}

/** A reply of a vehicle; any body is accepted (§2.3 of both editions is read in different ways). */
export function decodeReply(frame: Uint8Array, dialect?: Partial<Dialect>): DecodedReply {
  const dataUnit = toHex(frame, HEADER_BYTES, frame.length - 1);
  return { command: frame[2], flag: frame[3], dataUnit, answer: answerOf(frame, dataUnit, dialect) };
}

function answerOf(frame: Uint8Array, dataUnit: string, dialect: Partial<Dialect> | undefined): Answer {
  const options = { malformed: "keep", ...(dialect === undefined ? {} : { dialect }) } as const;
  const asSent = decodeFrame(frame, options);
  const timeless = isWhole(asSent, frame) ? undefined : findTimeless(frame, options);
  const message = timeless ?? asSent;
  switch (message.kind) {
    case "parameterReply":
      return {
        ...(timeless === undefined ? { time: message.time } : {}),
        parameters: message.parameters.map(({ id, name, value }) => {
          const sentinel =
            typeof value === "number" ? parameterSentinel(message.edition, id, value, dialect) : undefined;
          return {
            id,
            value,
            ...(name === undefined ? {} : { name }),
            ...(sentinel === undefined ? {} : { sentinel }),
          };
        }),
        ...(message.trailing === undefined ? {} : { rest: message.trailing }),
      };
    case "reply":
      return {
        ...(message.time === undefined ? {} : { time: message.time }),
        ...(message.rest === undefined || message.rest === "" ? {} : { rest: message.rest }),
        ...(message.command === COMMAND_BYTES.query && message.response === ResponseFlag.success
          ? { problem: "the list of parameters cannot be read" }
          : {}),
      };
    case "malformed":
      return { problem: message.error.message, rest: message.data };
    default:
      return dataUnit === "" ? {} : { rest: dataUnit };
  }
}

/** Whether a reply to a query is what annex B says, or is none: a calendar time and as many parameters as it counts. */
function isWhole(message: Message, frame: Uint8Array): boolean {
  if (frame[2] !== COMMAND_BYTES.query || frame[3] !== ResponseFlag.success) return true;
  return (
    message.kind === "parameterReply" && message.trailing === undefined && !Number.isNaN(instantOf(frame, HEADER_BYTES))
  );
}

/**
 * A reply to a query that leaves its time out, as replies of other commands are seen to. Read as if it had one, the
 * count and the first parameters would pass for a time and what follows for other parameters.
 * @returns undefined where the list does not fit without a time either
 */
function findTimeless(
  frame: Uint8Array,
  options: Parameters<typeof decodeFrame>[1],
): Extract<Message, { kind: "parameterReply" }> | undefined {
  const timed = new Uint8Array(frame.length + TIME_BYTES);
  timed.set(frame.subarray(0, HEADER_BYTES));
  timed.set(frame.subarray(HEADER_BYTES, -1), HEADER_BYTES + TIME_BYTES);
  const length = timed.length - HEADER_BYTES - 1;
  timed.set([length >> 8, length & 0xff], HEADER_BYTES - 2);
  timed[timed.length - 1] = bccOf(timed, 2, timed.length - 1);
  const message = decodeFrame(timed, options);
  const fits =
    message.kind === "parameterReply" &&
    message.trailing === undefined &&
    message.parameters.length === message.parameterCount;
  return fits ? message : undefined;
}
