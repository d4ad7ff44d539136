/** One place where a failure becomes an answer: `{error: {code, message, messageZh, parameters, possible?}, requestId}`. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ERRORS, formatError, SandglassError } from "../../errors/mod.ts";
import { findUnstorable } from "../../http/mod.ts";
import { toRequestError } from "./validation.ts";

/** PostgreSQL: a number or a time that the column cannot hold. Where there is a cursor, it has named a place that no list gave. */
const OUT_OF_RANGE: ReadonlySet<string> = new Set(["22003", "22008"]);

interface ErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly messageZh: string;
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly possible?: readonly unknown[];
  };
  readonly requestId: string;
}

/** @param options `pages`: unknown addresses are left to the console, which has pages of its own */
export function installErrorHandler(app: FastifyInstance, options: { readonly pages: boolean }): void {
  // Fastify would close the connection while the sender of a body that is too large is still writing, and the sender would
  // see a broken pipe instead of the answer. On one that stays open Node reads what is left, within its time-out.
  app.addHook("onSend", async (_request, reply) => {
    if (reply.statusCode === ERRORS.REQUEST_TOO_LARGE.status) reply.removeHeader("connection");
  });
  app.addHook("preValidation", async (request) => refuseUnstorable(request));
  app.setErrorHandler((error: FastifyError | Error, request, reply) =>
    answer(toCoded(error, request), error, request, reply),
  );
  if (options.pages) return;
  app.setNotFoundHandler((request, reply) => {
    const error = new SandglassError(ERRORS.NOT_FOUND, {
      // Without the query, which may hold what a person searched for.
      what: `${request.method} ${request.url.split("?")[0]}`,
    });
    return answer(error, error, request, reply);
  });
}

/** For `frameworkErrors` of Fastify: addresses that it refuses before there is a route. */
export function answerUnread(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  answer(toCoded(error, request), error, request, reply);
}

/** @throws SG_REQUEST_INVALID */
function refuseUnstorable({ params, query, body }: FastifyRequest): void {
  for (const [part, value] of Object.entries({ params, querystring: query, body })) {
    const place = findUnstorable(value);
    if (place === undefined) continue;
    throw new SandglassError(ERRORS.REQUEST_INVALID, {
      path: `${part}${place}`,
      rule: "holds U+0000 or half of a surrogate pair, which no text can hold; leave it out",
      ruleZh: "含 U+0000 或不成对的代理项字符，文本不得包含此类字符，请删除",
    });
  }
}

function answer(coded: SandglassError, cause: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (coded.status >= 500) {
    // The text of a database error may quote values; its detail always does and is left out.
    request.log.error(
      {
        code: coded.code,
        name: cause.name,
        message: cause.message,
        stack: cause.stack,
        pg: "code" in cause ? cause.code : undefined,
      },
      "request failed",
    );
  }
  return reply.code(coded.status).type("application/json; charset=utf-8").send(toBody(coded, request.id));
}

export function toBody(error: SandglassError, requestId: string): ErrorBody {
  const { possible, ...parameters } = error.parameters;
  return {
    error: {
      code: error.code,
      message: formatError(error.definition, error.parameters, "en"),
      messageZh: formatError(error.definition, error.parameters, "zh"),
      parameters,
      ...(possible === undefined ? {} : { possible }),
    },
    requestId,
  };
}

function hasCursor({ query }: FastifyRequest): boolean {
  return typeof query === "object" && query !== null && "cursor" in query;
}

/** Fastify's own refusals, by their code. */
function toCoded(error: FastifyError | Error, request: FastifyRequest): SandglassError {
  if (error instanceof SandglassError) return error;
  if ("validation" in error && error.validation !== undefined)
    return toRequestError(error.validation, error.validationContext ?? "body");
  const code = "code" in error ? error.code : undefined;
  if (typeof code === "string" && OUT_OF_RANGE.has(code) && hasCursor(request))
    return new SandglassError(ERRORS.CURSOR_INVALID, {}, { cause: error });
  switch (code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new SandglassError(
        ERRORS.REQUEST_TOO_LARGE,
        { limit: request.routeOptions.bodyLimit ?? 0 },
        { cause: error },
      );
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new SandglassError(
        ERRORS.MEDIA_TYPE,
        { type: request.headers["content-type"] ?? "none" },
        { cause: error },
      );
    case "FST_ERR_BAD_URL":
      return new SandglassError(
        ERRORS.REQUEST_INVALID,
        {
          path: "url",
          rule: "holds a % that does not begin the bytes of a character; write it as %25",
          ruleZh: "中的百分号编码无效；百分号本身请写作 %25",
        },
        { cause: error },
      );
    case "FST_ERR_MAX_PARAM_LENGTH":
      return new SandglassError(
        ERRORS.REQUEST_INVALID,
        {
          path: "url",
          rule: "has a part that is longer than any id",
          ruleZh: "中某一部分超过编号的最大长度",
        },
        { cause: error },
      );
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
    case "FST_ERR_CTP_INVALID_JSON_BODY":
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return new SandglassError(
        ERRORS.REQUEST_INVALID,
        { path: "body", rule: "is not JSON", ruleZh: "不是有效的 JSON" },
        { cause: error },
      );
  }
  if (error instanceof SyntaxError && "statusCode" in error && error.statusCode === 400) {
    return new SandglassError(
      ERRORS.REQUEST_INVALID,
      { path: "body", rule: "is not JSON", ruleZh: "不是有效的 JSON" },
      { cause: error },
    );
  }
  const status = "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : 500;
  if (status >= 400 && status < 500)
    return new SandglassError(
      ERRORS.REQUEST_INVALID,
      { path: "request", rule: error.message, ruleZh: error.message },
      { cause: error },
    );
  return new SandglassError(ERRORS.INTERNAL, {}, { cause: error });
}
