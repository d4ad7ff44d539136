/** What all answers of the HTTP API share (base /api/v1). Times are RFC 3339 UTC, absent values null. */

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
  readonly limits?: SessionLimits;
}

/** What the server refuses beyond (docs/lists.md). */
export interface SessionLimits {
  readonly exportedRows: number;
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
  readonly intake: {
    readonly paused: boolean;
    readonly code?: string | null;
    /** What came within this time is not in history yet. */
    readonly waitingMs?: number;
  };
  readonly alarms: readonly OperatorAlarm[];
  readonly at?: string;
}

export interface StreamEvent {
  readonly id?: string;
  readonly [key: string]: unknown;
}

/** Whoever acted, as the API names them. */
export interface ActorRef {
  readonly id?: string;
  readonly role?: string;
  readonly organisation?: string | null;
  readonly account?: string | null;
  /** Null where the reader is not to know it. */
  readonly name?: string | null;
}

/** Groups of the fleet; most vehicles first. */
export interface FleetSums {
  readonly at: string;
  readonly vehicles: number;
  readonly groups: readonly {
    /** null: vehicles that have none, as those that are not registered. */
    readonly name: string | null;
    readonly vehicles: number;
    readonly online: number;
    /** Vehicles by their worst open finding. */
    readonly byLevel: Readonly<Record<string, number>>;
  }[];
  /** Groups that are not listed. */
  readonly others: { readonly groups: number; readonly vehicles: number };
}

/** Onsets of findings by step and level; steps without any are left out. */
export interface Onsets {
  readonly from: string;
  readonly to: string;
  readonly stepMs: number;
  readonly items: readonly { readonly at: string; readonly level: number; readonly count: number }[];
}
