/**
 * Who read which record when: one entry for each record that an answer showed, at most one a minute for the same person, record
 * and view (ten minutes for lists). An answer whose reading cannot be logged is not given. Unmasking and raw frames are logged by what does them.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { AccessAction } from "@sandglass/casework";
import { logAccess, maskVin } from "../../access/mod.ts";
import type { Actor, Records } from "../../records/mod.ts";

declare module "fastify" {
  interface FastifyRequest {
    readIsLogged: boolean;
  }
}

/** First segment below the prefix → what is read there. What is not named holds no record about a person, vehicle or case. */
const KINDS: Readonly<Record<string, AccessAction>> = {
  vehicles: "read.vehicle",
  subjects: "read.subject",
  findings: "read.finding",
  projects: "read.case",
  cases: "read.case",
  attachments: "read.case",
  documents: "read.case",
  obligations: "read.case",
  complaints: "read.case",
  experts: "read.case",
  commands: "read.command",
  ledger: "read.ledger",
  "access-log": "read.log",
};
const TELEMETRY = new Set(["samples", "series", "frames"]);

/** The same view again within this time is the same reading. */
const SAME_MS = 60_000;
/** Lists are asked for again and again by open pages. */
const SAME_LIST_MS = 600_000;
const REMEMBERED = 20_000;

/** @param path pattern below the prefix */
export function readingOf(
  path: string,
  parameters: Readonly<Record<string, string | undefined>>,
): { readonly action: AccessAction; readonly subject: string } | undefined {
  const [first = "", second, third] = path.replace(/^\/+/, "").split("/");
  const kind = Object.hasOwn(KINDS, first) ? KINDS[first] : undefined;
  if (kind === undefined) return undefined;
  const id = Object.values(parameters)[0];
  if (id === undefined || second?.startsWith(":") !== true)
    return { action: kind === "read.log" || kind === "read.ledger" ? kind : "read.list", subject: path };
  return { action: third !== undefined && TELEMETRY.has(third) ? "read.telemetry" : kind, subject: id };
}

export function installReadAudit(app: FastifyInstance, records: Records, prefix: string, now: () => number): void {
  const seen = new Map<string, number>();
  app.decorateRequest("readIsLogged", false);

  const log = async (request: FastifyRequest, status: number): Promise<void> => {
    const { actor } = request;
    if (request.method !== "GET" || status >= 300 || actor === undefined || request.readIsLogged || request.is404)
      return;
    request.readIsLogged = true;
    const path = (request.routeOptions.url ?? "").slice(prefix.length);
    const reading = readingOf(path, (request.params ?? {}) as Record<string, string>);
    if (reading === undefined) return;
    const query = withoutVins(request.query as Readonly<Record<string, unknown>>);
    const list = reading.action === "read.list" ? JSON.stringify(query) : "";
    const key = [actor.id, actor.token ?? "", path, reading.subject, list].join("\0");
    const at = now();
    const last = seen.get(key);
    if (last !== undefined && at - last < (reading.action === "read.list" ? SAME_LIST_MS : SAME_MS)) return;
    await write(records, actor, reading, path, query);
    if (seen.size >= REMEMBERED) seen.clear();
    seen.set(key, at);
  };
  // Objects pass here, and a failure still becomes an answer; texts and streams (exports, files) pass only the second hook.
  app.addHook("preSerialization", async (request, reply) => log(request, reply.statusCode));
  app.addHook("onSend", async (request, reply) => log(request, reply.statusCode));
}

async function write(
  records: Records,
  actor: Actor,
  reading: { readonly action: AccessAction; readonly subject: string },
  path: string,
  query: Readonly<Record<string, unknown>>,
): Promise<void> {
  const detail = {
    view: path,
    ...(Object.keys(query).length > 0 ? { query } : {}),
  };
  await records.transact(actor, (tx) => logAccess(tx, actor, { ...reading, detail }), { retry: true });
}

/** A VIN typed into a search field stays out of the log. */
function withoutVins(query: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(query ?? {}).map(([name, value]) => [
      name,
      typeof value === "string"
        ? value.slice(0, 200).replaceAll(/[0-9A-HJ-NPR-Z]{17}/gi, (vin) => maskVin(vin.toUpperCase()))
        : value,
    ]),
  );
}
