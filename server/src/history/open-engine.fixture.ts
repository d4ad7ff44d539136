/** A server for tests: opens the engine on the folder of its argument, tells the child's pid or the error, and stays. */
import { ChdbEngine } from "./chdb-engine.ts";
import { SILENT } from "./silent.fixture.ts";

try {
  const engine = await ChdbEngine.open({ folder: process.argv[2], log: SILENT });
  process.send?.({ pid: engine.pid });
} catch (error) {
  process.send?.({ code: (error as { code?: string }).code });
}
setInterval(() => undefined, 1000);
