/** The text of docs/errors.md, from the catalogue. `node server/src/errors/write-reference.ts` writes it. */
import { ERRORS } from "./catalogue.ts";
import type { ErrorDefinition } from "./error.ts";

export function referencePage(errors: Readonly<Record<string, ErrorDefinition>> = ERRORS): string {
  const rows = Object.values(errors)
    .sort((a, b) => (a.code < b.code ? -1 : 1))
    .map(({ code, status, en, zh }) => `| \`${code}\` | ${status} | ${cell(en)} | ${cell(zh)} |`);
  return [
    "# Errors of the server",
    "",
    "Made from `server/src/errors/catalogue.ts` by `node server/src/errors/write-reference.ts`; do not edit.",
    "",
    "What a caller did wrong, and what the system refuses, has a code. The API answers",
    '`{"error": {"code", "message", "messageZh", "parameters", "possible"?}, "requestId"}` with the status below;',
    "`{name}` in a text is the parameter of that name. Codes of 5xx that concern the start are printed by the command.",
    "",
    "| Code | Status | English | 中文 |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
