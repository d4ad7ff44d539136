import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where stage 0 builds the console. */
export const CONSOLE_FOLDER = join(
  dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))),
  "console",
  "dist",
);
