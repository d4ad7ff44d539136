/** What the package refuses. The texts for people stand with the refusal; the code is for programs. */
import type { Text } from "./text.ts";

export const CASEWORK_ERRORS = [
  "SG_ACTION_NOT_POSSIBLE",
  "SG_ROLE_NOT_ALLOWED",
  "SG_FOUR_EYES",
  "SG_CASE_HISTORY",
  "SG_CALENDAR",
] as const;
export type CaseworkErrorCode = (typeof CASEWORK_ERRORS)[number];

export class CaseworkError extends Error {
  readonly code: CaseworkErrorCode;
  readonly text: Text;

  constructor(code: CaseworkErrorCode, text: Text) {
    super(text.en);
    this.name = "CaseworkError";
    this.code = code;
    this.text = text;
  }
}
