/** What actions of many kinds of cases ask for alike. */
import { object, text } from "./schema.ts";

export const REASONS = text({ en: "Reasons", zh: "理由" });
export const NOTE = text({ en: "Note", zh: "说明" });

export const WITH_REASONS = object({ reasons: REASONS });
/** Nothing has to be entered; a note may be. */
export const NOTHING = object({}, { note: NOTE });
