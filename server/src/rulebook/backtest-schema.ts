/** Shapes of the API for backtests and their reports. */
import { Type, type Static } from "typebox";
import { Bilingual, Nullable, Time, toTime, toTimeOrNull } from "../http/mod.ts";
import { BACKTEST_STATES } from "../records/tables/rulebook.ts";
import { NOT_RUN } from "./backtest/firing.ts";
import type { ListedFiring, SetReport } from "./backtest/report.ts";
import { readReport } from "./backtest/stored-report.ts";
import type { Backtest, BacktestReport, BacktestRequest } from "./backtests.ts";
import { literal, RuleText } from "./schema.ts";

export const BacktestBody = Type.Object(
  {
    text: Type.Optional(RuleText),
    draft: Type.Optional(Type.String({ maxLength: 100, description: "Instead of `text`." })),
    baseline: Type.Optional(Type.String({ maxLength: 200_000, description: "Text to compare with." })),
    from: Time,
    to: Time,
    vehicles: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 50_000 })),
  },
  { additionalProperties: false },
);

const Counts = Type.Record(Type.String(), Type.Integer());
const Subject = Type.Object({
  kind: Type.String({ description: "vehicle, fleet, group, cluster, or a kind of subject that sends events." }),
  id: Type.String({ description: "Of a group its name, of a cluster the vehicle in its middle." }),
  of: Type.Optional(Type.String({ description: "Of a fleet, group or cluster: the kind of its members." })),
});
const Listed = Type.Object({
  subject: Subject,
  trigger: Type.String(),
  level: Type.Integer(),
  onset: Time,
  clearedAt: Nullable(Time),
  margin: Nullable(Type.Object({ value: Type.Number(), unit: Type.String() })),
  witnesses: Type.Array(Type.Integer(), { description: "Sequence numbers of frames or events." }),
  among: Nullable(
    Type.Object(
      { count: Type.Integer(), population: Type.Integer(), members: Type.Array(Type.String()) },
      { description: "Of a condition over many: how many had it at the onset, of how many, and the first of them." },
    ),
  ),
});
const SetAnswer = Type.Object({
  hash: Type.String(),
  triggers: Type.Array(
    Type.Object({
      trigger: Type.String(),
      version: Type.Integer(),
      versionHash: Type.String(),
      title: Bilingual,
      firings: Type.Integer(),
      subjects: Type.Integer(),
      open: Type.Integer({ description: "Still firing at the end of the range." }),
      flapping: Type.Integer({
        description: "Onsets within 10 min after the same trigger cleared on the same subject.",
      }),
      cooled: Type.Integer({ description: "Swallowed by the cooldown." }),
      degradations: Type.Integer({ description: "Times that its data went missing for too long." }),
      medianMs: Nullable(Type.Number()),
      byLevel: Counts,
      byDay: Counts,
      byGroup: Type.Record(Type.String(), Type.Integer(), {
        description: "Of vehicles by maker and model, of groups by their names.",
      }),
    }),
  ),
  ordersByDay: Type.Record(Type.String(), Type.Integer(), {
    description: "Hazard work orders: one per vehicle, trigger and day (Asia/Shanghai) from level 3 on.",
  }),
  firings: Type.Array(Listed),
  firingsInAll: Type.Integer(),
  subjects: Type.Integer({ description: "Subjects that fired." }),
  ribbons: Type.Array(
    Type.Object({
      subject: Subject,
      firings: Type.Array(Type.Object({ trigger: Type.String(), level: Type.Integer(), from: Time, to: Time })),
    }),
  ),
  notRun: Type.Array(Type.Object({ trigger: Type.String(), reason: literal(Object.values(NOT_RUN)) })),
});

