/** Extensions of a test: how often and how long the programme allows them, and what is asked for. */
import { CERTAINTIES, proposal } from "../basis.ts";
import { momentOf } from "../documents/rows.ts";
import type { Context } from "../lifecycle/definition.ts";
import type { Text } from "../text.ts";
import { DEADLINES } from "../time/deadlines.ts";
import type { SandboxProjectData } from "./data.ts";
import type { SandboxFlag, SandboxState } from "./states.ts";

/** Projects that were filed before there were programmes are extended once, by a year at most. */
const WITHOUT_TERMS = { times: 1, months: 12, basis: proposal("R-1.17") };

export function extensionAllowed({ terms }: Pick<SandboxProjectData, "terms">): typeof WITHOUT_TERMS {
  return { ...WITHOUT_TERMS, ...terms?.extension };
}

/** A plan that names no period has the longest that its programme allows. */
export function testMonths({ months, terms }: Pick<SandboxProjectData, "months" | "terms">): number {
  return months ?? (terms?.bases === undefined ? DEADLINES.testPeriod.amount : terms.testMonths);
}

/** What is asked for, what is left, and when the test ends without it. */
export function extensionRemarks({
  data,
  before,
}: Context<SandboxState, SandboxFlag, SandboxProjectData, never>): readonly Text[] {
  const { extensionRequest: request, extensions } = data;
  const months = testMonths(data);
  const { times, months: longest, basis } = extensionAllowed(data);
  const left = Math.max(0, times - extensions);
  const certainty = CERTAINTIES[basis.certainty];
  const ends = before.obligations.find((each) => each.code === "testPeriod" && each.ended === undefined)?.dueAt;
  const end = ends === undefined ? undefined : momentOf(ends);
  return [
    ...(request === undefined
      ? []
      : [
          {
            en: `Asked for: ${request.months} months, because: ${request.reasons}`,
            zh: `申请延长 ${request.months} 个月，理由：${request.reasons}`,
          },
        ]),
    {
      en: `The programme allows ${longest} months at most for each extension; ${left} of ${times} left (${basis.requirement}, ${certainty.en})`,
      zh: `按项目类别规定，每次最长延长 ${longest} 个月，共 ${times} 次，尚余 ${left} 次（${basis.requirement}，${certainty.zh}）`,
    },
    ...(end === undefined
      ? []
      : [
          {
            en: `The test runs for ${months} months now, until ${end.en}`,
            zh: `现测试周期 ${months} 个月，至 ${end.zh}`,
          },
        ]),
  ];
}
