import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { sha256 } from "./hash.ts";
import { S3Store } from "./s3-store.ts";

const SECRET = "top/secret";

/** Checks AWS Signature Version 4 as the specification describes it, apart from the client under test. */
function isSigned(request: IncomingMessage, body: Buffer): boolean {
  const match =
    /^AWS4-HMAC-SHA256 Credential=KEY\/(\d{8})\/cn-north\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? "",
    );
  if (match === null) return false;
  const [, day, names, signature] = match;
  const header = (name: string) => String(request.headers[name]).trim();
  const hash = header("x-amz-content-sha256");
  if (hash !== "UNSIGNED-PAYLOAD" && hash !== sha256(body)) return false;
  const headers = names.split(";").map((name) => `${name}:${header(name)}\n`);
  const canonical = [request.method, request.url, "", headers.join(""), names, hash].join("\n");
  const scope = `${day}/cn-north/s3/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", header("x-amz-date"), scope, sha256(canonical)].join("\n");
  const sign = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const key = sign(sign(sign(sign(`AWS4${SECRET}`, day), "cn-north"), "s3"), "aws4_request");
  return sign(key, toSign).toString("hex") === signature;
}

const files = new Map<string, Buffer>();
let isBroken = false;
const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks);
    const path = request.url ?? "";
    if (isBroken) return response.writeHead(507).end("<Error><Code>QuotaExceeded</Code></Error>");
    if (!isSigned(request, body))
      return response.writeHead(403).end("<Error><Code>SignatureDoesNotMatch</Code></Error>");
    if (request.method === "PUT") files.set(path, body);
    const found = files.get(path);
    return found === undefined ? response.writeHead(404).end() : response.writeHead(200).end(found);
  });
});

let url: string;
before(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/evidence/sandglass/`;
});
after(() => server.close());

function open(secretAccessKey = SECRET): S3Store {
  return new S3Store({ url, region: "cn-north", accessKeyId: "KEY", secretAccessKey });
}

test("what is stored in a bucket comes back under its hash, with signed requests", async () => {
  const bytes = Buffer.from("附件");
  const key = await open().put(bytes);
  assert.equal(key, sha256(bytes));
  assert.deepEqual([...files.keys()], [`/evidence/sandglass/${key.slice(0, 2)}/${key.slice(2)}`]);
  assert.deepEqual(Buffer.from(await open().get(key)), bytes);
});

test("a missing object, changed bytes, wrong credentials, a full and an absent store are told apart", async () => {
  const key = await open().put(Buffer.from("one"));
  await assert.rejects(open().get("0".repeat(64)), { code: "SG_OBJECT_MISSING" });
  await assert.rejects(open().get("../other"), { code: "SG_OBJECT_MISSING" });
  await assert.rejects(open("wrong").get(key), { code: "SG_OBJECT_STORE", message: /SignatureDoesNotMatch/ });
  files.set(`/evidence/sandglass/${key.slice(0, 2)}/${key.slice(2)}`, Buffer.from("two"));
  await assert.rejects(open().get(key), { code: "SG_OBJECT_DAMAGED" });
  isBroken = true;
  await assert.rejects(open().put(Buffer.from("three")), { code: "SG_OBJECT_STORE", message: /507 QuotaExceeded/ });
  isBroken = false;
  const absent = new S3Store({ url: "http://127.0.0.1:1/x", region: "r", accessKeyId: "k", secretAccessKey: "s" });
  await assert.rejects(absent.get(key), { code: "SG_OBJECT_STORE" });
});
