import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ASSURANCE_NAMES } from "@sandglass/signals";
import type { Static } from "typebox";
import { requireRight } from "../access/mod.ts";
import { exportRoute } from "../exports/mod.ts";
import { actorOf, DEFAULT_LIMIT, pageOf, PageOf, toTime, toTimeOrNull } from "../http/mod.ts";
import type { Records } from "../records/mod.ts";
import { filterOf } from "./finding-filter.ts";
import { FINDING_SORT, NEWEST_FOUND, placeOf } from "./finding-sort.ts";
import { findingsExport } from "./findings-export.ts";
import type { WitnessJson } from "./firing-rows.ts";
import { findFindings, getFinding, type Finding, type FindingDetail } from "./queries.ts";
import {
  FINDING_FILTER,
  FindingAnswer,
  FindingDetailAnswer,
  FindingId,
  FindingQuery,
  type WitnessAnswer,
} from "./schema.ts";

export interface FindingRoutesOptions {
  readonly records: Records;
  /** UTC ms. */
  readonly now?: () => number;
}

export function findingRoutes({ records, now = Date.now }: FindingRoutesOptions): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      "/findings",
      {
        schema: {
          tags: ["findings"],
          summary: "What triggers found, newest first or in another order",
          querystring: FindingQuery,
          response: { 200: PageOf(FindingAnswer) },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireRight(actor, "finding", "read");
        const { cursor, limit = DEFAULT_LIMIT } = request.query;
        const filter = {
          ...filterOf(request.query),
          limit: limit + 1,
          ...(cursor === undefined ? {} : { cursor }),
        };
        const { sort = NEWEST_FOUND } = request.query;
        const found = await records.transact(actor, (tx) => findFindings(tx, filter));
        return { ...pageOf(found, limit, listed, (finding) => placeOf(sort, finding)) } as {
          items: Static<typeof FindingAnswer>[];
          next: string | null;
        };
      },
    );

    exportRoute(app, {
      records,
      now,
      tag: "findings",
      path: "/findings",
      query: { ...FINDING_FILTER, sort: FINDING_SORT },
      definition: findingsExport(records),
      prepare: (actor, query) => {
        requireRight(actor, "finding", "read");
        // Kept as it was asked, so that the record of the export shows ids as people know them.
        filterOf(query);
        return query;
      },
    });

    app.get(
      "/findings/:id",
      {
        schema: {
          tags: ["findings"],
          summary: "One finding with what it rests on",
          params: Type.Object({ id: FindingId }),
          response: { 200: FindingDetailAnswer },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireRight(actor, "finding", "read");
        return detailed(await records.transact(actor, (tx) => getFinding(tx, request.params.id)));
      },
    );
  };
}

function stateOf(finding: Finding): "provisional" | "confirmed" | "amended" | "retracted" {
  if (finding.status === "retracted") return "retracted";
  if (finding.revision > 0 || finding.origin === "replay") return "amended";
  return finding.confirmed ? "confirmed" : "provisional";
}

function common(finding: Finding) {
  return {
    id: finding.id,
    trigger: finding.trigger,
    version: finding.version,
    level: finding.level,
    status: finding.status,
    suppressedBy: finding.suppressedBy ?? null,
    confirmed: finding.confirmed,
    state: stateOf(finding),
    revision: finding.revision,
    origin: finding.origin,
    amendedAt: toTimeOrNull(finding.amendedAt),
    retractedAt: toTimeOrNull(finding.retractedAt),
    onset: toTime(finding.onset),
    clearedAt: toTimeOrNull(finding.clearedAt),
    detectedAt: toTime(finding.detectedAt),
    vehicle: finding.vehicle ?? null,
    subject: { ...finding.subject, name: finding.subject.name ?? null },
    vin: finding.vin ?? null,
    maker: finding.maker ?? null,
    region: finding.region ?? null,
    title: { ...finding.title },
    project: finding.project ?? null,
    effect: finding.effect ?? null,
    assurance: ASSURANCE_NAMES[finding.assurance] ?? "none",
    margin: finding.margin ? { ...finding.margin } : null,
  };
}

/** The sample that decided shows in a list: an extreme before an event before the last one. */
const ROLE_ORDER = ["extreme", "event", "last", "first"];

function listed(finding: Finding): Static<typeof FindingAnswer> {
  const [decisive] = finding.witnesses.toSorted((a, b) => ROLE_ORDER.indexOf(a.role) - ROLE_ORDER.indexOf(b.role));
  return { ...common(finding), witness: decisive ? witnessOf(decisive) : null };
}

function witnessOf(witness: WitnessJson): Static<typeof WitnessAnswer> {
  return { ...witness, ref: witness.seq };
}

function detailed(finding: FindingDetail): Static<typeof FindingDetailAnswer> {
  return {
    ...common(finding),
    versionHash: finding.versionHash,
    conditionSince: toTime(finding.conditionSince),
    onsetObserved: finding.onsetObserved,
    timeMarginMs: finding.timeMarginMs ?? null,
    witnesses: finding.witnesses.map(witnessOf),
    condition: finding.text.en,
    conditionZh: finding.text.zh,
    explanation: { ...finding.sentence },
    basis: finding.basis ?? null,
    basisZh: finding.basisZh ?? null,
    certainty: finding.certainty ?? null,
    effectiveFrom: finding.effectiveFrom ?? null,
    signals: [...finding.inputs],
    events: finding.events.map((event) => ({
      kind: event.kind,
      at: toTime(event.at),
      level: event.level ?? null,
      revision: event.revision,
      levels: event.levels.map((each) => ({ ...each })),
      knownFrom: event.knownFrom ?? null,
    })),
    levels: finding.levels.map(({ level, at }) => ({ level, at: toTime(at) })),
    interval: { from: toTime(finding.evidence.from), to: toTime(finding.evidence.to) },
    evidenceCopied: finding.evidence.copied,
    ledger: finding.leaves.map((leaf) => ({
      id: leaf.id,
      kind: leaf.kind,
      state: leaf.seq === undefined ? ("pending" as const) : ("sequenced" as const),
      index: leaf.seq ?? null,
    })),
  };
}
