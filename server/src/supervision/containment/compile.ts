/** Compiles the limits of a plan: each rule by itself, so that one that cannot be compiled leaves the others in force. */
import { CATALOGUE, findEventSource } from "@sandglass/signals";
import { allTriggers, compileTriggers, type Region, type TriggerSet } from "@sandglass/triggers";
import {
  containmentTexts,
  type ContainmentRule,
  type FindRegion,
  type PlanLimits,
  type TestedSubject,
  type UnenforcedLimit,
} from "./rules.ts";

/** Regions of the registry, as containment needs them. */
export interface ContainmentRegions {
  find(name: string): { readonly region: Region; readonly kind: "area" | "road" } | undefined;
}

export interface Containment {
  /** Fed by frames, and by events; undefined when no limit needs it. */
  readonly frames: TriggerSet | undefined;
  readonly events: TriggerSet | undefined;
  readonly rules: readonly (ContainmentRule & { readonly trigger: string; readonly versionHash: string })[];
  readonly unenforced: readonly UnenforcedLimit[];
}

export function compileContainment(
  limits: PlanLimits,
  version: number,
  regions: ContainmentRegions,
  tested?: TestedSubject,
): Containment {
  const named = new Map<string, Region>();
  const findRegion = (name: string): ReturnType<FindRegion> => {
    const found = regions.find(name);
    if (found !== undefined) named.set(found.region.id, found.region);
    return found === undefined ? undefined : { id: found.region.id, kind: found.kind };
  };
  const { rules, unenforced } = containmentTexts(limits, version, findRegion, tested);
  const settings = { regions: [...named.values()] };
  const usable: Containment["rules"][number][] = [];
  const missing: UnenforcedLimit[] = [...unenforced];
  const frames: string[] = [];
  const events: string[] = [];
  for (const rule of rules) {
    const result = compileTriggers([{ text: rule.text }], CATALOGUE, settings);
    if (!result.ok) {
      const [first] = result.errors;
      missing.push({
        limit: rule.limit,
        value: String(limits[rule.limit] ?? ""),
        reason: { en: first?.message ?? "does not compile", zh: first?.messageZh ?? "无法编译" },
      });
      continue;
    }
    const [trigger] = allTriggers(result.set);
    usable.push({ ...rule, trigger: trigger.id, versionHash: trigger.versionHash });
    (result.set.inputs.some((id) => findEventSource(id) !== undefined) ? events : frames).push(rule.text);
  }
  const compile = (texts: readonly string[]): TriggerSet | undefined => {
    if (texts.length === 0) return undefined;
    const result = compileTriggers([{ text: texts.join("\n") }], CATALOGUE, settings);
    if (!result.ok) throw new Error(`rules that compile alone do not compile together: ${result.errors[0]?.message}`);
    return result.set;
  };
  return { frames: compile(frames), events: compile(events), rules: usable, unenforced: missing };
}
