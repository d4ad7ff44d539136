/** Opinions of the departments that issued a programme together with who leads it (8.2): who owes one, who objects, who is missing. */
import { ROLES, type RoleCode } from "../access/roles.ts";
import { momentOf } from "../documents/rows.ts";
import type { Context, Effect, ObligationDefinition } from "../lifecycle/definition.ts";
import type { Text } from "../text.ts";
import type { SandboxProjectData } from "./data.ts";
import type { DepartmentOpinion } from "./data-review.ts";
import type { SandboxFlag, SandboxState } from "./states.ts";

type ProjectContext<Input = never> = Context<SandboxState, SandboxFlag, SandboxProjectData, Input>;
type ProjectEffect = Effect<SandboxState, SandboxFlag, SandboxProjectData, never>;

/** Departments that may have issued a programme together with its lead. */
export const ISSUING_DEPARTMENTS = [
  "SAMR",
  "AI_REGULATOR",
  "MIIT",
  "MOT",
  "MEM",
  "GACC",
  "MPS",
  "CAC",
] as const satisfies readonly RoleCode[];

const dutyOf = (role: RoleCode): string => `opinionOf${role}`;

/** Each department owes its own opinion: one that has given it is not reminded of another's. */
export const OPINION_DUTIES: { readonly [code: string]: ObligationDefinition } = Object.fromEntries(
  ISSUING_DEPARTMENTS.map((role): [string, ObligationDefinition] => [
    dutyOf(role),
    {
      title: { en: `Opinion on the application: ${ROLES[role].title.en}`, zh: `${ROLES[role].title.zh}发表部门意见` },
      bearers: [role],
      deadline: "departmentOpinion",
    },
  ]),
);

/** Asked of every department that issued the programme and has not spoken yet. */
export const OPINIONS_ASKED: readonly ProjectEffect[] = ISSUING_DEPARTMENTS.map((role) => ({
  kind: "open",
  obligation: dutyOf(role),
  amount: ({ data }) => data.terms?.opinionDays ?? 1,
  basis: ({ data }) => data.terms?.bases?.opinion,
  when: ({ data }) => data.terms?.opinionDays !== undefined && missingOpinions(data).includes(role),
}));

export const OPINION_GIVEN: readonly ProjectEffect[] = ISSUING_DEPARTMENTS.map((role) => ({
  kind: "meet",
  obligation: dutyOf(role),
  when: ({ actor }) => actor.role === role,
}));

/** With the decision nobody is asked any more; who speaks later is still heard. */
export const OPINIONS_CLOSED: readonly ProjectEffect[] = ISSUING_DEPARTMENTS.map((role) => ({
  kind: "cancel",
  obligation: dutyOf(role),
}));

const issuing = ({ terms }: SandboxProjectData): readonly RoleCode[] =>
  ISSUING_DEPARTMENTS.filter((role) => terms?.coIssuers.includes(role) === true && !terms.leads.includes(role));

export function lastOpinionOf({ opinions = [] }: SandboxProjectData, role: string): DepartmentOpinion | undefined {
  return opinions.findLast((each) => each.role === role);
}

function missingOpinions(data: SandboxProjectData): readonly RoleCode[] {
  return issuing(data).filter((role) => lastOpinionOf(data, role) === undefined);
}

const join = (roles: readonly RoleCode[]): Text => ({
  en: roles.map((role) => ROLES[role].title.en).join(", "),
  zh: roles.map((role) => ROLES[role].title.zh).join("、"),
});

/** What whoever decides should know of the departments: who objects and why, who has not spoken and until when they may. */
export function opinionRemarks({ data, before, at }: ProjectContext): readonly Text[] {
  const objections = issuing(data).flatMap((role) => {
    const last = lastOpinionOf(data, role);
    return last?.opinion === "object" ? [{ role, reasons: last.reasons }] : [];
  });
  const missing = missingOpinions(data);
  const due = before.obligations.find(
    ({ code, ended }) => ended === undefined && missing.some((role) => code === dutyOf(role)),
  )?.dueAt;
  const [names, until] = [join(missing), due === undefined ? undefined : momentOf(due)];
  const isLate = due !== undefined && at > due;
  return [
    ...objections.map(({ role, reasons }) => ({
      en: `${ROLES[role].title.en} objects: ${reasons}`,
      zh: `${ROLES[role].title.zh}有异议：${reasons}`,
    })),
    ...(missing.length === 0
      ? []
      : [
          {
            en: `No opinion yet: ${names.en}${until === undefined ? "" : isLate ? `; it was due by ${until.en}` : `; time until ${until.en}`}`,
            zh: `尚未发表意见：${names.zh}${until === undefined ? "" : isLate ? `，已于 ${until.zh} 到期` : `，${until.zh} 前发表`}`,
          },
        ]),
  ];
}
