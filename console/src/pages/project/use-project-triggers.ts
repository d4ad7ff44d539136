import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { triggersQuery } from "../../api/queries.ts";
import type { TriggerSummary } from "../../api/shapes/findings.ts";
import type { ProjectDetail } from "../../api/shapes/projects.ts";

export interface ProjectTriggers {
  readonly hash: string | undefined;
  readonly pack: string | undefined;
  readonly triggers: readonly TriggerSummary[];
  effectOf(trigger: TriggerSummary): string | undefined;
}

interface TriggerSetBody {
  readonly hash?: string;
  readonly pack?: string;
  readonly triggers?: readonly TriggerSummary[];
  readonly effects?: readonly { readonly trigger: string; readonly effect: string; readonly level?: number }[];
}

/** `effect suspend ;` or `效果 暂停 ;` in a trigger's text; the most severe one counts. */
const DECLARED: readonly (readonly [RegExp, string])[] = [
  [/effect\s+terminate|效果\s*终止/, "terminate"],
  [/effect\s+suspend|效果\s*(?:中止|暂停)/, "suspend"],
  [/effect\s+restrict|效果\s*限制/, "restrict"],
  [/effect\s+warn|效果\s*警告/, "warn"],
];

/** The triggers of a project's set, with what each does to the project. */
export function useProjectTriggers(project: ProjectDetail): ProjectTriggers {
  const body = project.triggerSet ?? project.data?.triggerSet;
  const all = useQuery(triggersQuery);
  return useMemo(() => {
    const set: TriggerSetBody =
      typeof body === "object" && body !== null && !Array.isArray(body) ? (body as TriggerSetBody) : {};
    const named = new Set((set.effects ?? []).map((effect) => effect.trigger));
    const triggers =
      set.triggers ??
      (all.data?.items ?? []).filter(
        (trigger) => (set.pack !== undefined && trigger.pack === set.pack) || named.has(trigger.id),
      );
    return {
      hash: set.hash,
      pack: set.pack,
      triggers,
      effectOf: (trigger) =>
        set.effects?.find((effect) => effect.trigger === trigger.id)?.effect ??
        trigger.effect ??
        DECLARED.find(([pattern]) => pattern.test(trigger.text ?? ""))?.[1],
    };
  }, [body, all.data]);
}
