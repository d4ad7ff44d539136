import type { ProjectTriggerSet } from "@sandglass/casework";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { triggersQuery } from "../../api/queries.ts";
import { checkQuery, ruleVersionsQuery, type PublishedRule } from "../../api/rules.ts";
import type { TriggerSummary } from "../../api/shapes/findings.ts";
import type { ProjectDetail } from "../../api/shapes/projects.ts";

/** A trigger of a plan; of one that was taken from the rulebook also what became of its version. */
export type ProjectTrigger = TriggerSummary & Partial<Pick<PublishedRule, "newer" | "endedAt">>;

export interface ProjectTriggers {
  readonly hash: string | undefined;
  readonly pack: string | undefined;
  readonly triggers: readonly ProjectTrigger[];
  effectOf(trigger: ProjectTrigger): string | undefined;
}

const EMPTY: ProjectTriggerSet = {};

/** The triggers of a project's set, of its pack, of the rulebook and its own, with what each does to the project. */
export function useProjectTriggers(project: Pick<ProjectDetail, "triggerSet">): ProjectTriggers {
  const set = project.triggerSet ?? EMPTY;
  const { data: library } = useQuery(triggersQuery);
  const { data: published } = useQuery(ruleVersionsQuery(set.rules ?? []));
  const { data: own } = useQuery({ ...checkQuery(set.text ?? ""), enabled: set.text !== undefined });
  return useMemo(() => {
    const { hash, pack, effects = [] } = set;
    return {
      hash,
      pack,
      triggers: [
        ...(pack === undefined ? [] : (library?.items ?? []).filter((trigger) => trigger.pack === pack)),
        ...(set.rules === undefined ? [] : (published ?? [])),
        ...(set.text === undefined ? [] : (own?.triggers ?? [])),
      ],
      effectOf: (trigger) => effects.find((each) => each.trigger === trigger.id)?.effect ?? trigger.effect ?? undefined,
    };
  }, [set, library, published, own]);
}
