/** Conditions of what supplements of reports need. */
import type { Infer } from "../schema.ts";
import type { AccidentData } from "./data.ts";
import { guard } from "./guards.ts";
import * as input from "./inputs.ts";
import { REPORT_CODES, type ReportCode } from "./reports.ts";
import { isSupplementOwed, mayBeAskedFor, wasSent } from "./supplements.ts";

type Correction = Infer<typeof input.CORRECT>;
type FactField = Exclude<keyof Correction, "reasons">;
export const FACT_FIELDS = Object.keys(input.CORRECT.properties).filter(
  (name) => name !== "reasons",
) as readonly FactField[];

/** Names of the fields of a correction that say something else than the case does. */
export function changedFacts(data: AccidentData, facts: Omit<Correction, "reasons">): readonly FactField[] {
  return FACT_FIELDS.filter((name) => facts[name] !== undefined && facts[name] !== data[name]);
}

export const CHANGES_FACTS = guard<Correction>(
  "changesFacts",
  "input",
  "Nothing differs from what the case says already",
  "与案件已登记的事实无差异",
  ({ data, input: facts }) => changedFacts(data, facts).length > 0,
);
export const ANY_REPORT_SENT = guard(
  "anySent",
  "state",
  "No report was sent that stands",
  "没有已报送且未被退回的报告",
  ({ data }) => REPORT_CODES.some((code) => wasSent(data, code)),
);
export const REPORT_SENT = guard<{ readonly report: ReportCode }>(
  "sent",
  "input",
  "This report was not sent, or it was returned: it is sent itself",
  "该报告尚未报送或已被退回，应直接报送",
  ({ data, input: { report } }) => wasSent(data, report),
);
export const SUPPLEMENTED_AFTER = guard<Infer<typeof input.SUPPLEMENT>>(
  "supplementedAfter",
  "input",
  "It must have been sent between the report and now",
  "补报时间须在原报告报送之后、当前时间之前",
  ({ input: { report, submittedAt }, data, at }) =>
    submittedAt === undefined ||
    (Date.parse(submittedAt) <= at && Date.parse(submittedAt) >= (data.reports[report]?.submittedAt ?? at)),
);
export const ANY_TO_ASK_FOR = guard(
  "anyAccepted",
  "state",
  "No accepted report of your track is without an open supplement",
  "您负责的渠道没有可要求补报的已接收报告",
  (context) => REPORT_CODES.some((code) => mayBeAskedFor(context, code)),
);
export const TO_ASK_FOR = guard<{ readonly report: ReportCode }>(
  "accepted",
  "input",
  "Only an accepted report of your own track is supplemented on request, once at a time",
  "仅可要求补报本渠道已接收且无待补报义务的报告",
  (context) => mayBeAskedFor(context, context.input.report),
);
export const SUPPLEMENTS_DONE = guard(
  "supplementsDone",
  "state",
  "A supplement is still owed",
  "仍有未完成的补报",
  (context) => REPORT_CODES.every((code) => !isSupplementOwed(context, code)),
);
