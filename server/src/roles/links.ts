/** The gateway's links as the API shows them: a closed link and its reason included. */
import type { LinkInfo } from "../api/mod.ts";
import type { Gateway } from "../intake/gateway/mod.ts";

export function linksOf(gateway: Gateway, organisations: ReadonlyMap<string, string>): LinkInfo[] {
  return gateway.links().map((link) => ({
    id: link.id,
    kind: link.kind,
    state: link.closedAt === undefined ? (link.held ? "held" : "open") : (link.closedCode ?? "closed"),
    remote: link.remoteAddress,
    openedAt: link.openedAt,
    lastFrameAt: link.lastReceiveAt,
    ...(link.vin === undefined ? {} : { vinMasked: link.vin }),
    ...(link.platform === undefined
      ? {}
      : { platform: { ...link.platform, organisation: organisations.get(link.platform.id) ?? "" } }),
    assurance: link.assurance,
    frames: link.frames,
    bytes: link.bytes,
    malformed: link.rows.malformed,
    quarantined: link.rows.clock_ahead + link.rows.foreign_vin + link.rows.opaque,
    skippedBytes: link.skippedBytes,
    answered: link.replies,
  }));
}
