/** One HTTP request of a webhook: to the address that was checked, without following redirects, within a time. */
import http from "node:http";
import https from "node:https";
import type { AddressList } from "../access/address-list.ts";
import { parseTarget, permittedAddress, type Resolve } from "./addresses.ts";

export interface PostOptions {
  readonly allowed: AddressList;
  readonly resolve?: Resolve | undefined;
  /** Of the whole exchange, ms. */
  readonly timeoutMs: number;
  /** Certificate authorities beside the built-in ones, for tests. */
  readonly ca?: string | undefined;
}

export class PostFailed extends Error {
  /** HTTP status, where an answer came. */
  readonly status: number | undefined;

  constructor(reason: string, status?: number) {
    super(reason);
    this.name = "PostFailed";
    this.status = status;
  }
}

/** @throws PostFailed for anything but an answer of 2xx in time; AddressRefused for an address that may not be called */
export async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  { allowed, resolve, timeoutMs, ca }: PostOptions,
): Promise<void> {
  const target = parseTarget(url);
  const { address, family } = await permittedAddress(target, allowed, resolve);
  const { request } = target.protocol === "https:" ? https : http;
  await new Promise<void>((done, fail) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const sent = request(
      target,
      {
        method: "POST",
        headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
        agent: false,
        signal,
        ...(ca === undefined ? {} : { ca }),
        // The name was resolved and checked; it is not resolved again.
        lookup: (_host, options, callback) =>
          options.all === true ? callback(null, [{ address, family }]) : callback(null, address, family),
      },
      (answer) => {
        const { statusCode = 0 } = answer;
        // Nothing of the answer is used: it must not fill our memory nor tell anybody what stands behind the address.
        answer.destroy();
        if (statusCode >= 200 && statusCode < 300) done();
        else if (statusCode >= 300 && statusCode < 400)
          fail(new PostFailed("it answered with a redirect, which is not followed", statusCode));
        else fail(new PostFailed(`it answered ${statusCode}`, statusCode));
      },
    );
    sent.on("error", (cause) =>
      fail(new PostFailed(signal.aborted ? `no answer within ${timeoutMs} ms` : cause.message)),
    );
    sent.end(body);
  });
}
