/** What of a report a requester may see: figures are of all, single vehicles only those whose telemetry they may read. */
import { parseVehicleId, scopeAllows, type HistoryScope } from "../../access/mod.ts";
import type { FiringSubject } from "./firing.ts";
import type { ListedFiring, SetDifference, SetReport } from "./report.ts";

/**
 * Says of a subject whether it may be named. A place is named by the vehicle in its middle. Senders of events were judged
 * as far as the requester may read them.
 */
export function shownBy(scope: HistoryScope): (subject: FiringSubject) => boolean {
  return ({ kind, id }) => {
    if (kind !== "vehicle" && kind !== "cluster") return true;
    const key = parseVehicleId(id);
    return key !== undefined && scopeAllows(scope, key);
  };
}

export function shownReport(report: SetReport, isShown: (subject: FiringSubject) => boolean): SetReport {
  return {
    ...report,
    firings: shownFirings(report.firings, isShown),
    ribbons: report.ribbons.filter(({ subject }) => isShown(subject)),
  };
}

export function shownDifference(
  difference: SetDifference,
  isShown: (subject: FiringSubject) => boolean,
): SetDifference {
  return { ...difference, examples: shownFirings(difference.examples, isShown) };
}

function shownFirings<Firing extends ListedFiring>(
  firings: readonly Firing[],
  isShown: (subject: FiringSubject) => boolean,
): Firing[] {
  return firings
    .filter(({ subject }) => isShown(subject))
    .map((firing) => {
      const { among } = firing;
      if (among === undefined) return firing;
      const members = among.members.filter((id) => isShown({ kind: firing.subject.of ?? "vehicle", id }));
      return { ...firing, among: { ...among, members } };
    });
}
