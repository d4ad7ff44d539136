/** The refusal of a field of a request. */
import { ERRORS, SandglassError } from "../errors/mod.ts";

/** @param path in the body, without `body/` */
export function invalid(path: string, rule: string, ruleZh: string): SandglassError {
  return new SandglassError(ERRORS.REQUEST_INVALID, { path: `body/${path}`, rule, ruleZh });
}
