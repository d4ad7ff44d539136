/** What an accident says of each report: owed by when, sent already, or not owed and why (R-4.1 ff.). */
import { inGroups, REPORT_GROUPS, type Offer } from "../lifecycle/offer.ts";
import type { Text } from "../text.ts";
import { limitOf, type ReportRecord } from "./data.ts";
import type { AccidentContext } from "./guards.ts";
import { REPORT_CODES, REPORTS, type ReportCode, type ReportDefinition } from "./reports.ts";

const WAITING: Text = { en: "Waiting for an answer", zh: "待答复" };
const NOTHING_TO_ANSWER: Text = { en: "Nothing to answer", zh: "无须答复" };
const GROUPS = [...Object.values(REPORT_GROUPS), WAITING, NOTHING_TO_ANSWER];

export const ANSWERS: { readonly [Status in ReportRecord["status"]]: Text } = {
  submitted: { en: "not answered yet", zh: "尚未答复" },
  accepted: { en: "accepted", zh: "已接收" },
  returned: { en: "returned", zh: "已退回" },
};

/** For who reports: what is owed first, the nearest due time on top; the limit of each by the facts as they are. */
export function reportsOffered({ before, data }: AccidentContext): readonly Offer[] {
  const duty = (code: ReportCode) => before.obligations.find((each) => each.code === code && each.ended === undefined);
  const due = ({ code }: Offer): number => duty(code as ReportCode)?.dueAt ?? 0;
  const offers = REPORT_CODES.map((code): Offer => {
    const open = duty(code);
    const record = data.reports[code];
    const limit = { code, deadline: open?.deadline ?? limitOf(data, code) };
    if (open !== undefined)
      return {
        ...limit,
        isOpen: true,
        group: REPORT_GROUPS.owed,
        duty: open.id,
        ...(record === undefined ? {} : { note: stateOf(record) }),
      };
    if (record !== undefined) return { ...limit, isOpen: false, group: REPORT_GROUPS.sent, note: stateOf(record) };
    return { ...limit, isOpen: false, group: REPORT_GROUPS.notOwed, note: REPORTS[code].notOwed };
  });
  return inGroups(
    offers.toSorted((one, other) => due(one) - due(other)),
    GROUPS,
  );
}

/** For the authority: the reports of its own track that wait for it first. */
export function answersOffered({ data, actor }: AccidentContext): readonly Offer[] {
  return inGroups(
    REPORT_CODES.map((code): Offer => {
      const record = data.reports[code];
      const { authorities }: ReportDefinition = REPORTS[code];
      if (record === undefined)
        return { code, isOpen: false, group: NOTHING_TO_ANSWER, note: { en: "It was not sent", zh: "尚未报送" } };
      if (!authorities.includes(actor.role))
        return {
          code,
          isOpen: false,
          group: NOTHING_TO_ANSWER,
          note: { en: "Another authority answers it", zh: "由其他部门答复" },
        };
      const isOpen = record.status === "submitted";
      return { code, isOpen, group: isOpen ? WAITING : NOTHING_TO_ANSWER, note: stateOf(record) };
    }),
    GROUPS,
  );
}

function stateOf({ reference, status, reasons }: ReportRecord): Text {
  const { en, zh } = ANSWERS[status];
  const why = status === "returned" && reasons !== undefined ? reasons : undefined;
  return {
    en: `Sent as ${reference}, ${en}${why === undefined ? "" : `: ${why}`}`,
    zh: `报送编号 ${reference}，${zh}${why === undefined ? "" : `：${why}`}`,
  };
}
