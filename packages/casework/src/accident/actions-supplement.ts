/** What the second version of the accident case adds: facts are corrected with what follows for reports that were sent. */
import type { RoleCode } from "../access/roles.ts";
import { actionsFor, type ActionDefinition, type Effect } from "../lifecycle/definition.ts";
import type { Infer } from "../schema.ts";
import { dateOf, dayOf } from "../time/shanghai.ts";
import { ACCIDENT_ACTIONS, ANSWERING, LIVE, PRODUCERS } from "./actions.ts";
import { sentAt, type AccidentData } from "./data.ts";
import * as guard from "./guards.ts";
import * as supplement from "./guards-supplement.ts";
import * as input from "./inputs.ts";
import { REPORT_CODES, REPORTS, type ReportCode } from "./reports.ts";
import type { AccidentFlag, AccidentState } from "./states.ts";
import {
  dutyOf,
  isSupplementOwed,
  owesSupplement,
  requestsOffered,
  SUPPLEMENT_BASIS,
  supplementsOffered,
} from "./supplements.ts";

const action = actionsFor<AccidentState, AccidentFlag, AccidentData>();
type AccidentAction = ActionDefinition<AccidentState, AccidentFlag, AccidentData>;
type AccidentEffect<Input> = Effect<AccidentState, AccidentFlag, AccidentData, Input>;

const correct: AccidentAction = {
  ...ACCIDENT_ACTIONS.correct,
  present: ({ data }) => Object.fromEntries(supplement.FACT_FIELDS.map((name) => [name, data[name]])),
  remarks: ({ data }) => {
    const codes = REPORT_CODES.filter((code) => owesSupplement(data, code));
    if (codes.length === 0) return [];
    return [
      {
        en: `Sent already, and to be supplemented after a correction: ${codes.map((code) => REPORTS[code].title.en).join(", ")}`,
        zh: `以下报告已报送，更正后须补报：${codes.map((code) => REPORTS[code].title.zh).join("、")}`,
      },
    ];
  },
  guards: [...ACCIDENT_ACTIONS.correct.guards!, supplement.CHANGES_FACTS],
  effects: [
    ...ACCIDENT_ACTIONS.correct.effects!,
    ...REPORT_CODES.map((code): AccidentEffect<Infer<typeof input.CORRECT>> => ({
      kind: "open",
      obligation: dutyOf(code),
      when: ({ before, data, input: facts }) =>
        owesSupplement(guard.corrected(data, facts), code) && !isSupplementOwed({ before }, code),
    })),
  ] as AccidentAction["effects"] & object,
};

const supplementReport = action(input.SUPPLEMENT, {
  title: { en: "Supplement report", zh: "补报" },
  from: LIVE,
  to: "same",
  roles: PRODUCERS,
  basis: SUPPLEMENT_BASIS,
  guards: [supplement.ANY_REPORT_SENT, supplement.REPORT_SENT, supplement.SUPPLEMENTED_AFTER],
  offers: { report: supplementsOffered },
  change: ({ data, input: sent, actor, at }) => {
    const { report, reference, what, reasons } = sent;
    const day = dateOf(dayOf(sentAt({ input: sent, at })));
    return { supplements: [...(data.supplements ?? []), { report, day, reference, what, reasons, by: actor }] };
  },
  effects: REPORT_CODES.map((code): AccidentEffect<Infer<typeof input.SUPPLEMENT>> => ({
    kind: "meet",
    obligation: dutyOf(code),
    when: ({ input: { report } }) => report === code,
    at: sentAt,
  })),
  notifies: REPORT_CODES.map((code) => ({
    to: REPORTS[code].authorities as readonly RoleCode[],
    urgent: true,
    when: ({ input: { report } }: { readonly input: { readonly report: ReportCode } }) => report === code,
    text: ({ input: { what } }: { readonly input: { readonly what: string } }) => ({
      en: `Supplement (${REPORTS[code].title.en}): ${what}`,
      zh: `补报（${REPORTS[code].title.zh}）：${what}`,
    }),
  })),
  summary: ({ what }) => ({ en: what, zh: what }),
});

const requestSupplement = action(input.REQUEST_SUPPLEMENT, {
  title: { en: "Ask for a supplement", zh: "要求补报" },
  from: LIVE,
  to: "same",
  roles: ANSWERING,
  basis: SUPPLEMENT_BASIS,
  guards: [supplement.ANY_TO_ASK_FOR, supplement.TO_ASK_FOR],
  offers: { report: requestsOffered },
  effects: REPORT_CODES.map((code): AccidentEffect<Infer<typeof input.REQUEST_SUPPLEMENT>> => ({
    kind: "open",
    obligation: dutyOf(code),
    when: ({ input: { report } }) => report === code,
  })),
  notifies: [
    {
      to: ["OEM", "IMPORTER"],
      urgent: true,
      text: ({ input: { report, reasons } }) => ({
        en: `Supplement asked for (${REPORTS[report].title.en}): ${reasons}`,
        zh: `要求补报（${REPORTS[report].title.zh}）：${reasons}`,
      }),
    },
  ],
});

const { report, correct: _correct, submitReport, measuresVerified, ...others } = ACCIDENT_ACTIONS;

export const ACCIDENT_ACTIONS_2 = {
  report,
  correct,
  submitReport,
  supplementReport,
  requestSupplement,
  ...others,
  measuresVerified: {
    ...measuresVerified,
    guards: [...measuresVerified.guards!, supplement.SUPPLEMENTS_DONE],
  },
} as const;
