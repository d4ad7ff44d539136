import { useInfiniteQuery } from "@tanstack/react-query";
import { casesQuery } from "../../api/queries.ts";
import type { FindingDetail } from "../../api/shapes/findings.ts";

export interface OrderOfFinding {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
}

/** Work orders that the finding opened or joined: those of its vehicle about its trigger. */
export function useOrdersOf(finding: FindingDetail | undefined): readonly OrderOfFinding[] {
  const query = useInfiniteQuery({
    ...casesQuery({ kind: "hazard-order", vehicle: finding?.vehicle }),
    enabled: finding !== undefined && finding.cases === undefined,
  });
  if (finding === undefined) return [];
  if (finding.cases !== undefined)
    return finding.cases.map(({ id, state, kind }) => ({ id, state, kind: kind ?? "hazard-order" }));
  return (query.data?.pages ?? [])
    .flatMap((page) => page.items)
    .filter((order) => order.item === finding.trigger || order.finding === finding.id)
    .sort((a, b) => Number(a.state === "CLOSED") - Number(b.state === "CLOSED"));
}
