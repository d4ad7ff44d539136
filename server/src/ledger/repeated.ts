/** Work that is done at an interval and on demand, one run after the other. */
export interface Repeated {
  /** Does it now, behind the run that is under way. Rejects with why it failed; the next one is not affected. */
  run(): Promise<void>;
  /** Waits for the run under way; none begins any more by itself. */
  close(): Promise<void>;
}

/** @param work tells of its failures itself; those of runs at the interval are not told again */
export function repeat(work: () => Promise<void>, intervalMs: number): Repeated {
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let turn: Promise<void> = Promise.resolve();
  const run = (): Promise<void> => {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  };
  const schedule = (): void => {
    if (closed) return;
    timer = setTimeout(
      () =>
        void run()
          .catch(() => undefined)
          .finally(schedule),
      intervalMs,
    );
  };
  schedule();
  return {
    run,
    async close() {
      closed = true;
      clearTimeout(timer);
      await turn;
    },
  };
}
