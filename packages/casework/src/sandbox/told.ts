/** Who learns of a step in a sandbox project without getting a duty from it. */
import { ENTERPRISE_ROLES, ROLES, type RoleCode } from "../access/roles.ts";
import type { Context } from "../lifecycle/definition.ts";
import type { Infer } from "../schema.ts";
import type { Text } from "../text.ts";
import type { SandboxProjectData } from "./data.ts";
import type { OPINION } from "./inputs-review.ts";
import { OPINIONS } from "./names.ts";
import type { SandboxFlag, SandboxState } from "./states.ts";

/** What an authority decided about their project; what it decides with a duty tells its bearers already. */
export const PARTIES_TOLD = [{ to: ENTERPRISE_ROLES }] as const;
/** What stops or ends a test is not held back for a digest. */
export const PARTIES_TOLD_AT_ONCE = [{ to: ENTERPRISE_ROLES, urgent: true }] as const;
/** What the parties do that waits for the authority or changes what it agreed to. */
export const AUTHORITY_TOLD = [
  { to: ["SAMR", "MIIT", "AI_REGULATOR"] as const satisfies readonly RoleCode[] },
] as const;

/** Who judges what came of the test: the authority, its technical centre, and the experts that are assigned. */
export const FINAL_REPORT_TOLD = [
  ...AUTHORITY_TOLD,
  {
    to: ["RECALL_CENTER", "EXPERT"] as const satisfies readonly RoleCode[],
    text: () => ({
      en: "The final report is here: declare your interest, then vote on the final evaluation",
      zh: "已收到总结报告：请先声明利益关系，再对最终评估表决",
    }),
  },
] as const;

interface NamesParties {
  readonly parties?: readonly { readonly organisation: string }[];
}
type Naming = Context<SandboxState, SandboxFlag, SandboxProjectData, NamesParties>;

/** Nobody takes part without having said so, and nobody can say so who does not know. */
export const NAMED_TOLD = [
  {
    to: ENTERPRISE_ROLES,
    text: () => ({
      en: "A further party is named in the application; it takes part once it has joined",
      zh: "申请中新增其他参与方，须由该单位确认参加",
    }),
    when: ({ data, input: { parties = [] } }: Naming): boolean =>
      parties.some(({ organisation }) => !data.parties?.some((known) => known.organisation === organisation)),
  },
] as const;

type Opinion = Context<SandboxState, SandboxFlag, SandboxProjectData, Infer<typeof OPINION>>;
const opinionText = ({ actor, input: { opinion, reasons } }: Opinion): Text => {
  const [name, said] = [ROLES[actor.role].title, OPINIONS[opinion]];
  return { en: `${name.en}: ${said.en}. ${reasons}`, zh: `${name.zh}：${said.zh}。${reasons}` };
};

/** Who leads must answer an objection before it admits: it learns of that at once, of the other opinions in its own time. */
export const OPINION_TOLD = [
  {
    to: AUTHORITY_TOLD[0].to,
    urgent: true,
    text: opinionText,
    when: ({ input }: Opinion) => input.opinion === "object",
  },
  { to: AUTHORITY_TOLD[0].to, text: opinionText, when: ({ input }: Opinion) => input.opinion !== "object" },
] as const;
