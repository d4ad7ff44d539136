/** One result of a project on its way to use by others: proposed, reviewed, adopted, published; each on its own. */
import { REASONS } from "../common-inputs.ts";
import type { Extent } from "../access/extent.ts";
import { ENTERPRISE_ROLES } from "../access/roles.ts";
import { basis, BASES, proposal } from "../basis.ts";
import { actionsFor, type Lifecycle } from "../lifecycle/definition.ts";
import { caseOf, choiceOf, list, named, object, pattern, text, type Infer } from "../schema.ts";
import { EXAMINERS, REGULATORS } from "./actions-entry.ts";
import { competent, departmentsIn, extentOfProgramme, type Departments } from "./departments.ts";
import { RESULT_KINDS } from "./names.ts";

const SEED = basis("R-6.9", "Outlook new era article on AI sandboxes, 2026-04-30", "F");

const OPEN = object(
  {
    title: text({ en: "Result", zh: "成果" }, 200),
    kind: choiceOf(RESULT_KINDS, { en: "Promoted as", zh: "推广形式" }),
    project: caseOf(["sandbox-project"], { en: "Project", zh: "项目" }),
    organisations: list(named("organisation", text(undefined, 120)), { en: "Parties", zh: "参与单位" }, 0, 100),
  },
  {
    summary: text({ en: "Summary", zh: "摘要" }, 20_000),
    findings: list(text(undefined, 64), { en: "Findings", zh: "触发结果" }, 0, 100),
  },
);
const REVIEW = object({ body: text({ en: "Reviewed by (committee, body)", zh: "审查机构" }, 200) });
const ADOPT = object({
  reference: text({ en: "Reference (plan or file number)", zh: "立项或文件编号" }, 200),
  reasons: REASONS,
});
const PUBLISH = object(
  { reference: text({ en: "Reference of what was published", zh: "发布文件编号" }, 200) },
  { sha256: pattern("^[0-9a-f]{64}$", { en: "SHA-256", zh: "SHA-256" }) },
);
const REJECT = object({ reasons: REASONS });

export type ResultState = "PROPOSED" | "IN_REVIEW" | "ADOPTED" | "PUBLISHED" | "REJECTED";
export interface ResultData extends Partial<Infer<typeof OPEN>> {
  /** Of the project's programme. */
  readonly departments?: Departments;
  readonly body?: string;
  readonly reference?: string;
}
const extentOf = ({ organisations = [], departments }: ResultData): Extent => ({
  organisations,
  assigned: [],
  ...extentOfProgramme(departments),
});
const COMPETENT = competent<ResultState, never, ResultData>(extentOf);
const COMPETENT_OR_TECHNICAL = competent<ResultState, never, ResultData>(extentOf, "RECALL_CENTER");

const action = actionsFor<ResultState, never, ResultData>();

export const SANDBOX_RESULT: Lifecycle<ResultState, never, ResultData> = {
  kind: "sandbox-result",
  version: 1,
  title: { en: "Result of a sandbox project", zh: "沙盒成果推广" },
  object: "sandboxApplication",
  initial: "PROPOSED",
  stages: [
    { code: "proposal", title: { en: "Proposal", zh: "提出" } },
    { code: "review", title: { en: "Review", zh: "审查" } },
    { code: "use", title: { en: "Use", zh: "应用" } },
  ],
  states: {
    PROPOSED: { stage: "proposal", title: { en: "Proposed", zh: "已提出" } },
    IN_REVIEW: { stage: "review", title: { en: "In review", zh: "审查中" } },
    ADOPTED: { stage: "use", title: { en: "Adopted", zh: "已采纳" } },
    PUBLISHED: { stage: "use", title: { en: "Published", zh: "已发布" }, end: "final" },
    REJECTED: { stage: "use", title: { en: "Not adopted", zh: "未采纳" }, end: "final" },
  },
  flags: {},
  actions: {
    openResult: action(OPEN, {
      title: { en: "Propose result", zh: "提出成果" },
      from: "nothing",
      to: "PROPOSED",
      roles: REGULATORS,
      basis: SEED,
      change: ({ input, facts }) => {
        const departments = departmentsIn(facts);
        return { ...input, ...(departments === undefined ? {} : { departments }) };
      },
      effects: [{ kind: "open", obligation: "reviewResult" }],
    }),
    describe: action(object({ summary: text({ en: "Summary", zh: "摘要" }, 20_000) }), {
      title: { en: "Describe result", zh: "补充说明" },
      from: ["PROPOSED", "IN_REVIEW"],
      to: "same",
      roles: [...ENTERPRISE_ROLES, ...EXAMINERS],
      basis: SEED,
      guards: [competent(extentOf, ...ENTERPRISE_ROLES, "RECALL_CENTER")],
      change: ({ input: { summary } }) => ({ summary }),
    }),
    startReview: action(REVIEW, {
      title: { en: "Start review", zh: "启动审查" },
      from: ["PROPOSED"],
      to: "IN_REVIEW",
      roles: EXAMINERS,
      basis: basis("R-1.16", "MIIT and SAMR [2025] no. 45", "S", "2025-02-25"),
      guards: [COMPETENT_OR_TECHNICAL],
      change: ({ input: { body } }) => ({ body }),
    }),
    adopt: action(ADOPT, {
      title: { en: "Adopt", zh: "采纳" },
      from: ["IN_REVIEW"],
      to: "ADOPTED",
      roles: REGULATORS,
      basis: SEED,
      guards: [COMPETENT],
      change: ({ input: { reference } }) => ({ reference }),
      effects: [{ kind: "meet", obligation: "reviewResult" }],
    }),
    publish: action(PUBLISH, {
      title: { en: "Publish", zh: "发布" },
      from: ["ADOPTED"],
      to: "PUBLISHED",
      roles: REGULATORS,
      basis: BASES.exitKinds,
      guards: [COMPETENT],
      change: ({ input: { reference } }) => ({ reference }),
    }),
    reject: action(REJECT, {
      title: { en: "Do not adopt", zh: "不予采纳" },
      from: ["PROPOSED", "IN_REVIEW", "ADOPTED"],
      to: "REJECTED",
      roles: REGULATORS,
      basis: SEED,
      guards: [COMPETENT],
      effects: [{ kind: "cancel", obligation: "all" }],
    }),
  },
  obligations: {
    reviewResult: { title: { en: "Review the result", zh: "审查成果" }, bearers: EXAMINERS, deadline: "reviewResult" },
  },
  documents: {},
  deadlines: {
    reviewResult: {
      unit: "month",
      amount: 6,
      from: { en: "the proposal", zh: "提出之日" },
      basis: proposal("R-6.9"),
    },
  },
  fields: {
    project: { title: { en: "Project", zh: "项目" }, shape: "case" },
    kind: { title: { en: "Promoted as", zh: "推广形式" }, shape: "choice", choices: RESULT_KINDS },
    summary: { title: { en: "Summary", zh: "摘要" }, shape: "longText" },
    body: { title: { en: "Reviewed by", zh: "审查机构" } },
    reference: { title: { en: "Reference", zh: "编号" } },
    findings: { title: { en: "Findings", zh: "触发结果" }, shape: "list" },
  },
  empty: {},
  extentOf,
};
