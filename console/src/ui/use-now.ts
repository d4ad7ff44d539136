import { useSyncExternalStore } from "react";

/** The time, in steps of `stepMs`: every reader of a step renders at the same moment. */
export function useNow(stepMs: number): number {
  return useSyncExternalStore(
    (listener) => {
      const timer = setInterval(listener, Math.min(stepMs, 1000));
      return () => clearInterval(timer);
    },
    () => Math.floor(Date.now() / stepMs) * stepMs,
  );
}
