/** One way to the API: typed answers, coded errors. The session travels in an HttpOnly cookie. */
import type { PossibleAction } from "./shapes/cases.ts";

export const API_BASE = "/api/v1";

interface ErrorBody {
  readonly error?: {
    readonly code?: string;
    readonly message?: string;
    readonly messageZh?: string;
    readonly parameters?: Readonly<Record<string, unknown>>;
    readonly possible?: readonly (string | PossibleAction)[];
  };
  readonly requestId?: string;
}

/** What the API refused, by code. `status` 0: no answer came. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly messageZh: string | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Names of the actions that are possible now (409). */
  readonly possible: readonly string[] | undefined;
  readonly requestId: string | undefined;

  constructor(status: number, body: ErrorBody, options?: ErrorOptions) {
    super(body.error?.message ?? `HTTP ${status}`, options);
    this.name = "ApiError";
    this.status = status;
    this.code = body.error?.code ?? (status === 0 ? "SG_CONSOLE_OFFLINE" : `HTTP_${status}`);
    this.messageZh = body.error?.messageZh;
    this.parameters = body.error?.parameters ?? {};
    this.possible = body.error?.possible?.map((entry) => (typeof entry === "string" ? entry : entry.name));
    this.requestId = body.requestId;
  }
}

export type QueryValue = string | number | boolean | readonly string[] | undefined | null;

/** Path plus the parameters that have a value. */
export function withQuery(path: string, query: Readonly<Record<string, QueryValue>>): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === "") continue;
    parameters.set(key, Array.isArray(value) ? value.join(",") : String(value));
  }
  const suffix = parameters.toString();
  return suffix === "" ? path : `${path}?${suffix}`;
}

interface RequestOptions {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: unknown;
  /** Sent as it is, instead of a JSON body. */
  readonly file?: Blob;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks the API. Throws `ApiError` for every refusal and for a server that does not answer. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const init: RequestInit = {
    method: options.method ?? "GET",
    credentials: "same-origin",
    headers: {
      accept: "application/json",
      ...(options.body === undefined ? {} : { "content-type": "application/json" }),
      ...(options.file === undefined ? {} : { "content-type": "application/octet-stream" }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    ...(options.file === undefined ? {} : { body: options.file }),
    ...(options.signal ? { signal: options.signal } : {}),
  };
  let response: Response;
  try {
    response = await fetch(API_BASE + path, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError(0, {}, { cause });
  }
  const text = await response.text();
  if (!response.ok) {
    let body: ErrorBody = {};
    try {
      body = JSON.parse(text) as ErrorBody;
    } catch {
      // A proxy's page instead of our JSON: the status alone has to do.
    }
    throw new ApiError(response.status, body);
  }
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** As `request`; undefined where the record is not there, or not for whoever asks. */
export async function requestIfThere<T>(path: string, options: RequestOptions = {}): Promise<T | undefined> {
  try {
    return await request<T>(path, options);
  } catch (cause) {
    if (cause instanceof ApiError && cause.status === 404) return undefined;
    throw cause;
  }
}
