/** The shapes that the HTTP API answers with (base /api/v1). Times are RFC 3339 UTC, absent values null. */
import type { LegalBasis } from "@sandglass/casework";
import type { ProjectReview } from "./reviews.ts";
import type { JsonSchema } from "../lib/json-schema.ts";

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque cursor of the next page. */
  readonly next: string | null;
}

export interface Bilingual {
  readonly en: string;
  readonly zh: string;
}

export interface Actor {
  readonly kind: "person" | "token" | "system";
  readonly id: string;
  readonly account?: string;
  readonly name?: string | null;
  readonly role: string;
  readonly organisation?: string | null;
  readonly organisationNames?: Bilingual | null;
  readonly region?: string | null;
  /** Steps before this session reaches more than the account page. */
  readonly pending?: readonly ("password" | "second-factor")[];
}

export interface OperatorAlarm {
  readonly code: string;
  readonly message: string;
  readonly messageZh?: string;
  readonly since?: string;
}

export interface Situation {
  readonly vehicles: {
    readonly registered: number;
    readonly unregistered: number;
    readonly online: number;
    readonly silent: number;
  };
  readonly frames: {
    readonly total: number;
    readonly lastMinute: number;
    readonly perSecond: number;
    readonly valid?: number;
    readonly quarantined?: number;
    readonly reissued?: number;
  };
  readonly lagMs: { readonly p50: number | null; readonly p95: number | null };
  /** Open findings by level, keys "1" to "4". */
  readonly findings: { readonly open: Readonly<Record<string, number>> };
  readonly cases: { readonly open: number; readonly overdue: number };
  readonly projects: { readonly byState: Readonly<Record<string, number>> };
  readonly intake: { readonly paused: boolean; readonly code?: string | null };
  readonly alarms: readonly OperatorAlarm[];
  readonly at?: string;
}

export interface Vehicle {
  readonly id: string;
  /** Masked VIN. */
  readonly vin: string;
  readonly state: string;
  readonly organisation?: string | null;
  readonly maker?: string | null;
  readonly model?: string | null;
  readonly region?: string | null;
  readonly powertrain?: string | null;
  readonly plate?: string | null;
  readonly edition?: string | number | null;
  readonly assurance?: string | null;
  readonly online?: boolean;
  readonly firstSeenAt?: string | null;
  readonly lastSeenAt?: string | null;
  readonly project?: string | null;
  readonly openLevel?: number | null;
}

export interface VehicleCounts {
  readonly received: number;
  readonly realtime: number;
  readonly reissued: number;
  readonly late: number;
  readonly quarantined: number;
  readonly duplicates: number;
  readonly firstEvent: string | null;
  readonly lastEvent: string | null;
}

export type SampleValue = number | null | readonly (number | null)[];

export interface Sample {
  readonly time: string;
  readonly receivedAt: string;
  readonly seq: number | string;
  readonly command?: number;
  readonly reissued?: boolean;
  readonly values: Readonly<Record<string, SampleValue>>;
  readonly reasons?: Readonly<Record<string, string>>;
}

export interface FrameRow {
  readonly seq: number | string;
  readonly time: string;
  readonly receivedAt: string;
  readonly command: number;
  readonly edition?: number | string;
  readonly length?: number;
  readonly disposition?: string;
  readonly assurance?: string;
  readonly link?: number;
  readonly reissued?: boolean;
}

/** Lowest, highest and last value per bucket of equal width; buckets without frames are left out. */
export interface Series {
  readonly bucketMs: number;
  readonly source: string;
  readonly items: readonly {
    readonly time: string;
    readonly frames: number;
    readonly values: Readonly<
      Record<
        string,
        {
          readonly min: number | null;
          readonly max: number | null;
          readonly last: number | null;
          readonly count: number;
        }
      >
    >;
  }[];
}

export interface FrameField {
  readonly offset: number;
  readonly length: number;
  readonly name: string;
  /** The term of the standard, Chinese. */
  readonly title?: string;
  readonly raw?: string | number;
  readonly value?: unknown;
  readonly unit?: string | null;
  readonly clause?: string | null;
  /** Where it stands: header, time, body, check, damage. */
  readonly section?: string;
  /** The information item of a report that it belongs to. */
  readonly item?: number;
  /** The number on the wire. */
  readonly number?: number;
  /** value = (number + bias) ÷ perUnit */
  readonly scale?: { readonly bias: number; readonly perUnit: number };
  readonly range?: readonly number[];
  /** abnormal, invalid, outOfRange, mismatch, unreadable. */
  readonly problem?: string;
}

