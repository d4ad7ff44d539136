import { useCallback, useMemo, useState } from "react";
import type { Ticks } from "../ui/DataTable.tsx";

export interface TickedRows {
  readonly keys: readonly string[];
  readonly ticks: Omit<Ticks, "label" | "allLabel">;
  clear(): void;
}

/**
 * Which rows of a list are ticked. Rows that are no longer shown are not ticked either.
 * @param keys of the rows that are loaded, in their order
 */
export function useTicks(keys: readonly string[]): TickedRows {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<string>();
  const shown = useMemo(() => keys.filter((key) => ticked.has(key)), [keys, ticked]);
  const toggle = useCallback(
    (key: string, through: boolean): void => {
      const on = !ticked.has(key);
      const [from, to] = [keys.indexOf(through && last !== undefined ? last : key), keys.indexOf(key)].sort(
        (a, b) => a - b,
      );
      const range = from < 0 ? [key] : keys.slice(from, to + 1);
      setTicked((former) => {
        const next = new Set(former);
        for (const each of range) {
          if (on) next.add(each);
          else next.delete(each);
        }
        return next;
      });
      setLast(key);
    },
    [keys, last, ticked],
  );
  const clear = useCallback(() => setTicked(new Set()), []);
  const all = shown.length === 0 ? "none" : shown.length === keys.length ? "all" : "some";
  const toggleAll = (): void => setTicked(all === "all" ? new Set() : new Set(keys));
  return { keys: shown, ticks: { has: (key) => ticked.has(key), toggle, all, toggleAll }, clear };
}
