/** How far a plan is from being agreed: said to whoever edits or signs it, before the other side finds out. */
import type { Context } from "../lifecycle/definition.ts";
import type { Text } from "../text.ts";
import type { SandboxProjectData } from "./data.ts";
import { PLAN_COMPLETE, SIGNED_BY_ENTERPRISE } from "./guards.ts";
import { PLAN_OF_PROGRAMME } from "./guards-review.ts";
import type { SandboxFlag, SandboxState } from "./states.ts";

type ProjectContext = Context<SandboxState, SandboxFlag, SandboxProjectData, never>;

/** What the stored plan lacks for the authority's signature, and whose signature it has. */
export function planRemarks(context: ProjectContext): readonly Text[] {
  const lacking = [...PLAN_COMPLETE, ...PLAN_OF_PROGRAMME].filter((guard) => !guard.holds(context));
  const isSigned = SIGNED_BY_ENTERPRISE.holds(context);
  if (lacking.length === 0)
    return isSigned
      ? [
          {
            en: "The enterprise has signed this text; the authority signs next. A change needs a new signature",
            zh: "企业已签署当前文本，待主管部门签署；如再修改，须重新签署",
          },
        ]
      : [];
  const texts = lacking.map(({ text }) => text);
  return [
    {
      en: `As the plan stands, the authority cannot sign it yet: ${texts.map(({ en }) => en).join("; ")}`,
      zh: `按目前已保存的方案，主管部门尚不能签署：${texts.map(({ zh }) => zh).join("；")}`,
    },
  ];
}