export interface FrameDetail extends Partial<FrameRow> {
  readonly hex: string;
  readonly message?: unknown;
  readonly fields: readonly FrameField[];
}

export type FindingStatus = "firing" | "cleared" | "superseded" | "suppressed" | "retracted";

export interface Margin {
  readonly value: number;
  readonly unit?: string | null;
}

export interface Finding {
  readonly id: string;
  readonly trigger: string;
  readonly version: number;
  readonly level: number;
  readonly status: FindingStatus;
  readonly onset: string;
  readonly clearedAt: string | null;
  /** Vehicle id. */
  readonly vehicle: string;
  readonly vin?: string;
  readonly title: Bilingual;
  readonly project?: string | null;
  /** Of suppressed ones: trigger that kept it back; null: a cooldown did. */
  readonly suppressedBy?: string | null;
  readonly confirmed?: boolean;
  /** What late data did to it. */
  readonly state?: "provisional" | "confirmed" | "amended" | "retracted";
  readonly revision?: number;
  readonly origin?: "live" | "replay" | "screening";
  readonly amendedAt?: string | null;
  readonly retractedAt?: string | null;
  /** A subject that is no vehicle has no vehicle id. */
  readonly subject?: { readonly kind: string; readonly id: string; readonly name?: string | null };
  readonly margin?: Margin | null;
  readonly witness?: Witness | null;
}

export interface Witness {
  readonly node: string;
  readonly signal: string;
  readonly time: string;
  /** Ingest sequence number of the frame. */
  readonly ref: number | string;
  readonly value: number | null;
  readonly role: string;
  readonly receivedAt?: string | null;
  readonly command?: number | null;
}

export interface FindingEvent {
  readonly kind: string;
  readonly at: string;
  readonly level?: number | null;
  readonly actor?: string | null;
  readonly text?: Bilingual;
}

export interface LedgerState {
  readonly id: string;
  readonly state?: "pending" | "sequenced";
  readonly index?: number | null;
  readonly kind?: string;
}

export interface FindingDetail extends Finding {
  readonly versionHash?: string;
  readonly condition?: string;
  readonly conditionZh?: string;
  readonly conditionSince?: string | null;
  readonly onsetObserved?: boolean;
  readonly timeMarginMs?: number | null;
  readonly explanation?: Bilingual;
  readonly basis?: string | Bilingual | null;
  readonly basisZh?: string | null;
  readonly certainty?: string | null;
  readonly effectiveFrom?: string | null;
  readonly witnesses: readonly Witness[];
  readonly events?: readonly FindingEvent[];
  readonly interval?: { readonly from: string; readonly to: string } | null;
  readonly ledger?: LedgerState | readonly LedgerState[] | null;
  readonly cases?: readonly { readonly id: string; readonly state: string; readonly kind?: string }[];
}

export interface PossibleAction {
  readonly name: string;
  readonly title?: Bilingual;
  readonly input?: JsonSchema;
  readonly allowed?: boolean;
  readonly conditions?: readonly { readonly code: string; readonly text: Bilingual }[];
  /** Present when two persons must take it; `proposedBy` when the first has. */
  readonly fourEyes?: { readonly proposedBy?: string | null; readonly proposedAt?: string | null } | null;
}

export interface BlockedAction {
  readonly name: string;
  readonly title?: Bilingual;
  readonly missing?: readonly { readonly code: string; readonly text: Bilingual }[];
}

export interface ActionRecord {
  readonly id?: string;
  readonly name: string;
  readonly title?: Bilingual;
  readonly at: string;
  readonly actor:
    | string
    | {
        readonly id?: string;
        readonly account?: string;
        readonly name?: string;
        readonly role?: string;
        readonly kind?: string;
      };
  readonly from?: string | null;
  readonly to?: string | null;
  readonly state?: string | null;
  /** First half of an action that needs four eyes. */
  readonly proposed?: boolean;
  /** What personal data was processed for. */
  readonly purpose?: string | null;
  readonly facts?: Readonly<Record<string, unknown>> | null;
  readonly summary?: Bilingual | string | null;
  readonly reason?: string | Bilingual | null;
  readonly finding?: string | null;
  readonly leaf?: string | LedgerState | null;
  readonly input?: Readonly<Record<string, unknown>>;
}

export interface Obligation {
  readonly id?: string;
  readonly code?: string;
  readonly name?: string;
  readonly title?: Bilingual;
  readonly due?: string | null;
  readonly dueAt?: string | null;
  /** What it is about: a finding, an incident, a demand. */
  readonly subject?: string | null;
  readonly doneAt?: string | null;
  readonly status?: string;
  readonly certainty?: string | null;
  readonly basis?: LegalBasis;
  readonly from?: Bilingual;
  readonly revisions?: readonly {
    readonly at: string;
    readonly startAt: string;
    readonly dueAt: string | null;
    readonly reason: Bilingual;
  }[];
}

