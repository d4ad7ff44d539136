/** What people see of a link: counters, codes, times; a VIN only masked. */
import { ASSURANCE_NAMES, DISPOSITION_NAMES } from "@sandglass/signals";
import type { Link } from "./link.ts";
import { maskVin } from "../../access/vin.ts";
import { vinText, type LinkKind } from "./vehicles.ts";

export interface LinkInfo {
  readonly id: number;
  readonly kind: LinkKind | "unknown";
  readonly remoteAddress: string;
  readonly assurance: (typeof ASSURANCE_NAMES)[number];
  readonly edition: 2016 | 2025 | undefined;
  /** Of a platform link. */
  readonly platform: { readonly id: string; readonly name: string } | undefined;
  /** A platform link whose platform has logged out and not in again. */
  readonly loggedOut: boolean;
  /** Key of the vehicle of a terminal link. */
  readonly vehicle: bigint | undefined;
  /** Of a terminal link, masked. */
  readonly vin: string | undefined;
  /** UTC ms. */
  readonly openedAt: number;
  readonly lastReceiveAt: number;
  readonly lastEventAt: number | undefined;
  readonly closedAt: number | undefined;
  /** Why we closed it; undefined for a link that the peer closed. */
  readonly closedCode: string | undefined;
  readonly held: boolean;
  readonly frames: number;
  readonly bytes: number;
  /** Bytes that belonged to no whole frame. */
  readonly skippedBytes: number;
  readonly rows: Readonly<Record<(typeof DISPOSITION_NAMES)[number], number>>;
  readonly replies: number;
  /** The same by response flag. */
  readonly repliesByFlag: Readonly<Record<string, number>>;
  /** Damage and remarks by code. */
  readonly codes: Readonly<Record<string, number>>;
}

export function linkInfo(link: Link, closed: { at: number; code: string | undefined } | undefined): LinkInfo {
  const { counters } = link;
  const rows = Object.fromEntries(DISPOSITION_NAMES.map((name, disposition) => [name, counters.rows[disposition]]));
  return {
    id: link.id,
    kind: link.kind ?? (link.loggedOut === undefined ? "unknown" : "platform"),
    loggedOut: link.loggedOut !== undefined,
    remoteAddress: link.remoteAddress,
    assurance: ASSURANCE_NAMES[link.assurance],
    edition: link.edition,
    platform: link.platform ?? link.loggedOut?.platform,
    vehicle: link.kind === "terminal" ? (BigInt(link.keyHigh) << 32n) | BigInt(link.keyLow) : undefined,
    vin: link.vin === undefined ? undefined : maskVin(vinText(link.vin, 0)),
    openedAt: link.openedAt,
    lastReceiveAt: link.receiveTime,
    lastEventAt: Number.isNaN(link.lastEventTime) ? undefined : link.lastEventTime,
    closedAt: closed?.at,
    closedCode: closed?.code,
    held: link.held,
    frames: counters.frames,
    bytes: counters.bytes,
    skippedBytes: link.reader.skippedBytes,
    rows: rows as LinkInfo["rows"],
    replies: [...counters.replies.values()].reduce((sum, count) => sum + count, 0),
    repliesByFlag: Object.fromEntries(counters.replies),
    codes: Object.fromEntries(counters.codes),
  };
}
