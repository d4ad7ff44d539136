/** Structured logs: NDJSON in `<data>/log/server.ndjson`; warnings and errors also in short lines on stderr. */
import { mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { pino, type Logger } from "pino";

const ROTATE_BYTES = 64 * 1024 * 1024;

export function openLog(dataDir: string, level: string, say: (line: string) => void): Logger {
  const folder = join(dataDir, "log");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "server.ndjson");
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > ROTATE_BYTES)
    renameSync(path, join(folder, "server.1.ndjson"));
  const file = pino.destination({ dest: path, sync: false });
  const lines = {
    write(text: string) {
      const entry = JSON.parse(text) as { level: number; msg?: string; code?: string };
      say(
        `${entry.level >= 50 ? "error" : "warning"}: ${entry.code === undefined ? "" : `${entry.code} `}${entry.msg ?? ""}`,
      );
    },
  };
  return pino(
    { level, base: {}, timestamp: pino.stdTimeFunctions.isoTime },
    pino.multistream([
      { level: level as "info", stream: file },
      { level: "warn", stream: lines },
    ]),
  );
}