export const ReportAnswer = Type.Object({
  set: SetAnswer,
  baseline: Nullable(SetAnswer),
  difference: Nullable(
    Type.Object({
      both: Type.Integer(),
      onlyHere: Type.Integer(),
      onlyBaseline: Type.Integer(),
      examples: Type.Array(Type.Intersect([Listed, Type.Object({ in: literal(["here", "baseline"]) })])),
    }),
  ),
  data: Type.Object({
    from: Time,
    to: Time,
    rows: Type.Integer(),
    vehicles: Type.Integer(),
    throughSeq: Type.Integer({ description: "What was received later is not in it." }),
    segments: Type.Integer(),
    digest: Type.String({ description: "SHA-256 over number and Merkle root of every segment." }),
    events: Nullable(
      Type.Object(
        { subjects: Type.Integer(), receptions: Type.Integer(), throughSeq: Type.Integer() },
        { description: "Events that were read; `throughSeq` is of their own journal." },
      ),
    ),
    registry: Nullable(
      Type.Object(
        {
          vehicles: Type.Integer(),
          senders: Type.Integer({ description: "Subjects other than vehicles that a condition counted." }),
          digest: Type.String(),
        },
        { description: "Whom the registry was asked about, and SHA-256 over their ids and attributes." },
      ),
    ),
    judged: Type.Record(Type.String(), Type.Integer(), {
      description: "How many of each kind of subject; a publication needs somebody of each kind that its rules judge.",
    }),
  }),
  tookMs: Type.Number(),
});

const BASE = {
  id: Type.String(),
  state: literal(BACKTEST_STATES),
  setHash: Type.String(),
  draft: Nullable(Type.String()),
  from: Time,
  to: Time,
  requestedBy: Nullable(Type.String()),
  isYours: Type.Boolean(),
  requestedAt: Time,
  startedAt: Nullable(Time),
  endedAt: Nullable(Time),
  rowsDone: Type.Integer(),
  rowsTotal: Nullable(Type.Integer()),
  failure: Nullable(Type.String()),
  leaf: Nullable(Type.String()),
};
export const BacktestAnswer = Type.Object(BASE);
export const BacktestDetail = Type.Object({
  ...BASE,
  text: Type.String(),
  baseline: Nullable(Type.String()),
  report: Nullable(ReportAnswer),
});

export function backtestAnswer(backtest: Omit<Backtest, "report">, reader: string): Static<typeof BacktestAnswer> {
  const { draft, from, to } = backtest.request as BacktestRequest;
  return {
    id: backtest.id,
    state: backtest.state,
    setHash: backtest.set_hash,
    draft: draft ?? null,
    from: toTime(from),
    to: toTime(to),
    requestedBy: backtest.requested_account,
    isYours: backtest.requested_by === reader,
    requestedAt: backtest.requested_at.toISOString(),
    startedAt: backtest.started_at?.toISOString() ?? null,
    endedAt: backtest.ended_at?.toISOString() ?? null,
    rowsDone: Number(backtest.rows_done),
    rowsTotal: backtest.rows_total === null ? null : Number(backtest.rows_total),
    failure: backtest.failure,
    leaf: backtest.leaf_id,
  };
}

export function backtestDetail(backtest: Backtest, reader: string): Static<typeof BacktestDetail> {
  const { text, baseline } = backtest.request as BacktestRequest;
  return {
    ...backtestAnswer(backtest, reader),
    text,
    baseline: baseline ?? null,
    report: backtest.report === null ? null : reportAnswer(readReport(backtest.report)),
  };
}

function listedAnswer(firing: ListedFiring): Static<typeof Listed> {
  return {
    ...firing,
    onset: toTime(firing.onset),
    clearedAt: toTimeOrNull(firing.clearedAt),
    margin: firing.margin ?? null,
    witnesses: [...firing.witnesses],
    among: firing.among === undefined ? null : { ...firing.among, members: [...firing.among.members] },
  };
}

function setAnswer(report: SetReport): Static<typeof SetAnswer> {
  return {
    ...report,
    triggers: report.triggers.map((figures) => ({ ...figures, medianMs: figures.medianMs ?? null })),
    firings: report.firings.map(listedAnswer),
    ribbons: report.ribbons.map(({ subject, firings }) => ({
      subject,
      firings: firings.map((span) => ({ ...span, from: toTime(span.from), to: toTime(span.to) })),
    })),
    notRun: report.notRun.map((left) => ({ ...left })),
  };
}

function reportAnswer({ set, baseline, difference, data, tookMs }: BacktestReport): Static<typeof ReportAnswer> {
  return {
    set: setAnswer(set),
    baseline: baseline === undefined ? null : setAnswer(baseline),
    difference:
      difference === undefined
        ? null
        : {
            ...difference,
            examples: difference.examples.map((example) => ({ ...listedAnswer(example), in: example.in })),
          },
    data: {
      ...data,
      from: toTime(data.from),
      to: toTime(data.to),
      events: data.events ?? null,
      registry: data.registry === undefined ? null : { senders: 0, ...data.registry },
      judged: { ...data.judged },
    },
    tookMs,
  };
}
