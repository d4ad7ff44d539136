/** Everything that the API stands on. Roles make it; tests make it with the real parts. */
import type { Dialect } from "@sandglass/gbt32960";
import type { FastifyBaseLogger, FastifyPluginAsync } from "fastify";
import type { Access, HistoryScope } from "../access/mod.ts";
import type { Actor, Records } from "../records/mod.ts";
import type { EventHub } from "./live/event-hub.ts";
import type { FleetMonitor } from "./live/fleet-monitor.ts";
import type { OperatorAlarms } from "./live/operator-alarms.ts";

/** Position in a list ordered by event time, then ingest sequence. */
export interface After {
  readonly time: number;
  readonly seq: bigint;
}

export interface RangeQuery {
  readonly vehicle: bigint;
  /** UTC ms, both ends included. */
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  readonly after?: After;
}

export interface SampleRow {
  readonly seq: bigint;
  readonly eventTime: number;
  readonly receiveTime: number;
  readonly command: number;
  /** Physical values by signal id; null = no usable value, `reasons` may say why. */
  readonly values: Readonly<Record<string, number | null | readonly (number | null)[]>>;
  /** Frames that a sample of a long cell list was put together from; `seq` is the last of them. */
  readonly parts?: readonly bigint[];
  /** Reason name by signal id, or `id[3]` for an entry of a list. */
  readonly reasons: Readonly<Record<string, string>>;
}

export interface FrameMeta {
  readonly seq: bigint;
  readonly vehicle: bigint;
  readonly eventTime: number;
  readonly receiveTime: number;
  readonly link: number;
  readonly assurance: number;
  /** 16 or 25. */
  readonly edition: number;
  readonly command: number;
  readonly disposition: number;
  /** Bytes of the raw frame; undefined when it has been erased. */
  readonly length?: number;
}

export interface SeriesQuery {
  readonly vehicle: bigint;
  readonly signals: readonly string[];
  /** UTC ms, the end excluded. */
  readonly from: number;
  readonly to: number;
  /** Most buckets. */
  readonly points: number;
}

/** Buckets with frames only, in order. */
export interface Series {
  readonly bucketMs: number;
  readonly source: "frames" | "hourly" | "daily";
  readonly buckets: readonly {
    readonly time: number;
    readonly frames: number;
    readonly values: Readonly<
      Record<
        string,
        {
          readonly min: number | null;
          readonly max: number | null;
          readonly last: number | null;
          readonly mean: number | null;
          readonly count: number;
        }
      >
    >;
  }[];
}

export interface VehicleCounts {
  readonly received: number;
  readonly realtime: number;
  readonly reissued: number;
  readonly quarantined: number;
  readonly duplicates: number;
  readonly firstEvent?: number;
  readonly lastEvent?: number;
  readonly lastFrame?: number;
}

/** What the API asks of the telemetry store. Every question carries a scope. */
export interface TelemetryReader {
  samples(
    scope: HistoryScope,
    query: RangeQuery & { readonly signals: readonly string[] },
  ): Promise<readonly SampleRow[]>;
  series(scope: HistoryScope, query: SeriesQuery): Promise<Series>;
  frames(scope: HistoryScope, query: RangeQuery): Promise<readonly FrameMeta[]>;
  /** Raw bytes undefined = erased. */
  frame(
    scope: HistoryScope,
    query: { readonly vehicle: bigint; readonly seq: bigint },
  ): Promise<
    | {
        readonly meta: FrameMeta;
        readonly raw: Uint8Array | undefined;
        /** False: the bytes were never kept. */
        readonly wasKept: boolean;
      }
    | undefined
  >;
  counts(scope: HistoryScope, vehicle: bigint): Promise<VehicleCounts>;
  /** Frames whose disposition is not `accepted`, newest received first. */
  quarantine(
    scope: HistoryScope,
    query: { readonly limit: number; readonly before?: bigint },
  ): Promise<readonly FrameMeta[]>;
}

export interface IntakeStatus {
  readonly paused: boolean;
  readonly code?: string;
  /** How long the oldest durable frame that history does not hold yet has waited, ms. */
  readonly waitingMs?: number;
}

