/** Counts the expensive derivations (Argon2id, scrypt) that a piece of work asks for: its cost, on any machine. */
import { createHook } from "node:async_hooks";

export async function derivationsOf(work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const hook = createHook({
    init(_id, type) {
      if (type === "ARGON2REQUEST" || type === "SCRYPTREQUEST") count++;
    },
  }).enable();
  try {
    await work();
  } finally {
    hook.disable();
  }
  return count;
}
