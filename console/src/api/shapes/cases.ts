/** Cases, their actions and clocks (base /api/v1). Times are RFC 3339 UTC, absent values null. */
import type { JsonSchema } from "../../lib/json-schema.ts";
import type { ActorRef, Bilingual } from "./common.ts";
import type { LedgerState } from "./ledger.ts";
import type { InputSchema, LegalBasis, Unit } from "@sandglass/casework";

/** What the case says of one choice of a field. */
export interface Offer {
  readonly code: string;
  readonly isOpen: boolean;
  readonly group: Bilingual;
  readonly note: Bilingual | null;
  readonly dueAt: string | null;
  readonly limit: {
    readonly unit: Unit;
    readonly amount: number;
    readonly from: Bilingual;
    readonly basis: LegalBasis;
  } | null;
}

export interface PossibleAction {
  readonly name: string;
  readonly title?: Bilingual;
  readonly input?: JsonSchema;
  readonly allowed?: boolean;
  /** Where it leads, by what is entered; null: the case keeps its state. */
  readonly outcomes?: readonly {
    readonly when: Readonly<Record<string, string | boolean | null>>;
    readonly to: string | null;
  }[];
  /** What the case has of its fields already. */
  readonly present?: Readonly<Record<string, unknown>> | null;
  /** What its form begins with and sends all of. */
  readonly begins?: Readonly<Record<string, unknown>> | null;
  readonly conditions?: readonly { readonly code: string; readonly text: Bilingual }[];
  /** By the name of the field. */
  readonly offers?: Readonly<Record<string, readonly Offer[]>>;
  /** What whoever takes it should know of this case before they do. */
  readonly remarks?: readonly Bilingual[];
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
  readonly actor: string | ActorRef;
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
  readonly flagTitles?: Readonly<Record<string, Bilingual>>;
  readonly due?: string | null;
  readonly openedAt?: string | null;
  readonly createdAt?: string | null;
  readonly updatedAt?: string | null;
  readonly overdue?: boolean;
  readonly version?: number;
}

export interface CaseDetail extends CaseSummary {
  /** Vehicles, services, findings and cases that the case speaks of, by id, as far as the reader may see them. */
  readonly names?: Readonly<Record<string, Bilingual>>;
  /** Cases that were opened from it, as far as the reader may see them. */
  readonly opened?: readonly OpenedCase[];
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

export interface OpenedCase {
  readonly id: string;
  readonly kind: string;
  readonly kindTitle: Bilingual;
  readonly title: Bilingual;
  readonly state: string;
  readonly stateTitle: Bilingual;
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
  readonly by: ActorRef;
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
  /** Of a value whose codes or parts have names. */
  readonly schema?: InputSchema;
  readonly value: unknown;
}
