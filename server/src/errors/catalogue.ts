/** Every coded error of the server. Key = code without the prefix; `catalogue.test.ts` checks it and docs/errors.md. */
import type { ErrorDefinition } from "./error.ts";

export const ERRORS = {
  NOT_FOUND: { code: "SG_NOT_FOUND", status: 404, en: "{what} does not exist or is not visible to you", zh: "{what}不存在或您无权查看" },
} as const satisfies Record<string, ErrorDefinition>;
