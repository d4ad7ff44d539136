/** Reads the body of an action request: `{input, version?, idempotencyId?, purpose?}`, or the input's fields beside those. */
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { ActionMeta } from "./engine.ts";

export interface ActionRequest {
  readonly input: unknown;
  readonly meta: ActionMeta;
}

/** @throws SG_REQUEST_INVALID for a version that is no whole number */
export function actionOf(body: unknown, headers: Readonly<Record<string, unknown>> = {}): ActionRequest {
  const header = headers["idempotency-key"];
  const fallback =
    typeof header === "string" && header !== "" && !/\p{Cc}/u.test(header) ? header.slice(0, 120) : undefined;
  if (body === undefined || body === null) return { input: {}, meta: { idempotencyId: fallback } };
  if (typeof body !== "object" || Array.isArray(body))
    throw new SandglassError(ERRORS.REQUEST_INVALID, { path: "body", rule: "is not an object", ruleZh: "不是对象" });
  const { input, version, idempotencyId, purpose, ...fields } = body as Readonly<Record<string, unknown>>;
  if (version !== undefined && (typeof version !== "number" || !Number.isSafeInteger(version))) {
    throw new SandglassError(ERRORS.REQUEST_INVALID, {
      path: "body/version",
      rule: "is not a whole number",
      ruleZh: "不是整数",
    });
  }
  return {
    input: input === undefined ? fields : input,
    meta: {
      version,
      idempotencyId: text(idempotencyId, "idempotencyId") ?? fallback,
      purpose: text(purpose, "purpose"),
    },
  };
}

function text(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string" || value === "" || value.length > 400 || /\p{Cc}/u.test(value))
    throw new SandglassError(ERRORS.REQUEST_INVALID, {
      path: `body/${name}`,
      rule: "is not a text of 1 to 400 characters",
      ruleZh: "不是 1 至 400 个字符的文本",
    });
  return value;
}
