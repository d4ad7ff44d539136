/** The text of docs/errors.md, from the catalogue. `node server/src/errors/write-reference.ts` writes it. */
import { TRIGGER_ERRORS, TRIGGER_TOOL_ERRORS } from "@sandglass/triggers";
import { ERRORS } from "./catalogue.ts";
import type { ErrorDefinition } from "./error.ts";

export function referencePage(errors: Readonly<Record<string, ErrorDefinition>> = ERRORS): string {
  const entries = Object.values(errors)
    .sort((a, b) => (a.code < b.code ? -1 : 1))
    .map(({ code, status, en, zh }) => `- \`${code}\` · ${status} \\\n  ${escape(en)} \\\n  ${escape(zh)}`);
  return [
    "# Errors of the server",
    "",
    "Made from `server/src/errors/catalogue.ts` by `node server/src/errors/write-reference.ts`; do not edit.",
    "",
    "What a caller did wrong, and what the system refuses, has a code. The API answers",
    '`{"error": {"code", "message", "messageZh", "parameters", "possible"?}, "requestId"}` with the status below; `{name}`',
    "in a text is the parameter of that name; where it holds a code, such as a role, a right or what is missing, the texts say it in",
    "words (`server/src/errors/words.ts`) and `parameters` keeps the code. Errors of the start (5xx) are printed by the command.",
    "",
    ...entries,
    "",
    "## Codes of the trigger language",
    "",
    "A compile error carries code, line, column, cause and a suggestion in both languages; see [triggers.md](triggers.md).",
    "They come from `packages/triggers/src/lang/error-reference.ts`.",
    "",
    ...Object.entries({ ...TRIGGER_ERRORS, ...TRIGGER_TOOL_ERRORS }).map(
      ([code, { en, zh }]) => `- \`${code}\` \\\n  ${escape(en)} \\\n  ${escape(zh)}`,
    ),
    "",
  ].join("\n");
}

/** What markdown would read as markup. */
function escape(text: string): string {
  return text.replace(/[*_<>]/g, (character) => `\\${character}`);
}
