/** Objects in a bucket of an S3-compatible store (AWS, MinIO, OSS, OBS …), addressed by path. */
import { AwsClient } from "aws4fetch";
import { ERRORS, SandglassError, messageOf } from "../errors/mod.ts";
import { sha256 } from "./hash.ts";
import { isKey, type ObjectStore } from "./object-store.ts";

export interface S3Options {
  /** `https://host[:port]/bucket` or with a prefix behind the bucket. */
  readonly url: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A request that hangs is given up; the client's own retries are within it. */
const TIMEOUT_MS = 30_000;

export class S3Store implements ObjectStore {
  readonly #client: AwsClient;
  readonly #base: string;

  constructor({ url, region, accessKeyId, secretAccessKey }: S3Options) {
    this.#base = url.replace(/\/+$/, "");
    this.#client = new AwsClient({ accessKeyId, secretAccessKey, region, service: "s3", retries: 2 });
  }

  async put(bytes: Uint8Array): Promise<string> {
    const key = sha256(bytes);
    const answer = await this.#send("PUT", key, {
      body: bytes as Uint8Array<ArrayBuffer>,
      // The store refuses what does not arrive whole.
      headers: { "x-amz-content-sha256": key, "content-type": "application/octet-stream" },
    });
    if (!answer.ok) throw await failure(answer, key);
    return key;
  }

  async get(key: string): Promise<Uint8Array> {
    if (!isKey(key)) throw new SandglassError(ERRORS.OBJECT_MISSING, { key });
    const answer = await this.#send("GET", key);
    if (answer.status === 404) throw new SandglassError(ERRORS.OBJECT_MISSING, { key });
    if (!answer.ok) throw await failure(answer, key);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (sha256(bytes) !== key) throw new SandglassError(ERRORS.OBJECT_DAMAGED, { key });
    return bytes;
  }

  async #send(method: string, key: string, init: RequestInit = {}): Promise<Response> {
    const url = `${this.#base}/${key.slice(0, 2)}/${key.slice(2)}`;
    try {
      return await this.#client.fetch(url, { ...init, method, signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      const reason = messageOf(error);
      throw new SandglassError(ERRORS.OBJECT_STORE, { key, reason }, { cause: error });
    }
  }
}

async function failure(answer: Response, key: string): Promise<SandglassError> {
  const code = /<Code>([^<]{1,100})<\/Code>/.exec(await answer.text())?.[1];
  return new SandglassError(ERRORS.OBJECT_STORE, { key, reason: `${answer.status} ${code ?? answer.statusText}` });
}
