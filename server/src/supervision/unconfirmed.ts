/**
 * Findings that are provisional: a finding counts as confirmed when its vehicle's clock has passed the onset by the
 * lateness allowance (TRIGGERS §7).
 */
import { isSubjectKind, type SubjectKind } from "@sandglass/signals";
import type { Tx } from "../records/mod.ts";
import type { FindingChange } from "./finding-change.ts";

/** Twice the longest reporting period of GB/T 32960. */
export const LATENESS_MS = 60_000;

interface Provisional {
  readonly id: string;
  /** Event time from which it is confirmed. */
  readonly at: number;
}

export class Unconfirmed {
  readonly #bySubject = new Map<number, Provisional[]>();

  get isEmpty(): boolean {
    return this.#bySubject.size === 0;
  }

  add(subject: number, id: string, onset: number): void {
    const list = this.#bySubject.get(subject);
    const entry = { id, at: onset + LATENESS_MS };
    if (list === undefined) this.#bySubject.set(subject, [entry]);
    else list.push(entry);
  }

  /** Findings that are confirmed when the subject's clock stands at `clock`; each is given once. */
  take(subject: number, clock: number): readonly Provisional[] {
    if (this.#bySubject.size === 0) return [];
    const list = this.#bySubject.get(subject);
    if (list === undefined) return [];
    const due = list.filter((entry) => entry.at <= clock);
    if (due.length === list.length) this.#bySubject.delete(subject);
    else if (due.length > 0)
      this.#bySubject.set(
        subject,
        list.filter((entry) => entry.at > clock),
      );
    return due;
  }

  next(subject: number): number {
    return Math.min(Number.POSITIVE_INFINITY, ...(this.#bySubject.get(subject)?.map((entry) => entry.at) ?? []));
  }
}

/** A finding that is to be confirmed, if it was not yet: one that late data brought back may never have been. */
export function isProvisional(change: FindingChange): change is Extract<FindingChange, { kind: "onset" | "amended" }> {
  return change.kind === "onset" || (change.kind === "amended" && change.finding.status !== "suppressed");
}

/** What was provisional when the process ended. */
export async function findUnconfirmed(
  tx: Tx,
  feed: "frames" | "events" = "frames",
): Promise<{ vehicle: bigint; kind: SubjectKind; id: string; onset: number }[]> {
  const rows = await tx
    .selectFrom("findings")
    .select(["id", "vehicle", "subject_kind", "subject_key", "onset"])
    .where("confirmed", "=", false)
    .where("feed", "=", feed)
    .where("status", "not in", ["suppressed", "retracted"])
    .execute();
  return rows.flatMap(({ id, vehicle, subject_kind: kind, subject_key: key, onset }) => {
    const sender = vehicle ?? key;
    return sender === null || !isSubjectKind(kind) ? [] : [{ id, vehicle: sender, kind, onset: onset.getTime() }];
  });
}
