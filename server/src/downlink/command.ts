/** What a command asks of a vehicle, as it is stored. GB/T 32960.3 annex B.3.5: query 80, set 81, terminal control 82. */
import type { TerminalControl, TextValue, UpgradeOrder, UpgradeParameters } from "@sandglass/gbt32960";
import type { CommandEventKind, CommandKind, CommandState } from "../records/tables/downlink.ts";

export {
  COMMAND_EVENTS,
  COMMAND_KINDS,
  COMMAND_STATES,
  type CommandEventKind,
  type CommandKind,
  type CommandState,
} from "../records/tables/downlink.ts";

export interface QueryRequest {
  readonly kind: "query";
  /** Parameter ids, in order. */
  readonly parameters: readonly number[];
}

export interface SetRequest {
  readonly kind: "set";
  /** Raw numbers, texts, or bytes of user-defined parameters; in order. */
  readonly parameters: readonly { readonly id: number; readonly value: number | TextValue }[];
}

export type ControlRequest =
  | { readonly kind: "control"; readonly control: Exclude<TerminalControl, "alarm" | "upgrade"> }
  | { readonly kind: "control"; readonly control: "alarm"; readonly level: number; readonly text: string }
  | {
      readonly kind: "control";
      readonly control: "upgrade";
      readonly upgrade: UpgradeParameters;
      readonly order: UpgradeOrder;
    }
  /** User-defined controls 80–FE; `parameters` in hexadecimal. */
  | { readonly kind: "control"; readonly control: "userDefined"; readonly id: number; readonly parameters: string };

export type CommandRequest = QueryRequest | SetRequest | ControlRequest;

/** States in which a command is still under way. */
export const OPEN_STATES = ["awaiting_approval", "queued", "sent"] as const satisfies readonly CommandState[];

export interface Person {
  readonly id: string;
  readonly role: string;
  readonly organisation: string;
  readonly account: string | undefined;
}

export interface CommandEvent {
  readonly kind: CommandEventKind;
  /** UTC ms. */
  readonly at: number;
  readonly attempt: number | undefined;
  readonly actor: Person;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly leaf: string;
}

export interface Command {
  readonly id: string;
  readonly ordinal: bigint;
  readonly vehicle: bigint;
  /** As in the registry: personal data. */
  readonly vin: string;
  readonly organisation: string | undefined;
  readonly region: string | undefined;
  readonly kind: CommandKind;
  readonly request: CommandRequest;
  readonly reason: string;
  readonly needsApproval: boolean;
  readonly state: CommandState;
  readonly requestedBy: Person;
  readonly requestedAt: number;
  readonly decidedBy: Person | undefined;
  readonly decidedAt: number | undefined;
  readonly decisionReason: string | undefined;
  readonly tries: number;
  readonly retryMs: number;
  readonly attempts: number;
  readonly nextAt: number | undefined;
  readonly expiresAt: number;
  readonly sentAt: number | undefined;
  readonly link: number | undefined;
  readonly edition: 2016 | 2025 | undefined;
  readonly endedAt: number | undefined;
  /** Response flag of the answer, table 4. */
  readonly flag: number | undefined;
  readonly answer: Answer | undefined;
}

/** What a vehicle answered, decoded. */
export interface Answer {
  /** Time in the reply, RFC 3339 with +08:00; undefined where it carries none. */
  readonly time?: string;
  /** Of a query. */
  readonly parameters?: readonly AnswerParameter[];
  /** Bytes that no layout explains, hexadecimal. */
  readonly rest?: string;
  /** Why the data unit could not be decoded. */
  readonly problem?: string;
}

export interface AnswerParameter {
  readonly id: number;
  readonly name?: string;
  readonly value: number | TextValue;
  /** The value is one of the sentinels FE…, FF…. */
  readonly sentinel?: "abnormal" | "invalid";
}
