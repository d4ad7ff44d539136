/** The built console: hashed assets for a year, index.html fresh each time with a nonce for its styles and scripts. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply } from "fastify";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { toBody } from "./error-handler.ts";
import { consolePolicy } from "./security-headers.ts";

const PLACEHOLDER = "__CSP_NONCE__";

/**
 * @param folder console/dist; it may appear later
 * @param apiPrefix addresses below it are never the console
 */
export async function installConsole(app: FastifyInstance, folder: string, apiPrefix: string): Promise<void> {
  const index = path.join(folder, "index.html");
  const sendIndex = async (reply: FastifyReply): Promise<FastifyReply> => {
    const nonce = randomBytes(16).toString("base64");
    let page: string;
    try {
      page = await readFile(index, "utf8");
    } catch (cause) {
      throw new SandglassError(ERRORS.UNAVAILABLE, { what: "console" }, { cause });
    }
    const withNonce = page
      .replaceAll(PLACEHOLDER, nonce)
      .replaceAll(/<(script|style)(?=[\s>])(?![^>]*\snonce=)/g, `<$1 nonce="${nonce}"`);
    return reply
      .header("content-security-policy", consolePolicy(nonce))
      .header("cache-control", "no-store")
      .type("text/html; charset=utf-8")
      .send(withNonce);
  };
  if (existsSync(folder)) {
    await app.register(fastifyStatic, {
      root: folder,
      index: false,
      wildcard: true,
      cacheControl: false,
      logLevel: "warn",
      setHeaders: (reply, file) => {
        // Vite puts a hash into the name of everything below assets/.
        reply.header(
          "cache-control",
          file.includes(`${path.sep}assets${path.sep}`) ? "public, max-age=31536000, immutable" : "no-cache",
        );
      },
      schemaHide: true,
    });
  }
  app.get("/", { config: { public: true }, schema: { hide: true } }, (_request, reply) => sendIndex(reply));
  app.get("/index.html", { config: { public: true }, schema: { hide: true } }, (_request, reply) => sendIndex(reply));
  app.setNotFoundHandler((request, reply) => {
    const isPage =
      request.method === "GET" &&
      !request.url.startsWith(apiPrefix) &&
      !path.posix.extname(request.url.split("?")[0] ?? "");
    if (isPage) return sendIndex(reply);
    const error = new SandglassError(ERRORS.NOT_FOUND, {
      // Without the query, which may hold what a person searched for.
      what: `${request.method} ${request.url.split("?")[0]}`,
    });
    return reply.code(404).send(toBody(error, request.id));
  });
}
