/** What an OTA filing carries, and the pure rules over it. */
import type { Extent } from "../access/extent.ts";
import type { Infer } from "../schema.ts";
import type { Text } from "../text.ts";
import type { ANSWERS, ASSESSMENT, CAMPAIGN, RESULTS } from "./inputs.ts";
import { FAILURE_SHARE } from "./law.ts";
import type { OtaClass } from "./states.ts";

export type OtaAnswers = Infer<typeof ANSWERS>;

export interface OtaData extends Partial<Infer<typeof CAMPAIGN>> {
  readonly answers?: OtaAnswers;
  readonly class?: OtaClass;
  readonly assessment?: Infer<typeof ASSESSMENT>;
  readonly packageName?: string;
  readonly packageSha256?: string;
  readonly evaluation?: string;
  /** References by kind. */
  readonly permits: { readonly [Kind in "change" | "access"]?: string };
  readonly stages: readonly { readonly at: string; readonly stage: string; readonly vehicles: number }[];
  /** Counted from the beginning of the campaign, newest last. */
  readonly results: readonly ({ readonly at: string } & Infer<typeof RESULTS>)[];
  /** The results as a page shows them: stored objects have no order of fields. */
  readonly outcomes: readonly string[];
  readonly haltedBy?: string;
  /** How many results were reported when the rollout ended; absent before that, and in filings of the first version. */
  readonly resultsAtEnd?: number;
}

export const EMPTY_OTA: OtaData = { permits: {}, stages: [], results: [], outcomes: [] };

export function extentOfOta({ organisation }: OtaData): Extent {
  return { organisations: organisation === undefined ? [] : [organisation], regions: [], assigned: [] };
}

/** The strictest class that the answers give. */
export function classOf(answers: OtaAnswers): OtaClass {
  if (answers.removesDefect) return "RECALL";
  if (answers.touchesAutomatedDriving) return "ADS";
  return answers.changesParameters ? "PARAM_CHANGE" : "NO_PARAM";
}

/** Kinds of permits that the answers demand; a campaign may need both. */
export function permitsOf(answers: OtaAnswers | undefined): readonly ("change" | "access")[] {
  return [
    ...(answers?.changesParameters === true ? (["change"] as const) : []),
    ...(answers?.touchesAutomatedDriving === true ? (["access"] as const) : []),
  ];
}

export function lacksPermit({ answers, permits }: Pick<OtaData, "answers" | "permits">): boolean {
  return permitsOf(answers).some((kind) => permits[kind] === undefined);
}

/** a defect that only a change of main parameters removes. */
export function stopsSale(answers: OtaAnswers | undefined): boolean {
  return answers?.removesDefect === true && answers.changesParameters;
}

export function failsOften({ succeeded, failed }: Pick<Infer<typeof RESULTS>, "succeeded" | "failed">): boolean {
  const tried = succeeded + failed;
  return tried > 0 && (failed / tried) * 100 > FAILURE_SHARE.percent;
}

/** Whoever finishes reads which vehicles stay as they are; those of a recall stay in its scope. */
export function leftRemarks({ targeted = 0, results, answers }: OtaData): readonly Text[] {
  const { succeeded = 0, failed = 0, refused = 0 } = results.at(-1) ?? {};
  const left = targeted - succeeded;
  if (left <= 0) return [];
  return [
    {
      en: `${left} of ${targeted} vehicles are without the update by the last report (failed ${failed}, refused ${refused})`,
      zh: `按最近一次报告，${targeted} 辆中尚有 ${left} 辆未完成升级（失败 ${failed} 辆、用户拒绝 ${refused} 辆）`,
    },
    ...(answers?.removesDefect === true
      ? [
          {
            en: "The update removes a defect: these vehicles stay under recall, and the file of the recall goes on",
            zh: "本次升级用于消除缺陷：上述车辆仍在召回范围内，召回案件继续办理",
          },
        ]
      : []),
  ];
}
