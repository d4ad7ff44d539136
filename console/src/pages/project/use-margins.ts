import { every } from "../../api/queries.ts";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { request, withQuery } from "../../api/client.ts";
import type { Page } from "../../api/shapes/common.ts";
import type { TriggerSummary } from "../../api/shapes/findings.ts";
import type { LimitMargin, ProjectDetail } from "../../api/shapes/projects.ts";
import type { Sample } from "../../api/shapes/telemetry.ts";
import { boundariesOf, worstMargins, type Boundary, type LatestValues } from "../../lib/margins.ts";
import { projectVehicleIds } from "../../lib/project.ts";

/** Vehicles whose newest values are asked for; more would load the API for little. */
const VEHICLES = 40;
const AT_ONCE = 4;
export interface Margins {
  readonly items: readonly LimitMargin[];
  readonly loading: boolean;
}

/** Values older than this are not "now". */
const FRESH_MS = 120_000;

/**
 * Live margins of a project: what the API gives, else the newest values of its vehicles against the comparisons of its
 * triggers and its speed limit.
 */
export function useMargins(project: ProjectDetail, triggers: readonly TriggerSummary[]): Margins {
  const given = project.margins;
  const ids = useMemo(() => projectVehicleIds(project.vehicles).slice(0, VEHICLES), [project.vehicles]);
  const boundaries = useMemo(() => {
    const limit = (project.limits as { maxSpeed?: unknown } | null | undefined)?.maxSpeed;
    const list: Boundary[] = triggers.flatMap((trigger) => boundariesOf(trigger.id, trigger.text ?? ""));
    if (typeof limit === "number")
      list.push({
        key: "limit speed",
        level: undefined,
        atoms: [{ signal: "speed", operator: ">", value: limit, text: "speed", forMs: undefined, level: undefined }],
      });
    return list;
  }, [triggers, project.limits]);
  const signals = useMemo(
    () => [...new Set(boundaries.flatMap((boundary) => boundary.atoms.map((atom) => atom.signal)))].sort(),
    [boundaries],
  );
  const latest = useQuery({
    queryKey: ["project", project.id, "latest", signals.join(","), ids.length],
    enabled: !given && signals.length > 0 && ids.length > 0,
    refetchInterval: every(15_000),
    queryFn: async ({ signal }): Promise<LatestValues[]> => {
      const now = Date.now();
      const newest = async (vehicle: string): Promise<LatestValues> => {
        const page = await request<Page<Sample>>(
          withQuery(`/vehicles/${vehicle}/samples`, {
            signals,
            from: new Date(now - FRESH_MS).toISOString(),
            to: new Date(now).toISOString(),
            limit: 200,
          }),
          { signal },
        );
        const values: Record<string, number | undefined> = {};
        for (const sample of page.items) {
          for (const id of signals) {
            const value = sample.values[id];
            if (typeof value === "number") values[id] = value;
            else if (sample.reasons?.[id] === "abnormal" || sample.reasons?.[id] === "invalid") values[id] = undefined;
          }
        }
        return { vehicle, values };
      };
      const result: LatestValues[] = [];
      for (let at = 0; at < ids.length; at += AT_ONCE)
        result.push(...(await Promise.all(ids.slice(at, at + AT_ONCE).map(newest))));
      return result;
    },
  });
  return useMemo(
    () => ({ items: given ?? (latest.data ? worstMargins(boundaries, latest.data) : []), loading: latest.isLoading }),
    [given, latest.data, latest.isLoading, boundaries],
  );
}
