/** The work calendar that the configuration names. */
import { readFileSync } from "node:fs";
import { CaseworkError, parseWorkCalendar, type WorkCalendar } from "@sandglass/casework";
import { ERRORS, SandglassError } from "../errors/mod.ts";

/** @returns undefined when none is named. @throws SG_CALENDAR when the file cannot be read or used */
export function readWorkCalendar(file: string): WorkCalendar | undefined {
  if (file === "") return undefined;
  try {
    return parseWorkCalendar(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    const { en, zh } =
      cause instanceof CaseworkError ? cause.text : { en: String(cause), zh: `文件无法读取：${String(cause)}` };
    throw new SandglassError(ERRORS.CALENDAR, { file, reason: en, reasonZh: zh }, { cause });
  }
}
