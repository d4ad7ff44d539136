/** Subjects that are no vehicles (AI services, accounts, platforms) and the events they send (base /api/v1). */

export interface SubjectAnswer {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly organisation: string;
  readonly region: string | null;
  readonly registered: boolean;
  /** Null for who may not read the events. */
  readonly events?: { readonly receptions: number; readonly events: number; readonly lastEvent: string | null } | null;
}

export interface EventRow {
  readonly seq: string;
  readonly time: string;
  readonly receivedAt: string;
  readonly name: string;
  readonly value: number | null;
  readonly source: string;
  readonly format: string;
  readonly assurance: string;
  readonly disposition: string;
  readonly attributes: unknown;
}

export interface EventDetail extends EventRow {
  /** Body of the request that brought it, base64. */
  readonly raw: string;
}
