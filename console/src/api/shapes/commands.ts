/** Commands down to vehicles (base /api/v1). Times are RFC 3339 UTC, absent values null. */
import type { Bilingual } from "./common.ts";

export interface CommandPerson {
  readonly id: string;
  readonly role: string;
  readonly organisation: string;
  readonly account: string | null;
  /** Null where the reader is not to know it. */
  readonly name: string | null;
}

export interface CommandParameter {
  readonly id: number;
  readonly name: string | null;
  readonly value: number | string | { readonly hex: string };
  readonly sentinel: "abnormal" | "invalid" | null;
}

/** A query, setting or control that is sent down to a vehicle. */
export interface VehicleCommand {
  readonly id: string;
  readonly vehicle: string;
  readonly vin: string;
  readonly kind: "query" | "set" | "control";
  readonly request: CommandRequest;
  readonly reason: string;
  readonly state: string;
  readonly approval: {
    readonly rule: string;
    readonly title: Bilingual;
    readonly source: string;
    readonly sourceZh?: string;
    readonly certainty: string;
  } | null;
  readonly requestedBy: CommandPerson;
  readonly requestedAt: string;
  readonly decidedBy: CommandPerson | null;
  readonly decidedAt: string | null;
  readonly decisionReason: string | null;
  readonly attempts: number;
  readonly tries: number;
  readonly retrySeconds: number;
  readonly nextAttemptAt: string | null;
  readonly expiresAt: string;
  readonly sentAt: string | null;
  readonly endedAt: string | null;
  readonly edition: string | null;
  readonly link: number | null;
  readonly flag: number | null;
  readonly answer: {
    readonly time: string | null;
    readonly parameters: readonly CommandParameter[] | null;
    readonly rest: string | null;
    readonly problem: string | null;
  } | null;
  readonly possibleActions: readonly string[];
}

export type CommandRequest =
  | { readonly kind: "query"; readonly parameters: readonly number[] }
  | {
      readonly kind: "set";
      readonly parameters: readonly { readonly id: number; readonly value: CommandParameter["value"] }[];
    }
  | {
      readonly kind: "control";
      readonly control: string;
      readonly level?: number;
      readonly text?: string;
      readonly upgrade?: Readonly<Record<string, string | number>>;
      readonly order?: "urlFirst" | "urlNextToLast";
      readonly id?: number;
      readonly parameters?: string;
    };

export interface VehicleCommandDetail extends VehicleCommand {
  readonly events: readonly {
    readonly kind: string;
    readonly at: string;
    readonly attempt: number | null;
    readonly actor: CommandPerson;
    readonly detail: Readonly<Record<string, unknown>>;
    readonly leaf: string;
  }[];
}
