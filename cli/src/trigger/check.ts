/** `trigger check` and `trigger format`. */
import { allTriggers, type TriggerError } from "@sandglass/triggers";
import { compileFiles } from "./compile.ts";
import type { TriggerIo } from "./io.ts";

export function tellProblems(problems: readonly TriggerError[], language: "en" | "zh", io: TriggerIo): void {
  for (const p of problems) {
    const [message, hint] =
      language === "zh"
        ? [p.messageZh, `（建议：${p.suggestionZh ?? p.suggestion}）`]
        : [p.message, ` (suggestion: ${p.suggestion})`];
    io.stderr.write(
      `${p.source}:${p.line}:${p.column}: ${p.severity} ${p.code}: ${message}${p.suggestion === undefined ? "" : hint}\n`,
    );
  }
}

export async function checkFiles(
  files: readonly string[],
  language: "en" | "zh",
  json: boolean,
  io: TriggerIo,
): Promise<number> {
  const result = await compileFiles(files);
  if (json) {
    const answer = result.ok
      ? {
          ok: true,
          hash: result.set.hash,
          triggers: allTriggers(result.set).map(
            ({ id, version, versionHash, levels, inputs, bytesPerSubject, horizonMs, plain }) => ({
              id,
              version,
              versionHash,
              levels,
              inputs,
              bytesPerSubject,
              horizonMs,
              plain,
            }),
          ),
          warnings: result.set.warnings,
        }
      : { ok: false, errors: result.errors };
    io.stdout.write(`${JSON.stringify(answer)}\n`);
    return result.ok ? 0 : 1;
  }
  tellProblems(result.ok ? result.set.warnings : result.errors, language, io);
  if (!result.ok) return 1;
  for (const t of allTriggers(result.set)) {
    io.stdout.write(
      `${t.id} version ${t.version}  ${t.versionHash.slice(0, 16)}  ${t.bytesPerSubject} bytes/subject, horizon ${t.horizonMs / 1000} s, effect ${t.effect}\n  ${t.plain[language]}\n`,
    );
  }
  return 0;
}

export async function formatFiles(files: readonly string[], language: "en" | "zh", io: TriggerIo): Promise<number> {
  const result = await compileFiles(files);
  if (!result.ok) {
    tellProblems(result.errors, language, io);
    return 1;
  }
  io.stdout.write(
    allTriggers(result.set)
      .map((t) => t.text[language])
      .join("\n"),
  );
  return 0;
}