/** A connection of the gateway, as people see it. */
export interface LinkInfo {
  readonly id: number;
  readonly kind: "terminal" | "platform" | "unknown";
  readonly state: string;
  readonly remote: string;
  /** UTC ms. */
  readonly openedAt: number;
  readonly lastFrameAt?: number;
  /** Key of the vehicle of a terminal link. */
  readonly vehicle?: bigint;
  readonly vinMasked?: string;
  readonly platform?: { readonly id: string; readonly name: string; readonly organisation: string };
  readonly assurance: string;
  readonly frames: number;
  readonly bytes: number;
  readonly malformed: number;
  readonly quarantined: number;
  readonly skippedBytes: number;
  readonly answered: number;
  /** Rows by disposition. */
  readonly rows: Readonly<Record<string, number>>;
  /** Replies by response flag. */
  readonly replies: Readonly<Record<string, number>>;
  /** Damage and remarks by code. */
  readonly codes: Readonly<Record<string, number>>;
  /** Of the last frame. */
  readonly edition?: 2016 | 2025;
}

/** Connections from one address that never became a link, for one reason. */
export interface TurnedAway {
  readonly remoteAddress: string;
  readonly code: string;
  readonly count: number;
  /** UTC ms. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Figures that other modules give for an actor. */
export interface Figures {
  /** Open findings by level 1–4. */
  openFindings(actor: Actor): Promise<Readonly<Record<string, number>>>;
  /** Onsets of findings in [from, to), UTC ms, by step and level. */
  onsets(
    actor: Actor,
    range: { readonly from: number; readonly to: number; readonly stepMs: number },
  ): Promise<readonly { readonly at: number; readonly level: number; readonly count: number }[]>;
  cases(actor: Actor): Promise<{ readonly open: number; readonly overdue: number }>;
  projectsByState(actor: Actor): Promise<Readonly<Record<string, number>>>;
  /** Late frames of a vehicle: older than its own watermark when they came (supervision counts them). */
  lateFrames(actor: Actor, vehicle: bigint): Promise<number>;
}

export interface TriggerInfo {
  readonly id: string;
  readonly version: number;
  readonly versionHash: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly levels: readonly number[];
  /** What a firing asks of the sandbox project that carries the trigger, unless its plan says. */
  readonly effect: string;
  readonly pack: string;
  readonly sentence: { readonly en: string; readonly zh: string };
  /** Canonical text in both languages. */
  readonly texts: { readonly en: string; readonly zh: string };
  readonly basis?: string;
  readonly basisZh?: string;
  readonly certainty?: string;
  readonly effectiveFrom?: string;
  readonly effectiveTo?: string;
  readonly inputs: readonly string[];
  /** Worst case of the state for each subject. */
  readonly bytesPerSubject: number;
  /** How far back a verdict can depend on samples. */
  readonly horizonMs: number;
}

export interface TriggerProblem {
  readonly code: string;
  readonly message: string;
  readonly messageZh: string;
  readonly line: number;
  readonly column: number;
  /** UTF-16 offsets, half open. */
  readonly start: number;
  readonly end: number;
  readonly suggestion?: string;
  readonly suggestionZh?: string;
}

export type TriggerCheck =
  | {
      readonly ok: true;
      readonly triggers: readonly TriggerInfo[];
      readonly hash: string;
      readonly warnings: readonly TriggerProblem[];
    }
  | { readonly ok: false; readonly errors: readonly TriggerProblem[] };

export interface TriggerLibrary {
  list(): readonly TriggerInfo[];
  /** With the regions that the actor may name. */
  check(text: string, actor?: Actor): TriggerCheck;
}

export interface Health {
  readonly name: string;
  readonly ok: boolean;
  readonly code?: string;
}

export interface ApiDependencies {
  readonly records: Records;
  readonly access: Access;
  readonly telemetry: TelemetryReader;
  readonly fleet: FleetMonitor;
  readonly hub: EventHub;
  readonly alarms: OperatorAlarms;
  readonly figures: Figures;
  readonly triggers: TriggerLibrary;
  readonly intake: () => IntakeStatus;
  readonly links: () => readonly LinkInfo[];
  /** The ones turned away last first. */
  readonly turnedAway: () => readonly TurnedAway[];
  /** State of the parts: records, history, journal, gateway, ledger, supervision. */
  readonly health: () => Promise<readonly Health[]>;
  /** Routes of other modules, registered below /api/v1. */
  readonly plugins: readonly FastifyPluginAsync[];
  /** Routes below / that are no part of the console: addresses that other protocols fix. */
  readonly rootPlugins?: readonly FastifyPluginAsync[];
  /** UTC ms. */
  readonly now: () => number;
  /** Address that will be listened on. */
  readonly host: string;
  /** Scheme, host and port under which people open the console; undefined = as the browser says. */
  readonly publicUrl?: string;
  /** Folder of the built console; undefined = none is served. */
  readonly consoleFolder?: string;
  /** How frames are shown where the sources of the standard contradict each other; default: the codec's. */
  readonly dialect?: Partial<Dialect>;
  readonly log?: FastifyBaseLogger;
}
