/** Conditions of an OTA filing's actions. None of those that the law sets is skipped by any role. */
import type { LegalBasis } from "../basis.ts";
import type { Context, Guard } from "../lifecycle/definition.ts";
import type { Infer } from "../schema.ts";
import { lacksPermit, permitsOf, type OtaData } from "./data.ts";
import type * as input from "./inputs.ts";
import { OTA_BASES } from "./law.ts";
import type { OtaFlag, OtaState } from "./states.ts";

export type OtaContext<Input = never> = Context<OtaState, OtaFlag, OtaData, Input>;
export type OtaGuard<Input = never> = Guard<OtaState, OtaFlag, OtaData, Input>;

const guard = <Input = never>(
  code: string,
  needs: "state" | "input",
  en: string,
  zh: string,
  holds: (context: OtaContext<Input>) => boolean,
  unskippable?: LegalBasis,
): OtaGuard<Input> => ({
  code,
  needs,
  text: { en, zh },
  holds,
  ...(unskippable === undefined ? {} : { unskippable }),
});

export const IS_ASSESSED = guard(
  "assessed",
  "state",
  "The safety assessment is missing",
  "尚未填写安全技术评估信息表",
  ({ data }) => data.assessment !== undefined,
  OTA_BASES.filing,
);
export const KEEPS_DATA_HOME = guard<Infer<typeof input.ASSESSMENT>>(
  "notAbroad",
  "input",
  "No vehicle may send data straight abroad",
  "车辆不得直接向境外传输数据",
  ({ input: { notDirectlyAbroad } }) => notDirectlyAbroad,
  OTA_BASES.abroad,
);
export const NEEDS_PERMIT: OtaGuard = {
  ...guard(
    "needsPermit",
    "state",
    "By its answers it needs no permit that it lacks",
    "按分类结果无须再取得许可",
    ({ data }) => lacksPermit(data),
  ),
  idle: "notOwed",
};
export const PERMIT_OF_KIND = guard<Infer<typeof input.PERMIT>>(
  "permitOfKind",
  "input",
  "This kind of permit is not needed",
  "不需要该类许可",
  ({ data, input: { kind } }) => permitsOf(data.answers).includes(kind),
);

/** What must be there before the first vehicle gets it. */
export const RELEASE_GUARDS: readonly OtaGuard[] = [
  guard(
    "termOver",
    "state",
    "It is released at the earliest 5 working days after the filing",
    "备案满5个工作日后方可实施升级",
    ({ before, at }) => {
      const due = before.obligations.findLast((each) => each.code === "examine")?.dueAt;
      return due !== undefined && at > due;
    },
    OTA_BASES.filing,
  ),
  guard(
    "permitted",
    "state",
    "The change permit, or the permit for automated driving, is missing",
    "尚未取得变更许可或者自动驾驶准入许可",
    ({ data }) => !lacksPermit(data),
    OTA_BASES.parameters,
  ),
  guard(
    "recallFiled",
    "input",
    "It removes a defect: its recall plan must be filed first",
    "用于消除缺陷的升级属于召回，须先备案召回计划",
    ({ data, facts }) => data.answers?.removesDefect !== true || facts.recallFiled === true,
    OTA_BASES.recall,
  ),
];

/** Whoever reaches more vehicles than were filed files a campaign of that size. */
export const STAGES_FIT = guard<Infer<typeof input.STAGE>>(
  "stagesFit",
  "input",
  "The stages together have more vehicles than the campaign that was filed",
  "各批次车辆数合计超过备案的升级车辆数",
  ({ data, input: { vehicles } }) =>
    data.stages.reduce((sum, stage) => sum + stage.vehicles, vehicles) <= (data.targeted ?? 0),
);
export const RESULTS_FIT = guard<Infer<typeof input.RESULTS>>(
  "resultsFit",
  "input",
  "More vehicles than the campaign has, or fewer than were reported before",
  "车辆数超过升级范围，或者少于此前报告数",
  ({ data, input: { succeeded, failed, refused } }) => {
    const last = data.results.at(-1);
    return succeeded + failed + refused <= (data.targeted ?? 0) && succeeded >= (last?.succeeded ?? 0);
  },
);
export const HAS_RESULTS = guard(
  "hasResults",
  "state",
  "No result was reported",
  "尚未报告升级结果",
  ({ data }) => data.results.length > 0,
);
/** Who watches after the rollout has something to say of it: no rule names for how long, so it is the report that counts. */
export const RESULTS_SINCE_END = guard(
  "resultsSinceEnd",
  "state",
  "No result was reported since the rollout ended",
  "推送完成后尚未报告升级结果",
  ({ data }) => data.results.length > (data.resultsAtEnd ?? 0),
);
const AUTHORITIES: ReadonlySet<string> = new Set(["SAMR", "RECALL_CENTER"]);
export const HALTED_BY_OWN_SIDE = guard(
  "haltedByOwnSide",
  "state",
  "The authority halted it, and lets it go on",
  "由主管部门暂停，须由主管部门恢复",
  ({ data, actor }) => !AUTHORITIES.has(data.haltedBy ?? "") || AUTHORITIES.has(actor.role),
);
