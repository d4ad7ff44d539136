/** What the results of a screening mean for the findings that are open: one opens, one ends, one stands. Pure. */
import type { CompiledScreening, ScreeningResult } from "@sandglass/triggers";

/** Whom a finding of a screening is about. A place is called by the vehicle in its middle. */
export interface ScreenedSubjectName {
  readonly kind: "fleet" | "group" | "cluster";
  readonly id: string;
}

export function subjectOf(screening: CompiledScreening, result: ScreeningResult): ScreenedSubjectName {
  if (screening.plan.kind === "near") return { kind: "cluster", id: result.centre?.subject ?? result.group ?? "all" };
  return result.group === undefined ? { kind: "fleet", id: "all" } : { kind: "group", id: result.group };
}

/**
 * Onsets of groups that have the condition now, ends of those that do not have it any more. Unknown changes nothing.
 * @param open what is open, with the `id` of its subject
 */
export function settleResults<Open extends { readonly subject: string }>(
  screening: CompiledScreening,
  open: readonly Open[],
  results: readonly ScreeningResult[],
): { readonly begins: readonly ScreeningResult[]; readonly ends: readonly Open[] } {
  const standing = new Set<Open>();
  const begins: ScreeningResult[] = [];
  for (const result of results) {
    const known = open.filter(({ subject }) => isOf(subject, screening, result));
    if (result.verdict !== "F") for (const one of known) standing.add(one);
    if (result.verdict === "T" && known.length === 0) begins.push(result);
  }
  // A group of which nothing is known now is not one that recovered.
  if (results.every(({ verdict }) => verdict === "U")) return { begins, ends: [] };
  return { begins, ends: open.filter((one) => !standing.has(one)) };
}

/** A place keeps its name while the vehicle in its middle is part of it. */
function isOf(subject: string, screening: CompiledScreening, result: ScreeningResult): boolean {
  if (screening.plan.kind === "near") return result.verdict === "T" && result.members.includes(subject);
  return subject === (result.group ?? "all");
}
