import { findEntry } from "@sandglass/signals";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { every, samplesQuery } from "../../api/queries.ts";
import type { FindingDetail } from "../../api/shapes/findings.ts";
import { parseTime } from "../../lib/format.ts";
import { findGaps, knownUntil, type Gap, type PlotSample } from "../../lib/plot-data.ts";
import { readAtoms, type Atom } from "../../lib/ribbons.ts";
import { pointsOf, qualityOf, type Quality } from "../../lib/samples.ts";

/** Shown before the condition began and after the end, ms. */
const BEFORE_MS = 180_000;
const AFTER_MS = 240_000;
/** A longer finding is shown from its beginning only. */
const LONGEST_MS = 3_600_000;
/** While the time that is shown is not over. */
const REFRESH_MS = 10_000;

export interface SignalEvidence {
  readonly signal: string;
  readonly points: readonly PlotSample[];
  readonly gaps: readonly Gap[];
  readonly quality: Quality;
}

export interface Evidence {
  readonly from: number;
  readonly to: number;
  readonly conditionSince: number;
  readonly signals: readonly SignalEvidence[];
  readonly atoms: readonly Atom[];
  readonly loading: boolean;
  readonly error: unknown;
  retry(): void;
}

/** Samples around a finding for every scalar signal that it names. */
export function useEvidence(finding: FindingDetail | undefined): Evidence {
  const window = useMemo(() => {
    const onset = parseTime(finding?.onset) ?? 0;
    const since = parseTime(finding?.conditionSince) ?? onset;
    const from = since - BEFORE_MS;
    const end = parseTime(finding?.clearedAt) ?? onset + AFTER_MS;
    return { from, to: Math.min(Math.max(end + AFTER_MS / 4, onset + AFTER_MS / 2), from + LONGEST_MS), since };
  }, [finding?.onset, finding?.conditionSince, finding?.clearedAt]);

  const atoms = useMemo(() => readAtoms(finding?.condition ?? ""), [finding?.condition]);
  const names = useMemo(() => {
    const mentioned = [
      ...atoms.map((atom) => atom.signal),
      ...(finding?.witnesses ?? []).map((witness) => witness.signal),
    ];
    return [...new Set(mentioned)].filter((id) => findEntry(id)?.kind !== "list").slice(0, 4);
  }, [atoms, finding?.witnesses]);
  const query = useQuery({
    ...samplesQuery(finding?.vehicle ?? "", names, window.from, window.to),
    enabled: finding !== undefined && names.length > 0,
    refetchInterval: (state) => (Date.now() < window.to ? every(REFRESH_MS)(state) : false),
  });
  const to = knownUntil(window.to, query.dataUpdatedAt, query.data?.items.at(-1)?.time);

  const signals = useMemo(
    () =>
      names.map((signal): SignalEvidence => {
        const points = pointsOf(query.data?.items ?? [], signal);
        const hold = findEntry(signal)?.holdMs ?? 90_000;
        return { signal, points, gaps: findGaps(points, window.from, to, hold), quality: qualityOf(points) };
      }),
    [names, query.data, window, to],
  );
  return {
    from: window.from,
    to,
    conditionSince: window.since,
    signals,
    atoms,
    loading: query.isPending && names.length > 0,
    error: query.error,
    retry: () => void query.refetch(),
  };
}