export interface ProjectSummary {
  readonly id: string;
  readonly title: string | Bilingual;
  readonly state: string;
  readonly organisation?: string | null;
  readonly vehicles?: number | readonly (string | Vehicle)[];
  readonly vehicleCount?: number;
  readonly applicant?: { readonly organisation?: string; readonly name?: string; readonly role?: string } | null;
  readonly stage?: string;
  readonly version?: number;
  readonly openFindings?: number;
  readonly flags?: readonly string[];
  /** Since when it is in this state. */
  readonly since?: string | null;
  readonly updatedAt?: string | null;
  readonly createdAt?: string | null;
  readonly due?: string | null;
}

export interface Limit {
  readonly id?: string;
  readonly name?: string | Bilingual;
  readonly signal?: string;
  readonly operator?: string;
  readonly value?: number | string;
  readonly unit?: string | null;
}

/** How a trigger that watches a vehicle stands now. */
export interface TriggerState {
  readonly trigger: string;
  readonly version: number;
  readonly versionHash: string;
  readonly title: Bilingual;
  readonly project: string | null;
  readonly firing: boolean;
  readonly pending: boolean;
  readonly level: number | null;
  readonly onset: string | null;
  readonly data: "ok" | "degraded";
  readonly verdict: "T" | "F" | "U";
  readonly margin: { readonly value: number; readonly unit: string } | null;
}

/** The limits of a project's plan as enforced triggers. */
export interface ContainmentRules {
  readonly rules: readonly {
    readonly limit: string;
    readonly trigger: string;
    readonly version: number;
    readonly versionHash: string;
    readonly title: Bilingual;
    readonly sentence: Bilingual;
    readonly feed: "frames" | "events" | "screening";
  }[];
  readonly unenforced: readonly { readonly limit: string; readonly value: string; readonly reason: Bilingual }[];
}

export interface LimitMargin {
  readonly limit?: string;
  readonly name?: string | Bilingual;
  readonly signal?: string;
  readonly value: number | null;
  readonly bound: number;
  readonly level?: number | undefined;
  /** Whether the condition holds for any vehicle now. */
  readonly verdict?: "T" | "F" | "U";
  readonly firing?: boolean;
  readonly operator?: string;
  readonly unit?: string | null;
  readonly vehicle?: string | null;
}

export interface TriggerSummary {
  readonly id: string;
  readonly version: number;
  readonly title: Bilingual;
  readonly level?: number;
  readonly levels?: readonly number[];
  readonly pack?: string;
  readonly sentence?: Bilingual;
  readonly text?: string;
  /** The same version in either language. */
  readonly texts?: Bilingual;
  readonly versionHash?: string;
  readonly basis?: string | Bilingual | null;
  readonly basisZh?: string | null;
  readonly certainty?: string | null;
  readonly effectiveFrom?: string | null;
  readonly effect?: string | null;
  readonly inputs?: readonly string[];
}

export interface ProjectDetail extends ProjectSummary {
  readonly review?: ProjectReview;
  readonly riskTier?: string | null;
  readonly limits?: unknown;
  readonly summary?: string | null;
  readonly rail?: readonly { readonly code: string; readonly status: "done" | "current" | "ahead" }[];
  readonly suspension?: {
    readonly since: string;
    readonly reason: Bilingual;
    readonly finding: string | null;
    readonly findingRetractedAt?: string | null;
  } | null;
  readonly restriction?: {
    readonly since: string;
    readonly reason: Bilingual;
    readonly finding: string | null;
    readonly findingRetractedAt?: string | null;
    readonly limits?: unknown;
    readonly stoppedVehicles?: readonly string[];
  } | null;
  readonly margins?: readonly LimitMargin[] | null;
  readonly triggerSet?:
    | { readonly id?: string; readonly hash?: string; readonly triggers?: readonly TriggerSummary[] }
    | readonly TriggerSummary[]
    | string
    | null;
  readonly actions?: readonly ActionRecord[];
  readonly possibleActions?: readonly PossibleAction[];
  readonly blockedActions?: readonly BlockedAction[];
  readonly obligations?: readonly Obligation[];
  readonly data?: Readonly<Record<string, unknown>>;
  /** Version of the procedure it runs under. */
  readonly definition?: number;
  readonly proposals?: readonly CaseProposal[];
  /** Later versions of the procedure into which the reader may move the project. */
  readonly migrations?: readonly CaseMigration[];
}

