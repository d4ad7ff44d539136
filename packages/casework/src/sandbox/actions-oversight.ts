/**
 * What the third version of the lifecycle adds: the authority's right to ask and to look, the duty that follows an access
 * permit of driver assistance, and a person who answers for the project inside the authority.
 */
import { ENTERPRISE_ROLES } from "../access/roles.ts";
import { basis } from "../basis.ts";
import { AI_ACT, AS_DEFAULT } from "../sources.ts";
import { actionsFor } from "../lifecycle/definition.ts";
import { EXAMINERS, FILERS, REGULATORS } from "./actions-entry.ts";
import type { SandboxProjectData } from "./data.ts";
import { added } from "./data-review.ts";
import { hasOpen, TESTS_VEHICLES } from "./guards.ts";
import * as review from "./guards-review.ts";
import * as input from "./inputs-oversight.ts";
import { OPEN_STATES, type SandboxFlag, type SandboxState } from "./states.ts";

const action = actionsFor<SandboxState, SandboxFlag, SandboxProjectData>();
const FILED = OPEN_STATES.filter((state) => state !== "DRAFT");
export const INSPECTION = basis("R-6.37", AI_ACT("60(6)", AS_DEFAULT), "F");
const PERMIT = basis("R-1.15", "MIIT and SAMR [2025] no. 45, sandbox item", "S", "2025-02-25");
const COMMISSIONER = basis("R-6.10", "Research on AI sandboxes in China: a sandbox commissioner", "S");

export const OVERSIGHT_ACTIONS = {
  appointCommissioner: action(input.COMMISSIONER, {
    title: { en: "Appoint sandbox commissioner", zh: "指定沙盒专员" },
    from: FILED,
    to: "same",
    roles: REGULATORS,
    basis: COMMISSIONER,
    guards: [review.COMPETENT],
    notifies: [{ to: ENTERPRISE_ROLES }],
    change: ({ input: fields, at }) => ({ commissioner: { ...fields, at } }),
  }),
  requestInformation: action(input.INFORMATION, {
    title: { en: "Demand information", zh: "要求提供信息" },
    from: FILED,
    to: "same",
    roles: EXAMINERS,
    basis: INSPECTION,
    guards: [review.COMPETENT_OR_TECHNICAL],
    notifies: [{ to: ENTERPRISE_ROLES, text: ({ input: { what } }) => ({ en: what, zh: what }) }],
    change: ({ data, input: { what }, id, actor, at }) => ({
      informationRequests: added(data.informationRequests, { id, what, by: actor, at }),
    }),
    effects: [{ kind: "open", obligation: "answerInformation", subject: ({ id }) => id }],
  }),
  answerInformation: action(input.INFORMATION_ANSWER, {
    title: { en: "Give the information", zh: "答复信息要求" },
    from: FILED,
    to: "same",
    roles: FILERS,
    basis: INSPECTION,
    guards: [
      hasOpen("answerInformation", "No information is demanded", "没有待答复的信息要求"),
      {
        code: "openRequest",
        needs: "input",
        text: { en: "There is no open demand of that number", zh: "没有该编号的待答复信息要求" },
        holds: ({ before, input: { duty } }) =>
          before.obligations.some(
            (each) => each.id === duty && each.code === "answerInformation" && each.ended === undefined,
          ),
      },
    ],
    change: ({ before, data, input: { duty, answer }, at }) => {
      const request = before.obligations.find((each) => each.id === duty)?.subject;
      return {
        informationRequests: (data.informationRequests ?? []).map((each) =>
          each.id === request ? { ...each, answer, answeredAt: at } : each,
        ),
      };
    },
    effects: [{ kind: "meet", obligation: "answerInformation", which: ({ input: { duty } }) => duty }],
  }),
  recordInspection: action(input.INSPECTION, {
    title: { en: "Record inspection", zh: "登记检查" },
    from: FILED,
    to: "same",
    roles: EXAMINERS,
    basis: INSPECTION,
    guards: [review.COMPETENT_OR_TECHNICAL],
    change: ({ data, input: fields, actor, at }) => ({
      inspections: added(data.inspections, { ...fields, by: actor, at }),
    }),
  }),
  recordAccessPermit: action(input.PERMIT, {
    title: { en: "Record access permit of driver assistance", zh: "登记组合驾驶辅助准入许可" },
    from: FILED,
    to: "same",
    roles: [...ENTERPRISE_ROLES, ...REGULATORS],
    basis: PERMIT,
    guards: [
      review.COMPETENT_OR_PARTY,
      TESTS_VEHICLES,
      {
        code: "alreadyGranted",
        needs: "input",
        text: { en: "The permit is not granted yet", zh: "许可日期不得晚于当前时间" },
        holds: ({ input: { grantedAt }, at }) => Date.parse(grantedAt) <= at,
      },
    ],
    change: ({ data, input: fields, id }) => ({ accessPermits: added(data.accessPermits, { ...fields, id }) }),
    effects: [
      {
        kind: "open",
        obligation: "deepTestFiling",
        startAt: ({ input: { grantedAt } }) => Date.parse(grantedAt),
        subject: ({ id }) => id,
      },
    ],
  }),
  fileDeepTest: action(input.DEEP_TEST, {
    title: {
      en: "File deep-test plan, risk-assessment plan and preliminary report",
      zh: "提交深度测试方案、风险评估方案和前期测试报告",
    },
    from: FILED,
    to: "same",
    roles: FILERS,
    basis: PERMIT,
    guards: [hasOpen("deepTestFiling", "No access permit waits for its filing", "没有待提交材料的准入许可")],
    change: ({ data, input: fields, at }) => ({ deepTestFilings: added(data.deepTestFilings, { ...fields, at }) }),
    effects: [{ kind: "meet", obligation: "deepTestFiling" }],
  }),
} as const;
