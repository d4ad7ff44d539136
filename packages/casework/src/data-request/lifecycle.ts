/** What a person asks of a maker about its data: deletion within ten working days, or a look at them. */
import { NOTHING } from "../common-inputs.ts";
import type { RoleCode } from "../access/roles.ts";
import { basis, proposal } from "../basis.ts";
import { DATA_BASES } from "../data-security/law.ts";
import { organisationField } from "../fields.ts";
import { actionsFor, type Guard, type Lifecycle } from "../lifecycle/definition.ts";
import { choiceOf, flag, instant, object, text, type Infer } from "../schema.ts";

type State = "RECEIVED" | "VERIFIED" | "DONE" | "REFUSED" | "WITHDRAWN";
type Flag = "LATE";
const MAKERS = ["OEM", "IMPORTER", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const READERS = [...MAKERS, "CAC"] as const satisfies readonly RoleCode[];

/** The regulation (F) gives the right and names no days: the number is ours. */
const QUERY = basis(
  "R-5.54",
  {
    en: "Beijing autonomous vehicle regulation Art. 39; days as proposal",
    zh: "《北京市自动驾驶汽车条例》第三十九条；天数为建议",
  },
  "P",
);
export const REQUEST_KINDS = {
  delete: { en: "Delete", zh: "删除" },
  query: {
    en: "Look up operation, accident or fault data of own use",
    zh: "查询车辆运行、本人使用期间的事故或故障数据",
  },
} as const;

const RECEIPT = object(
  {
    request: choiceOf(REQUEST_KINDS, { en: "Request", zh: "请求" }),
    requester: text({ en: "Reference of the person in the maker's own files", zh: "请求人（企业内部编号）" }, 120),
    what: text({ en: "Which data", zh: "涉及数据" }),
    receivedAt: instant({ en: "Received at", zh: "收到时间" }),
  },
  {
    vehicle: text({ en: "Vehicle", zh: "车辆" }, 64),
    organisation: text({ en: "Maker (entered by the supervisor)", zh: "企业（监管员填写）" }, 120),
  },
);
const VERIFICATION = object({ how: text({ en: "How identity and right were checked", zh: "身份及权利核验方式" }) });
const RESULT = object({
  result: text({ en: "What was deleted or given", zh: "处理结果" }),
  told: flag({ en: "The person was told", zh: "已告知请求人" }),
});
const REFUSAL = object({
  ground: choiceOf(
    {
      identity: { en: "Identity or right not shown", zh: "身份或者权利未能核实" },
      retention: { en: "A rule demands that the data be kept", zh: "法律法规规定的保存期限未届满" },
      other: { en: "Other", zh: "其他" },
    },
    { en: "Ground", zh: "理由类别" },
  ),
  reasons: text({ en: "Reasons", zh: "理由" }),
});

export interface DataRequestData
  extends Partial<Infer<typeof RECEIPT>>, Partial<Infer<typeof VERIFICATION>>, Partial<Infer<typeof RESULT>> {
  readonly ground?: string;
  readonly reasons?: string;
}

const action = actionsFor<State, Flag, DataRequestData>();
const RECEIVED_BEFORE: Guard<State, Flag, DataRequestData, Infer<typeof RECEIPT>> = {
  code: "receivedBefore",
  needs: "input",
  text: { en: "It must have been received before now", zh: "收到时间不得晚于当前时间" },
  holds: ({ input: { receivedAt }, at }) => Date.parse(receivedAt) <= at,
};
const TOLD: Guard<State, Flag, DataRequestData, Infer<typeof RESULT>> = {
  code: "told",
  needs: "input",
  text: { en: "The person must be told of the result", zh: "须将结果告知请求人" },
  holds: ({ input: { told } }) => told,
};

export const DATA_REQUEST: Lifecycle<State, Flag, DataRequestData> = {
  kind: "data-request",
  version: 1,
  title: { en: "Request of a person about its data", zh: "个人数据请求" },
  object: "importantDataReport",
  initial: "RECEIVED",
  stages: [
    { code: "receipt", title: { en: "Receipt", zh: "受理" } },
    { code: "end", title: { en: "End", zh: "结束" } },
  ],
  states: {
    RECEIVED: { stage: "receipt", title: { en: "Received", zh: "已收到" } },
    VERIFIED: { stage: "receipt", title: { en: "Person verified", zh: "已核验身份" } },
    DONE: { stage: "end", title: { en: "Done", zh: "已办理" }, end: "final" },
    REFUSED: { stage: "end", title: { en: "Refused", zh: "已拒绝" }, end: "final" },
    WITHDRAWN: { stage: "end", title: { en: "Withdrawn", zh: "已撤回" }, end: "final" },
  },
  flags: { LATE: { en: "Not answered in time", zh: "逾期未办理" } },
  actions: {
    receiveRequest: action(RECEIPT, {
      title: { en: "Record a request", zh: "登记个人请求" },
      from: "nothing",
      to: "RECEIVED",
      roles: MAKERS,
      basis: DATA_BASES.deletion,
      guards: [RECEIVED_BEFORE],
      change: ({ input: fields, actor: { organisation = fields.organisation } }) => ({
        ...fields,
        ...(organisation === undefined ? {} : { organisation }),
      }),
      // From the request, not from its record: who enters it late has less time.
      effects: [
        {
          kind: "open",
          obligation: "answerRequest",
          deadline: ({ input: { request } }) => (request === "delete" ? "deleteData" : "showData"),
          startAt: ({ input: { receivedAt } }) => Date.parse(receivedAt),
        },
      ],
    }),
    verifyPerson: action(VERIFICATION, {
      title: { en: "Verify the person", zh: "核验身份" },
      from: ["RECEIVED"],
      to: "VERIFIED",
      roles: MAKERS,
      basis: proposal("R-5.43"),
      change: ({ input: fields }) => fields,
    }),
    completeRequest: action(RESULT, {
      title: { en: "Record the result", zh: "登记办理结果" },
      from: ["VERIFIED"],
      to: "DONE",
      roles: MAKERS,
      basis: DATA_BASES.deletion,
      guards: [TOLD],
      change: ({ input: fields }) => fields,
      effects: [{ kind: "meet", obligation: "answerRequest" }],
    }),
    refuseRequest: action(REFUSAL, {
      title: { en: "Refuse with reasons", zh: "说明理由后拒绝" },
      from: ["RECEIVED", "VERIFIED"],
      to: "REFUSED",
      roles: MAKERS,
      basis: DATA_BASES.deletion,
      change: ({ input: fields }) => fields,
      effects: [{ kind: "meet", obligation: "answerRequest" }],
      notifies: [{ to: ["CAC"] }],
    }),
    withdrawRequest: action(NOTHING, {
      title: { en: "Withdrawn by the person", zh: "请求人撤回" },
      from: ["RECEIVED", "VERIFIED"],
      to: "WITHDRAWN",
      roles: MAKERS,
      basis: proposal("R-5.43"),
      effects: [{ kind: "cancel", obligation: "all" }],
    }),
    markRequestLate: action(NOTHING, {
      title: { en: "Not answered in time", zh: "逾期未办理" },
      from: ["RECEIVED", "VERIFIED"],
      to: "same",
      roles: ["system:clock"],
      basis: DATA_BASES.deletion,
      effects: [{ kind: "raise", flag: "LATE" }],
      notifies: [{ to: ["CAC"], urgent: true }],
    }),
  },
  obligations: {
    answerRequest: {
      title: { en: "Answer the request", zh: "办理个人请求" },
      bearers: ["OEM", "IMPORTER"],
      deadline: "deleteData",
      onOverdue: "markRequestLate",
    },
  },
  documents: {},
  deadlines: {
    deleteData: {
      unit: "workingDay",
      amount: 10,
      from: { en: "the request", zh: "收到请求之日" },
      basis: DATA_BASES.deletion,
    },
    showData: {
      unit: "workingDay",
      amount: 15,
      from: { en: "the request", zh: "收到请求之日" },
      basis: QUERY,
    },
  },
  fields: {
    organisation: organisationField({ en: "Maker", zh: "企业" }),
    request: { title: { en: "Request", zh: "请求" }, shape: "choice", choices: REQUEST_KINDS },
    requester: { title: { en: "Person", zh: "请求人" }, readers: READERS },
    what: { title: { en: "Which data", zh: "涉及数据" }, shape: "longText", readers: READERS },
    vehicle: { title: { en: "Vehicle", zh: "车辆" }, shape: "vehicle", readers: READERS },
    receivedAt: { title: { en: "Received at", zh: "收到时间" }, shape: "instant" },
    how: { title: { en: "Verified by", zh: "核验方式" }, readers: READERS },
    result: { title: { en: "Result", zh: "处理结果" }, shape: "longText", readers: READERS },
    reasons: { title: { en: "Reasons of the refusal", zh: "拒绝理由" }, shape: "longText" },
  },
  empty: {},
  extentOf: ({ organisation }) => ({
    organisations: organisation === undefined ? [] : [organisation],
    regions: [],
    assigned: [],
  }),
};