export interface CaseSummary {
  readonly id: string;
  readonly kind: string;
  readonly kindTitle?: Bilingual;
  readonly stateTitle?: Bilingual;
  readonly vehicles?: readonly string[];
  readonly organisation?: string | null;
  readonly type?: string;
  /** What it is about: the trigger's id for an order that a finding opened. */
  readonly item?: string;
  readonly state: string;
  readonly level?: number;
  readonly vehicle?: string | null;
  /** What it is about first: a vehicle by its masked VIN, a service by its name. */
  readonly subject?: { readonly id: string; readonly name: string | null } | null;
  readonly vin?: string | null;
  readonly finding?: string | null;
  readonly project?: string | null;
  readonly title?: string | Bilingual;
  readonly flags?: readonly string[];
  readonly due?: string | null;
  readonly openedAt?: string | null;
  readonly createdAt?: string | null;
  readonly updatedAt?: string | null;
  readonly overdue?: boolean;
  readonly version?: number;
}

export interface CaseDetail extends CaseSummary {
  readonly actions?: readonly ActionRecord[];
  readonly possibleActions?: readonly PossibleAction[];
  readonly blockedActions?: readonly BlockedAction[];
  readonly obligations?: readonly Obligation[];
  readonly findings?: readonly string[];
  /** Of a recall: its vehicles by what became of them. */
  readonly scope?: { readonly outstanding: number; readonly remedied: number; readonly excluded: number };
  readonly data?: Readonly<Record<string, unknown>>;
  /** Version of the procedure it runs under. */
  readonly definition?: number;
  readonly fields?: readonly CaseField[];
  readonly proposals?: readonly CaseProposal[];
  /** Later versions of the procedure into which the reader may move the case. */
  readonly migrations?: readonly CaseMigration[];
  readonly hiddenFields?: readonly string[];
  readonly documents?: readonly { readonly code: string; readonly title: Bilingual; readonly issuedAt: string }[];
}

/** A way into a later version of the procedure. */
export interface CaseMigration {
  readonly to: number;
  readonly title: Bilingual;
  readonly basis: LegalBasis;
}

/** An action that waits for a second person. */
export interface CaseProposal {
  readonly name: string;
  readonly title: Bilingual;
  readonly by: { readonly id: string; readonly role: string };
  readonly at: string;
  /** What was proposed, without what the reader may not see. */
  readonly input: unknown;
}

/** One field of a case's data, as its kind shows it. */
export interface CaseField {
  readonly name: string;
  readonly title: Bilingual;
  readonly shape: string;
  readonly choices: Readonly<Record<string, Bilingual>> | null;
  readonly unit: string | null;
  readonly value: unknown;
}

export interface LedgerLeaf {
  readonly id: string;
  readonly index: number | null;
  readonly kind: string;
  readonly subject?: string | null;
  readonly hash?: string;
  readonly at?: string;
  readonly state?: string;
}

export interface LedgerCheckpoint {
  readonly size: number;
  readonly root: string;
  readonly at: string;
  readonly keyId: string;
  readonly signature?: string;
  readonly text?: string;
}

export interface LedgerKey {
  readonly keyId: string;
  readonly algorithm?: string;
  readonly publicKey: string;
}

export interface LinkRow {
  readonly id: string | number;
  readonly kind: string;
  readonly platform?: string | null;
  readonly remote?: string | null;
  readonly vehicle?: string | null;
  readonly vin?: string | null;
  readonly state?: string;
  readonly openedAt?: string | null;
  readonly lastFrameAt?: string | null;
  readonly assurance?: string | null;
  readonly frames?: number;
  readonly bytes?: number;
  readonly malformed?: number;
  readonly quarantined?: number;
  readonly skippedBytes?: number;
  readonly answered?: number;
}

export interface QuarantineRow {
  readonly seq: number | string;
  readonly vehicle?: string | null;
  readonly vin?: string | null;
  readonly time?: string | null;
  readonly receivedAt: string;
  readonly disposition: string;
  readonly command?: number;
  readonly link?: number | string;
}

export interface StreamEvent {
  readonly id?: string;
  readonly [key: string]: unknown;
}

export interface LeafProof {
  readonly id?: string;
  readonly index?: number | null;
  readonly size?: number;
  readonly leafHash?: string;
  readonly hash?: string;
  readonly root?: string;
  readonly path?: readonly string[];
  readonly hashes?: readonly string[];
  readonly checkpoint?: LedgerCheckpoint;
}

export interface CommandPerson {
  readonly id: string;
  readonly role: string;
  readonly organisation: string;
  readonly account: string | null;
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
