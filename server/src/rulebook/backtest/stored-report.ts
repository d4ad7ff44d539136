/** Reports are kept for ever: those of earlier versions of the software are read as what they would be called today. */
import { SUBJECT_KINDS } from "@sandglass/signals";
import { NOT_RUN } from "./firing.ts";
import type { BacktestReport } from "../backtests.ts";
import type { ListedFiring, Ribbon, SetReport, TriggerFigures } from "./report.ts";

/** What was about vehicles alone. */
type Earlier<Now extends { readonly subject: unknown }> = Omit<Now, "subject"> & { readonly vehicle: string };
type EarlierSet = Omit<SetReport, "triggers" | "firings" | "ribbons" | "notRun" | "subjects"> & {
  readonly triggers: readonly (Omit<TriggerFigures, "subjects" | "byGroup"> & {
    readonly vehicles: number;
    readonly byModel: TriggerFigures["byGroup"];
  })[];
  readonly firings: readonly Earlier<ListedFiring>[];
  readonly ribbons: readonly Earlier<Ribbon>[];
  readonly notRun: readonly string[];
};
/** Reasons of later versions that are none any more: what was left out then is run today. */
const RUN_SINCE: ReadonlySet<string> = new Set(["fleet-of-events"]);
type EarlierExample = Earlier<ListedFiring> & { readonly in: "here" | "baseline" };
type EarlierReport = Omit<BacktestReport, "set" | "baseline" | "difference"> & {
  readonly set: EarlierSet;
  readonly baseline?: EarlierSet;
  readonly difference?: Omit<NonNullable<BacktestReport["difference"]>, "examples"> & {
    readonly examples: readonly EarlierExample[];
  };
};

export function readReport(stored: unknown): BacktestReport {
  const report = withJudged(stored as BacktestReport | EarlierReport);
  if (!isEarlier(report)) return withReasons(report);
  const { set, baseline, difference, ...rest } = report;
  return {
    ...rest,
    set: setOf(set),
    ...(baseline === undefined ? {} : { baseline: setOf(baseline) }),
    ...(difference === undefined
      ? {}
      : { difference: { ...difference, examples: difference.examples.map(withSubject) } }),
  };
}

/** What was not counted by kind: senders of events of whatever kind. */
function withJudged<Report extends BacktestReport | EarlierReport>(report: Report): Report {
  const { data } = report;
  if (data.judged !== undefined) return report;
  const senders = Math.max(data.events?.subjects ?? 0, data.registry?.senders ?? 0);
  const vehicles = Math.max(data.vehicles, data.registry?.vehicles ?? 0);
  const kinds = SUBJECT_KINDS.map((kind) => [kind, kind === "vehicle" ? Math.max(vehicles, senders) : senders]);
  return { ...report, data: { ...data, judged: Object.fromEntries(kinds) } };
}

function withReasons(report: BacktestReport): BacktestReport {
  const reasons = (set: SetReport): SetReport => ({
    ...set,
    notRun: set.notRun.map(({ trigger, reason }) => ({
      trigger,
      reason: RUN_SINCE.has(reason) ? NOT_RUN.earlierVersion : reason,
    })),
  });
  const { set, baseline } = report;
  return { ...report, set: reasons(set), ...(baseline === undefined ? {} : { baseline: reasons(baseline) }) };
}

function isEarlier(report: BacktestReport | EarlierReport): report is EarlierReport {
  return !("subjects" in report.set);
}

function setOf({ triggers, firings, ribbons, notRun, ...rest }: EarlierSet): SetReport {
  return {
    ...rest,
    triggers: triggers.map(({ vehicles, byModel, ...figures }) => ({
      ...figures,
      subjects: vehicles,
      byGroup: byModel,
    })),
    firings: firings.map(withSubject),
    subjects: ribbons.length,
    ribbons: ribbons.map(withSubject),
    notRun: notRun.map((trigger) => ({ trigger, reason: NOT_RUN.earlierVersion })),
  };
}

function withSubject<Part extends { readonly vehicle: string }>({ vehicle, ...part }: Part) {
  return { ...part, subject: { kind: "vehicle", id: vehicle } };
}
