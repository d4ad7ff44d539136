/**
 * The terminal's side of the commands 80, 81 and 82 (GB/T 32960.3 annex B): its parameters, and what it answers.
 * Replies keep the time of the request, as the main body of the standard says.
 */
import {
  decodeFrame,
  encodeFrame,
  ResponseFlag,
  terminalParameters,
  toHex,
  TERMINAL_CONTROLS,
  type Edition,
  type Message,
} from "@sandglass/gbt32960";

type Value = number | string;

const FIRMWARE = "2.4.1";
const HARDWARE = "1.2.0";
const PLATFORM = "platform.example";

function defaults(edition: Edition, reportSeconds: number): Map<number, Value> {
  return new Map<number, Value>([
    [0x01, 10_000],
    [0x02, Math.max(1, Math.round(reportSeconds))],
    [0x03, edition === 2016 ? 1_000 : 1],
    [0x04, PLATFORM.length],
    [0x05, PLATFORM],
    [0x06, 32_960],
    [0x07, HARDWARE],
    [0x08, FIRMWARE],
    [0x09, 60],
    [0x0a, 10],
    [0x0b, 10],
    [0x0c, 30],
    [0x0d, 0],
    [0x0e, ""],
    [0x0f, 0],
    [0x10, 2],
  ]);
}

/** What a command does to the simulated vehicle besides its answer. */
export type TerminalEffect =
  | { readonly kind: "reportPeriod"; readonly seconds: number }
  | { readonly kind: "control"; readonly control: number }
  | undefined;

export interface TerminalAnswer {
  readonly frame: Uint8Array;
  readonly effect: TerminalEffect;
}

export class Terminal {
  readonly #edition: Edition;
  readonly #values: Map<number, Value>;

  constructor(edition: Edition, reportSeconds: number) {
    this.#edition = edition;
    this.#values = defaults(edition, reportSeconds);
  }

  /** The answer to a frame from the platform; undefined for what a terminal ignores (annex B.2: bad commands). */
  answer(frame: Uint8Array): TerminalAnswer | undefined {
    const message = decodeFrame(frame, { malformed: "keep" });
    if (message.response !== ResponseFlag.command || message.edition !== this.#edition) return undefined;
    switch (message.kind) {
      case "parameterQuery":
        return { frame: this.#report(message), effect: undefined };
      case "parameterSetting": {
        const good = message.parameters.every(({ id, value }) => this.#accepts(id, value));
        if (good) for (const { id, value } of message.parameters) this.#values.set(id, value as Value);
        const period = message.parameters.find(({ id }) => id === 0x02)?.value;
        return {
          frame: acknowledgement(frame, good ? ResponseFlag.success : ResponseFlag.error),
          effect: good && typeof period === "number" ? { kind: "reportPeriod", seconds: period } : undefined,
        };
      }
      case "terminalControl": {
        const known = Object.values(TERMINAL_CONTROLS).some(({ id }) => id === message.control);
        return {
          frame: acknowledgement(frame, known ? ResponseFlag.success : ResponseFlag.error),
          effect: known ? { kind: "control", control: message.control } : undefined,
        };
      }
      default:
        return undefined;
    }
  }

  /** One bad value refuses the whole setting (annex B.3.5.3). */
  #accepts(id: number, value: unknown): boolean {
    const row = terminalParameters(this.#edition).find((each) => each.id === id);
    if (row === undefined || !row.settable) return false;
    return row.kind === "text"
      ? typeof value === "string"
      : typeof value === "number" && value >= row.min && value <= row.max;
  }

  #report(query: Extract<Message, { kind: "parameterQuery" }>): Uint8Array {
    const parameters = query.ids
      .filter((id) => this.#values.has(id))
      .map((id) => ({ id, value: this.#values.get(id) as Value }));
    return encodeFrame({
      kind: "parameterReply",
      command: query.command,
      response: ResponseFlag.success,
      edition: query.edition,
      vin: query.vin,
      time: query.time,
      parameterCount: parameters.length,
      parameters,
    });
  }
}

/** The request with another flag, its time, and nothing else. */
function acknowledgement(request: Uint8Array, flag: number): Uint8Array {
  const message = decodeFrame(request) as Message & { readonly time: string };
  return encodeFrame({
    kind: "reply",
    command: message.command,
    response: flag,
    edition: message.edition,
    vin: message.vin,
    time: message.time,
    rest: toHex(new Uint8Array(0)),
  });
}
