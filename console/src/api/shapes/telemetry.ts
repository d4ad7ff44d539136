/** Vehicles, their links and what they sent (base /api/v1). Times are RFC 3339 UTC, absent values null. */
import type { Bilingual } from "./common.ts";

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
  /** Of any frame, also of one that was set aside: where the newest stands in the list. */
  readonly lastFrame: string | null;
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
  /** Null: it says no time that can be used. */
  readonly time: string | null;
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
  /** abnormal, invalid, outOfRange, mismatch, unreadable, cutOff. */
  readonly problem?: string;
}

export interface FrameDetail extends Partial<FrameRow> {
  readonly hex: string;
  readonly message?: unknown;
  readonly fields: readonly FrameField[];
}

export interface LinkRow {
  readonly id: string | number;
  readonly kind: string;
  readonly platform?: string | null;
  readonly remote?: string | null;
  readonly vehicle?: string | null;
  readonly vin?: string | null;
  /** open, held, logged_out, closed, or the code for which the gateway closed it. */
  readonly state?: string;
  /** What the code says. */
  readonly reason?: Bilingual | null;
  readonly openedAt?: string | null;
  readonly lastFrameAt?: string | null;
  readonly assurance?: string | null;
  readonly frames?: number;
  readonly bytes?: number;
  readonly malformed?: number;
  readonly quarantined?: number;
  readonly skippedBytes?: number;
  readonly answered?: number;
  /** Damage and remarks by code. */
  readonly codes?: Readonly<Record<string, number>>;
}

/** Connections from one address that never became a link. */
export interface RefusedRow {
  readonly remote: string;
  readonly code: string;
  readonly reason: Bilingual | null;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
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
