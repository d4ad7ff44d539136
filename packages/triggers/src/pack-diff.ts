/** What differs between two sets of triggers, as people need it to decide: by trigger, with the canonical texts. */
import type { TriggerSet } from "./set.ts";

export interface TriggerVersionText {
  readonly id: string;
  readonly version: number;
  readonly versionHash: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly text: { readonly en: string; readonly zh: string };
}

export interface PackDifference {
  readonly added: readonly TriggerVersionText[];
  readonly removed: readonly TriggerVersionText[];
  /** Same id, another meaning: canonical texts differ line by line. */
  readonly changed: readonly { readonly before: TriggerVersionText; readonly after: TriggerVersionText }[];
  readonly unchanged: number;
}

export function diffSets(before: TriggerSet, after: TriggerSet): PackDifference {
  const older = byId(before);
  const newer = byId(after);
  const changed = [...newer].flatMap(([id, trigger]) => {
    const old = older.get(id);
    return old === undefined || old.versionHash === trigger.versionHash ? [] : [{ before: old, after: trigger }];
  });
  return {
    added: [...newer.values()].filter(({ id }) => !older.has(id)),
    removed: [...older.values()].filter(({ id }) => !newer.has(id)),
    changed,
    unchanged: [...newer.keys()].filter((id) => older.has(id)).length - changed.length,
  };
}

function byId(set: TriggerSet): Map<string, TriggerVersionText> {
  return new Map(
    [...set.triggers, ...set.screenings].map(({ id, version, versionHash, title, text }) => [
      id,
      { id, version, versionHash, title, text },
    ]),
  );
}

/** Lines of two texts: `-` only in the first, `+` only in the second, blank in both; in the order of the second. */
export function diffLines(before: string, after: string): readonly string[] {
  const a = before.split("\n");
  const b = after.split("\n");
  // Longest common subsequence; triggers have tens of lines.
  const common = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      (common[i] as number[])[j] =
        a[i] === b[j] ? (common[i + 1]?.[j + 1] ?? 0) + 1 : Math.max(common[i + 1]?.[j] ?? 0, common[i]?.[j + 1] ?? 0);
  const lines: string[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push(`  ${a[i++]}`);
      j++;
    } else if (i < a.length && (j === b.length || (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0)))
      lines.push(`- ${a[i++]}`);
    else lines.push(`+ ${b[j++]}`);
  }
  return lines;
}
