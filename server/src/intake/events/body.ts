/** The body of an intake request: decompressed within limits. */
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { ERRORS, SandglassError } from "../../errors/mod.ts";

/** As it comes over the wire … */
export const MAX_WIRE_BYTES = 4 << 20;
/** … and decompressed: a small body may be a large one. */
export const MAX_BYTES = 16 << 20;
/** Events, data points or records of one request. */
export const MAX_EVENTS = 10_000;

const decompress = promisify(gunzip);

/** @throws SG_CONTENT_ENCODING, SG_REQUEST_TOO_LARGE, SG_REQUEST_INVALID */
export async function readBody(wire: Buffer, encoding: string | undefined): Promise<Buffer> {
  const named = (encoding ?? "identity").trim().toLowerCase();
  if (named === "identity" || named === "") return wire;
  if (named !== "gzip" && named !== "x-gzip")
    throw new SandglassError(ERRORS.CONTENT_ENCODING, { encoding: named.slice(0, 40) });
  try {
    return await decompress(wire, { maxOutputLength: MAX_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      throw new SandglassError(ERRORS.REQUEST_TOO_LARGE, { limit: MAX_BYTES }, { cause: error });
    throw new SandglassError(
      ERRORS.REQUEST_INVALID,
      { path: "body", rule: "is not gzip", ruleZh: "不是有效的 gzip 数据" },
      { cause: error },
    );
  }
}

/** @throws SG_REQUEST_INVALID */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (error) {
    throw new SandglassError(
      ERRORS.REQUEST_INVALID,
      { path: "body", rule: "is not JSON", ruleZh: "不是有效的 JSON" },
      { cause: error },
    );
  }
}

/** @throws SG_EVENTS_TOO_MANY */
export function checkCount(count: number): void {
  if (count > MAX_EVENTS) throw new SandglassError(ERRORS.EVENTS_TOO_MANY, { limit: MAX_EVENTS, count });
}
