/**
 * Conformity tests (REQUIREMENTS 9.6, R-3.7): the platform of an enterprise first, then each model, under the edition that applies.
 * After a test was passed, the platform counts which vehicles of the model speak another edition.
 */
import type { RoleCode } from "../access/roles.ts";
import { organisationField } from "../fields.ts";
import { actionsFor, type Guard, type Lifecycle } from "../lifecycle/definition.ts";
import { CONFORMITY_BASES, type ConformityTestData, type SpokenEditions } from "./data.ts";
import * as input from "./inputs.ts";

type State = "REGISTERED" | "TESTING" | "PASSED" | "FAILED" | "WITHDRAWN";
type Flag = "OTHER_EDITION";
const action = actionsFor<State, Flag, ConformityTestData>();

const MAKERS = ["OEM", "IMPORTER", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const TESTERS = ["NAT_PLATFORM", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];

/** Whether the platform of the enterprise has passed is established by the server; a platform needs nothing before it. */
const PLATFORM_FIRST: Guard<State, Flag, ConformityTestData, never> = {
  code: "platformFirst",
  needs: "input",
  text: { en: "The platform of the enterprise has not passed its test", zh: "企业平台尚未通过平台符合性检测" },
  holds: ({ facts: { platformPassed } }) => platformPassed !== false,
};
const spokenIn = (facts: { readonly [key: string]: unknown }): SpokenEditions | undefined =>
  facts["spoken"] as SpokenEditions | undefined;

export const CONFORMITY_TEST: Lifecycle<State, Flag, ConformityTestData> = {
  kind: "conformity-test",
  version: 1,
  title: { en: "Conformity test", zh: "符合性检测" },
  object: "platformEvaluation",
  initial: "REGISTERED",
  stages: [
    { code: "test", title: { en: "Test", zh: "检测" } },
    { code: "result", title: { en: "Result", zh: "结果" } },
  ],
  states: {
    REGISTERED: { stage: "test", title: { en: "Registered", zh: "已登记" } },
    TESTING: { stage: "test", title: { en: "Being tested", zh: "检测中" } },
    FAILED: { stage: "result", title: { en: "Failed", zh: "未通过" } },
    PASSED: { stage: "result", title: { en: "Passed", zh: "已通过" } },
    WITHDRAWN: { stage: "result", title: { en: "Withdrawn", zh: "已撤销" }, end: "final" },
  },
  flags: { OTHER_EDITION: { en: "Vehicles speak another edition", zh: "有车辆使用其他标准版本" } },
  actions: {
    registerConformity: action(input.REGISTRATION, {
      title: { en: "Register for the test", zh: "登记检测" },
      from: "nothing",
      to: "REGISTERED",
      roles: MAKERS,
      basis: CONFORMITY_BASES.tests,
      change: ({ input: { organisation, ...fields }, actor }) => ({
        ...fields,
        organisation: actor.organisation ?? organisation ?? "",
      }),
      notifies: [{ to: ["NAT_PLATFORM"] }],
    }),
    startConformity: action(input.NOTHING, {
      title: { en: "Start the test", zh: "开始检测" },
      from: ["REGISTERED", "FAILED"],
      to: "TESTING",
      roles: TESTERS,
      basis: CONFORMITY_BASES.tests,
      guards: [PLATFORM_FIRST],
    }),
    recordConformity: action(input.OUTCOME, {
      title: { en: "Record the result", zh: "登记检测结果" },
      from: ["TESTING"],
      to: ["PASSED", "FAILED"],
      choose: ({ input: { passed } }) => (passed ? "PASSED" : "FAILED"),
      roles: TESTERS,
      basis: CONFORMITY_BASES.tests,
      change: ({ input: outcome }) => outcome,
      notifies: [{ to: ["OEM", "IMPORTER"] }],
    }),
    countEditions: action(input.NOTHING, {
      title: { en: "Compare what the vehicles speak", zh: "核对车辆实际使用版本" },
      from: ["PASSED"],
      to: "same",
      roles: [...TESTERS, "OEM", "IMPORTER", "EIDC", "MIIT"],
      basis: CONFORMITY_BASES.edition,
      change: ({ facts }) => {
        const spoken = spokenIn(facts);
        return spoken === undefined ? {} : { spoken };
      },
      effects: [
        { kind: "raise", flag: "OTHER_EDITION", when: ({ facts }) => (spokenIn(facts)?.other ?? 0) > 0 },
        { kind: "lower", flag: "OTHER_EDITION", when: ({ facts }) => spokenIn(facts)?.other === 0 },
      ],
    }),
    withdrawConformity: action(input.WITH_REASONS, {
      title: { en: "Withdraw", zh: "撤销" },
      from: ["REGISTERED", "TESTING", "FAILED", "PASSED"],
      to: "WITHDRAWN",
      roles: TESTERS,
      basis: CONFORMITY_BASES.lifecycle,
      notifies: [{ to: ["OEM", "IMPORTER", "EIDC"], urgent: true }],
    }),
  },
  obligations: {},
  documents: {},
  fields: {
    organisation: organisationField({ en: "Maker", zh: "企业" }),
    subject: {
      title: { en: "What is tested", zh: "检测对象" },
      shape: "choice",
      choices: input.REGISTRATION.properties.subject["x-choices"]!,
    },
    name: { title: { en: "Platform or model", zh: "平台或车型" } },
    edition: {
      title: { en: "Edition that applies", zh: "适用标准版本" },
      shape: "choice",
      choices: input.REGISTRATION.properties.edition["x-choices"]!,
    },
    report: { title: { en: "Test report", zh: "检测报告编号" } },
    findings: { title: { en: "Findings", zh: "检测情况" }, shape: "longText" },
    "spoken.applicable": { title: { en: "Vehicles that speak it", zh: "使用适用版本的车辆" }, shape: "number" },
    "spoken.other": { title: { en: "Vehicles that speak another", zh: "使用其他版本的车辆" }, shape: "number" },
  },
  empty: {},
  extentOf: ({ organisation }) => ({
    organisations: organisation === undefined || organisation === "" ? [] : [organisation],
    regions: [],
    assigned: [],
  }),
};
