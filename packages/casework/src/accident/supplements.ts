/**
 * Supplements: the way for facts that change after a report was sent. What was sent, and what the authority said of it, stays
 * as it was; the supplement stands beside it with its day, who sent it and why. No rule that we found names a time for it (P).
 */
import { proposal } from "../basis.ts";
import { inGroups, type Offer } from "../lifecycle/offer.ts";
import type { ObligationDefinition } from "../lifecycle/definition.ts";
import type { DeadlineRule } from "../time/deadline.ts";
import type { Text } from "../text.ts";
import { owes, type AccidentData } from "./data.ts";
import type { AccidentContext } from "./guards.ts";
import { ANSWERS } from "./offers.ts";
import { REPORT_CODES, REPORTS, type ReportCode, type ReportDefinition } from "./reports.ts";

export const SUPPLEMENT_BASIS = proposal("R-4.8");

export const SUPPLEMENT_DEADLINES = {
  supplementReport: {
    unit: "hour",
    amount: 24,
    from: { en: "the correction, or the request for it", zh: "更正事实或者要求补报之时" },
    basis: SUPPLEMENT_BASIS,
  },
} as const satisfies Record<string, DeadlineRule>;

type SupplementDuty = `${ReportCode}Supplement`;
export const dutyOf = (code: ReportCode): SupplementDuty => `${code}Supplement`;

export const SUPPLEMENT_DUTIES = Object.fromEntries(
  REPORT_CODES.map((code): [string, ObligationDefinition] => {
    const { title, authorities } = REPORTS[code];
    return [
      dutyOf(code),
      {
        title: { en: `Supplement: ${title.en}`, zh: `补报：${title.zh}` },
        bearers: ["OEM", "IMPORTER"],
        deadline: "supplementReport",
        escalation: [
          { code: "authority", when: "after", unit: "hour", amount: 1, notify: authorities, basis: SUPPLEMENT_BASIS },
        ],
      },
    ];
  }),
);

/** The report of the same track that comes after it, and takes up what changed before it is sent. */
const FOLLOWED_BY: { readonly [Code in ReportCode]?: ReportCode } = {
  samrBasic: "samrFull",
  eidcBasic: "eidcDetail",
  eidcDetail: "eidcAnalysis",
};

/** It was sent and not returned: what changes now is no longer in it. */
export function wasSent({ reports }: AccidentData, code: ReportCode): boolean {
  const record = reports[code];
  return record !== undefined && record.status !== "returned";
}

/** Whether changed facts owe a supplement of this report: the last of its track, once it was sent. */
export function owesSupplement(data: AccidentData, code: ReportCode): boolean {
  const next = FOLLOWED_BY[code];
  return wasSent(data, code) && (next === undefined || !owes(data, next));
}

export function isSupplementOwed({ before }: Pick<AccidentContext, "before">, code: ReportCode): boolean {
  return before.obligations.some((each) => each.code === dutyOf(code) && each.ended === undefined);
}

/** Whether the authority may ask for a supplement of this report; of what waits for its answer it asks by returning it. */
export function mayBeAskedFor(context: Pick<AccidentContext, "before" | "data" | "actor">, code: ReportCode): boolean {
  const { authorities }: ReportDefinition = REPORTS[code];
  return (
    authorities.includes(context.actor.role) &&
    context.data.reports[code]?.status === "accepted" &&
    !isSupplementOwed(context, code)
  );
}

const OWED: Text = { en: "Supplement owed", zh: "待补报" };
const POSSIBLE: Text = { en: "Can be supplemented", zh: "可补报" };
const MAY_BE_ASKED: Text = { en: "A supplement can be asked for", zh: "可要求补报" };
const NOTHING: Text = { en: "Nothing to supplement", zh: "无可补报" };

/** For who reports: what is owed first. */
export function supplementsOffered(context: AccidentContext): readonly Offer[] {
  const { before, data } = context;
  const offers = REPORT_CODES.map((code): Offer => {
    if (!wasSent(data, code)) return { code, isOpen: false, group: NOTHING, note: unsentOf(data, code) };
    const duty = before.obligations.find((each) => each.code === dutyOf(code) && each.ended === undefined);
    const note = sentOf(data, code);
    if (duty === undefined) return { code, isOpen: true, group: POSSIBLE, note };
    return { code, isOpen: true, group: OWED, note, deadline: duty.deadline, duty: duty.id };
  });
  return inGroups(offers, [OWED, POSSIBLE, NOTHING]);
}

/** For the authority: the accepted reports of its own track. */
export function requestsOffered(context: AccidentContext): readonly Offer[] {
  const { data, actor } = context;
  const offers = REPORT_CODES.map((code): Offer => {
    const { authorities }: ReportDefinition = REPORTS[code];
    if (data.reports[code]?.status !== "accepted")
      return {
        code,
        isOpen: false,
        group: NOTHING,
        note: wasSent(data, code) ? NOT_ANSWERED : unsentOf(data, code),
      };
    if (!authorities.includes(actor.role)) return { code, isOpen: false, group: NOTHING, note: ANOTHER_AUTHORITY };
    if (isSupplementOwed(context, code)) return { code, isOpen: false, group: OWED, note: sentOf(data, code) };
    return { code, isOpen: true, group: MAY_BE_ASKED, note: sentOf(data, code) };
  });
  return inGroups(offers, [MAY_BE_ASKED, OWED, NOTHING]);
}

const NOT_ANSWERED: Text = { en: "Not answered yet: accept or return it", zh: "尚未答复：请先接收或退回" };
const ANOTHER_AUTHORITY: Text = { en: "Another authority answers it", zh: "由其他部门答复" };

function unsentOf({ reports }: AccidentData, code: ReportCode): Text {
  return reports[code] === undefined
    ? { en: "It was not sent", zh: "尚未报送" }
    : { en: "It was returned and is sent anew", zh: "已被退回，须重新报送" };
}

function sentOf({ reports, supplements = [] }: AccidentData, code: ReportCode): Text {
  const { reference, status } = reports[code]!;
  const { en, zh } = ANSWERS[status];
  const count = supplements.filter(({ report }) => report === code).length;
  return {
    en: `Sent as ${reference}, ${en}${count === 0 ? "" : `; supplements: ${count}`}`,
    zh: `报送编号 ${reference}，${zh}${count === 0 ? "" : `；已补报 ${count} 次`}`,
  };
}
