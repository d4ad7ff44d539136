/** What a defect and recall case carries, and the pure rules over it. */
import type { CaseActor, Extent } from "../access/extent.ts";
import type { Infer } from "../schema.ts";
import { sayCompletion, trendOf, type Counts, type QuarterFigures } from "./completion.ts";
import type { ATTACHMENT, LEAD, OWNERS, PLAN } from "./inputs.ts";

export type RecallLead = Infer<typeof LEAD>;
export type RecallPlan = Infer<typeof PLAN>;
export type RecallAttachment = Infer<typeof ATTACHMENT>;

export interface RecallData extends Partial<Omit<RecallLead, "organisation">>, Counts {
  readonly organisation?: string;
  readonly supplier?: string;
  /** Area codes of the vehicles in the scope, as the registry has them: most often districts. */
  readonly regions: readonly string[];
  readonly attachments: readonly RecallAttachment[];
  readonly experts: readonly string[];
  readonly dealers: readonly string[];
  /** Who reported and is no party. */
  readonly reporters: readonly string[];
  /** What the producer concluded. */
  readonly result?: string;
  readonly investigationReason?: string;
  readonly noticeOf?: number;
  readonly objection?: string;
  readonly opinion?: { readonly defect: boolean; readonly text: string; readonly experts: number };
  readonly appraisal?: string;
  readonly orderedAt?: number;
  readonly stopped?: string;
  readonly plan?: RecallPlan;
  /** Number of the plan as filed; 0 before the first. */
  readonly planRevision: number;
  readonly planReference?: string;
  readonly publishedAt?: number;
  readonly publication?: string;
  readonly owners?: Infer<typeof OWNERS>;
  readonly permit?: string;
  readonly dealerStops: readonly { readonly dealer: string; readonly units: number; readonly at: string }[];
  /** 1 for the first recall; a repeated one counts on. */
  readonly round: number;
  /** Rounds that were found to be without enough effect, a line each. */
  readonly formerRounds: readonly string[];
  readonly trend: readonly QuarterFigures[];
  /** The trend as a page shows it: stored objects have no order of fields. */
  readonly progress: readonly string[];
  /** Rate at each quarterly review, percent. */
  readonly reviews: readonly { readonly at: string; readonly rate: number }[];
  readonly stageReports: readonly { readonly at: string; readonly rate: number; readonly text: string }[];
  /** What the authority demanded last; from then on no vehicle leaves the scope. */
  readonly corrective?: "wider" | "repeat";
  readonly finalReport?: string;
  readonly evaluation?: string;
  readonly keepUntil?: string;
  readonly inspections: readonly { readonly kind: string; readonly note: string; readonly by: CaseActor }[];
}

export const EMPTY_RECALL: RecallData = {
  affected: 0,
  excluded: 0,
  remediedIn: {},
  regions: [],
  attachments: [],
  experts: [],
  dealers: [],
  reporters: [],
  planRevision: 0,
  dealerStops: [],
  round: 1,
  formerRounds: [],
  trend: [],
  progress: [],
  reviews: [],
  stageReports: [],
  inspections: [],
};

export function extentOfRecall({ organisation, supplier, regions, experts, dealers, reporters }: RecallData): Extent {
  return {
    organisations: [organisation, supplier].filter((each): each is string => each !== undefined),
    regions,
    assigned: [...new Set([...experts, ...dealers, ...reporters])],
  };
}

/** Codes of the documents that are attached. */
export function documentsOfRecall({ attachments }: RecallData): readonly string[] {
  return [...new Set(attachments.map(({ kind }) => kind))];
}

/** Changed counts, with the trend that follows from them. */
export function counted(data: RecallData, change: Partial<Counts>): Partial<RecallData> {
  const trend = trendOf({ ...data, ...change });
  return { ...change, trend, progress: trend.map((each) => `${each.quarter}: ${sayCompletion(each)}`) };
}

/** What is published of a recall: what the law wants owners to know, never a vehicle, a contact or the inquiry. */
export interface PublicRecall {
  readonly title: string;
  /** Number under which the authority filed the plan, once it confirmed that. */
  readonly planReference?: string;
  readonly models: readonly string[];
  /** Which vehicles of the models are meant; without any of these it is all of them. */
  readonly batch?: string;
  readonly registeredFrom?: string;
  readonly registeredTo?: string;
  readonly defect: string;
  readonly consequence: string;
  readonly interim: string;
  readonly remedy: RecallPlan["remedy"];
  readonly measures: string;
  readonly startAt: string;
  readonly affected: number;
  readonly trend: readonly QuarterFigures[];
  /** Where the producer published it itself. */
  readonly publication?: string;
  readonly isOrdered: boolean;
}

/** Undefined until the recall was published. */
export function publishedRecall(data: RecallData): PublicRecall | undefined {
  const { plan, publishedAt, planReference, publication, title = "" } = data;
  if (plan === undefined || publishedAt === undefined) return undefined;
  const { defect, consequence, interim, remedy, measures, startAt } = plan;
  const { models, batch, registeredFrom, registeredTo } = plan.scope;
  return {
    title,
    ...(planReference === undefined ? {} : { planReference }),
    models,
    ...(batch === undefined ? {} : { batch }),
    ...(registeredFrom === undefined ? {} : { registeredFrom }),
    ...(registeredTo === undefined ? {} : { registeredTo }),
    defect,
    consequence,
    interim,
    remedy,
    measures,
    startAt,
    affected: data.affected - data.excluded,
    trend: data.trend,
    ...(publication === undefined ? {} : { publication }),
    isOrdered: data.orderedAt !== undefined,
  };
}
