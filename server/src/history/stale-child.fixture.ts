/** A process that nobody waits for, for tests of taking over. */
import { findProcess } from "../records/embedded/process-info.ts";

process.send?.({ startedAt: findProcess(process.pid)?.startedAt });
setInterval(() => undefined, 1000);
