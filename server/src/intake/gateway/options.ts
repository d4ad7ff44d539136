/** What a gateway is configured with, and the ports that connect it to the rest. */
import type { TlsOptions } from "node:tls";
import type { Dialect } from "@sandglass/gbt32960";
import type { Journal } from "../../journal/mod.ts";
import type { AddressList } from "../../access/address-list.ts";
import type { SecurityOptions } from "../security/mod.ts";
import type { GivenRules, LinkRules } from "./rules.ts";
import type { VehiclePorts } from "./vehicles.ts";

/** Which links get a reply to correct realtime and re-issued reports. Errors are always answered. */
export const ANSWER_REALTIME = ["none", "platform", "terminal", "both"] as const;
export type AnswerRealtime = (typeof ANSWER_REALTIME)[number];

export interface PlatformIdentity {
  readonly id: string;
  readonly name: string;
  /** What differs for this platform from the rules of platform links. */
  readonly rules?: Partial<LinkRules>;
}

/** A platform whose credentials are right and that may not log in all the same. */
export interface PlatformRefusal {
  /** SG_LINK_…, for the list of links: the peer is told no more than for wrong credentials. */
  readonly refused: string;
}

export interface LoginRules {
  /** Wrong platform logins in a row, from one address with one user name, before the lock; 0 = never. */
  readonly attempts: number;
  readonly lockoutMs: number;
  /** A check that takes longer is given up and the link closed: the platform tries again. */
  readonly checkMs: number;
}

/** Three tries, then 30 minutes: the pace that annex B gives the client. */
export const DEFAULT_LOGIN_RULES: LoginRules = { attempts: 3, lockoutMs: 30 * 60_000, checkMs: 10_000 };

export interface GatewayLimits {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** A link without a whole frame for this long is closed, ms. GB/T 32960.3 heartbeats come every 1–240 s. */
  readonly idleMs: number;
  /** The same for a link that has not sent its first frame yet. */
  readonly firstFrameMs: number;
  /** When a frame stays incomplete for this long, whole frames behind its start are looked for, ms. */
  readonly rescueMs: number;
  /** When a frame stays incomplete for this long, the link is closed, ms. */
  readonly partialFrameMs: number;
  /** Damaged frames in a row after which a link is closed. */
  readonly maxDamagedInRow: number;
  /** Replies that a peer has not read; beyond that its link is closed. */
  readonly maxUnreadReplyBytes: number;
  /** Largest accepted data unit; the standard allows 65531. */
  readonly maxDataUnit: number;
  /** Vehicles whose key is cached. */
  readonly maxCachedVehicles: number;
}

/** Event times further ahead of the receive time than this are not believed. */
export const DEFAULT_CLOCK_AHEAD_MS = 5 * 60_000;

export const DEFAULT_LIMITS: GatewayLimits = {
  maxConnections: 50_000,
  maxConnectionsPerAddress: 20_000,
  idleMs: 300_000,
  firstFrameMs: 30_000,
  rescueMs: 200,
  partialFrameMs: 15_000,
  maxDamagedInRow: 100,
  maxUnreadReplyBytes: 4 << 20,
  maxDataUnit: 65_531,
  maxCachedVehicles: 1 << 20,
};

export interface GatewayLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** What the gateway needs of the journal: its writer's side. */
export type IntakeJournal = Pick<Journal, "findOpenBlock" | "openTicket" | "rowAdded" | "onDurable" | "onWritable">;

export interface GatewayOptions extends VehiclePorts {
  readonly journal: IntakeJournal;
  readonly host: string;
  /** 0 = any free port, see `Gateway.port`. */
  readonly port: number;
  /** UTC ms. */
  readonly clock?: () => number;
  /**
   * Checks the credentials of a platform login; undefined = refused. A rejected promise means that they could not be
   * checked now: the link is closed without an answer and the platform tries again.
   */
  readonly authenticatePlatform: (
    user: string,
    password: string,
    remoteAddress: string,
  ) => Promise<PlatformIdentity | PlatformRefusal | undefined>;
  /** Default `platform`: GB/T 32960.3 annex B leaves correct realtime reports of terminals unanswered. */
  readonly answerRealtime?: AnswerRealtime;
  /** Default 5 minutes. */
  readonly clockAheadMs?: number;
  readonly limits?: Partial<GatewayLimits>;
  readonly logins?: Partial<LoginRules>;
  /** By kind of link; a platform's own rules come with its identity. */
  readonly rules?: GivenRules;
  /** How reports are read where the sources of the standard contradict each other; default: the codec's. */
  readonly dialect?: Partial<Dialect>;
  /** Signatures and encryption; without it encrypted frames are opaque and signatures are not looked at. */
  readonly security?: SecurityOptions;
  /** Connections from other addresses are closed at once. */
  readonly addresses?: AddressList;
  /** TLS instead of plain TCP. A client certificate that verifies gives its link the assurance *mutual TLS*. */
  readonly tls?: TlsOptions;
  /** TLS on a port of its own beside plain TCP; 0 = any free port, see `Gateway.tlsPort`. */
  readonly tlsPort?: number;
  /** For tests: no frame takes the short way of reports.ts. */
  readonly everyFrameByRules?: boolean;
  /** Told about damage on a link that is known: bytes that became no frame are in no row. Called on damage only. */
  readonly noteDamage?: (damage: NotedDamage) => void;
  readonly log?: GatewayLog;
}

export interface NotedDamage {
  /** Key of the vehicle of a terminal link. */
  readonly vehicle: bigint | undefined;
  /** Id of the platform of a platform link. */
  readonly platform: string | undefined;
  /** SG_FRAME_… */
  readonly code: string;
  readonly count: number;
  /** UTC ms. */
  readonly time: number;
}
