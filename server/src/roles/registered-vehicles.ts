/**
 * The keys of the registered vehicles in memory, for a gateway that checks them: frames cannot wait for a database.
 * New registrations arrive after two seconds, what was taken out of the registry after ten minutes.
 */
import type { Access } from "../access/mod.ts";

const NEWS_MS = 2_000;
const WHOLE_MS = 600_000;
/** Registrations that were committed late belong to an earlier instant. */
const OVERLAP_MS = 60_000;

export interface RegisteredVehicles {
  readonly has: (key: bigint) => boolean;
  close(): Promise<void>;
}

export async function watchRegisteredVehicles(
  access: Access,
  now: () => number,
  warn: (details: object, message: string) => void,
): Promise<RegisteredVehicles> {
  let keys = new Set(await access.registry.registeredKeys());
  let wholeAt = now();
  let newsAt = wholeAt;
  let running: Promise<void> | undefined;

  const refresh = async () => {
    const at = now();
    try {
      if (at - wholeAt >= WHOLE_MS) {
        keys = new Set(await access.registry.registeredKeys());
        wholeAt = at;
      } else for (const key of await access.registry.registeredKeys(newsAt - OVERLAP_MS)) keys.add(key);
      newsAt = at;
    } catch (error) {
      warn({ err: error }, "the registered vehicles could not be read: the last ones count on");
    }
  };
  const timer = setInterval(() => {
    running ??= refresh().finally(() => {
      running = undefined;
    });
  }, NEWS_MS);
  return {
    has: (key) => keys.has(key),
    close: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
