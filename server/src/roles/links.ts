/** The gateway's links as the API shows them: a closed link and its reason included. */
import type { LinkInfo } from "../api/mod.ts";
import type { Gateway } from "../intake/gateway/mod.ts";

export function linksOf(gateway: Gateway, organisations: ReadonlyMap<string, string>): LinkInfo[] {
  return gateway.links().map((link) => ({
    id: link.id,
    kind: link.kind,
    state:
      link.closedAt === undefined
        ? link.loggedOut
          ? "logged_out"
          : link.held
            ? "held"
            : "open"
        : (link.closedCode ?? "closed"),
    remote: link.remoteAddress,
    openedAt: link.openedAt,
    lastFrameAt: link.lastReceiveAt,
    ...(link.vehicle === undefined ? {} : { vehicle: link.vehicle }),
    ...(link.vin === undefined ? {} : { vinMasked: link.vin }),
    ...(link.platform === undefined
      ? {}
      : {
          platform: {
            id: link.platform.id,
            name: link.platform.name,
            organisation: organisations.get(link.platform.id) ?? "",
          },
        }),
    assurance: link.assurance,
    frames: link.frames,
    bytes: link.bytes,
    malformed: link.rows.malformed,
    quarantined: Object.entries(link.rows).reduce(
      (sum, [name, rows]) => sum + (name === "accepted" || name === "malformed" ? 0 : rows),
      0,
    ),
    rows: link.rows,
    replies: link.repliesByFlag,
    codes: link.codes,
    ...(link.edition === undefined ? {} : { edition: link.edition }),
    skippedBytes: link.skippedBytes,
    answered: link.replies,
  }));
}
