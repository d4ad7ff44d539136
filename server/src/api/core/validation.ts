/** Failures of request validation become one coded error. */
import type { ErrorObject } from "ajv";
import { ERRORS, SandglassError } from "../../errors/mod.ts";

/** The failure that says most: the deepest one that is not merely "none of the alternatives fits". */
export function toRequestError(failures: readonly Partial<ErrorObject>[], part: string): SandglassError {
  const telling = failures.filter((failure) => failure.keyword !== "anyOf" && failure.keyword !== "oneOf");
  const depth = (failure: Partial<ErrorObject>): number =>
    (failure.instancePath ?? "").split("/").length + (failure.keyword === "type" ? 0 : 0.5);
  const best = [...(telling.length > 0 ? telling : failures)].sort((a, b) => depth(b) - depth(a))[0] ?? {};
  const { rule, ruleZh } = describeRule(best);
  return new SandglassError(ERRORS.REQUEST_INVALID, { path: `${part}${best.instancePath ?? ""}`, rule, ruleZh });
}

function describeRule(failure: Partial<ErrorObject>): { rule: string; ruleZh: string } {
  const value: Readonly<Record<string, unknown>> = failure.params ?? {};
  const limit = String(value["limit"]);
  const rule = failure.message ?? "does not fit the schema";
  switch (failure.keyword) {
    case "required":
      return {
        rule: `lacks the property ${String(value["missingProperty"])}`,
        ruleZh: `缺少属性 ${String(value["missingProperty"])}`,
      };
    case "additionalProperties":
      return {
        rule: `has the unknown property ${String(value["additionalProperty"])}`,
        ruleZh: `含未知属性 ${String(value["additionalProperty"])}`,
      };
    case "type":
      return { rule, ruleZh: `类型应为 ${String(value["type"])}` };
    case "enum":
      return {
        rule: `must be one of ${String(value["allowedValues"])}`,
        ruleZh: `应为 ${String(value["allowedValues"])} 之一`,
      };
    case "const":
      return { rule: `must be ${String(value["allowedValue"])}`, ruleZh: `应为 ${String(value["allowedValue"])}` };
    case "minLength":
      return { rule, ruleZh: `长度不得少于 ${limit}` };
    case "maxLength":
      return { rule, ruleZh: `长度不得超过 ${limit}` };
    case "minimum":
      return { rule, ruleZh: `不得小于 ${limit}` };
    case "maximum":
      return { rule, ruleZh: `不得大于 ${limit}` };
    case "minItems":
      return { rule, ruleZh: `不得少于 ${limit} 项` };
    case "maxItems":
      return { rule, ruleZh: `不得超过 ${limit} 项` };
    case "format":
      return { rule, ruleZh: `格式应为 ${String(value["format"])}` };
    case "pattern":
      return { rule, ruleZh: `应符合模式 ${String(value["pattern"])}` };
    default:
      return { rule, ruleZh: "不符合模式定义" };
  }
}
