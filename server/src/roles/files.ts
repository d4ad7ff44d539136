/** Documents and attachments put together: one object store, the routes, and the listener that hands attachments out. */
import Fastify, { type FastifyInstance, type FastifyPluginAsync } from "fastify";
import { installErrorHandler } from "../api/mod.ts";
import { attachmentRoutes, Attachments, ClamdScanner, fileRoutes } from "../attachments/mod.ts";
import type { Cases } from "../cases/mod.ts";
import type { Config } from "../config.ts";
import { Documents, documentRoutes } from "../documents/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { openObjectStore } from "../objects/mod.ts";
import { SYSTEM_RULEBOOK, type Records } from "../records/mod.ts";
import type { Secrets } from "../secrets/mod.ts";
import { addressOf } from "./address.ts";
import type { PublishedRules } from "../rulebook/mod.ts";
import type { PackLookup } from "./project-sets.ts";

export interface FilesOptions {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly records: Records;
  readonly cases: Cases;
  readonly now: () => number;
  readonly packs: PackLookup;
  readonly publishedRules: PublishedRules;
  readonly warn: (fields: object, text: string) => void;
}

export interface Files {
  /** Below /api/v1. */
  readonly routes: readonly FastifyPluginAsync[];
  close(): Promise<void>;
}

export async function openFiles(options: FilesOptions): Promise<Files> {
  const { config, secrets, records, cases, packs, publishedRules, now, warn } = options;
  const objects = openObjectStore(config);
  const { engine } = cases;
  const console = config.publicUrl || addressOf(config.host, config.port);
  let origin = config.filesUrl.replace(/\/+$/, "");
  const attachments = new Attachments({
    records,
    engine,
    objects,
    scanner: config.attachmentScanner === "" ? undefined : new ClamdScanner(config.attachmentScanner),
    secret: secrets.load("attachments.key"),
    origin: () => origin,
    now,
  });
  const listener = await listen(config, attachments);
  const address = listener.server.address();
  if (origin === "" && typeof address === "object" && address !== null) origin = addressOf(config.host, address.port);
  const documents = await Documents.start({
    records,
    engine,
    objects,
    verifyUrl: (id) => `${console}/verify/${id}`,
    findPack: (id) => {
      const found = packs.find(id);
      if (found === undefined) return undefined;
      const { title, version } = found.pack.manifest;
      return { title, version, rules: new Map(found.set.triggers.map((each) => [each.id, each])) };
    },
    findRules: async (versions) =>
      (await publishedRules.find(SYSTEM_RULEBOOK, versions)).map(({ compiled }) => compiled),
    warn,
  });
  return {
    routes: [documentRoutes(documents), attachmentRoutes({ attachments, limit: config.attachmentMaxMb * 1024 * 1024 })],
    async close() {
      await listener.close();
      await documents.close();
    },
  };
}

/** Another port is another origin: what an attachment holds can never act in the console's name. */
async function listen(config: Config, attachments: Attachments): Promise<FastifyInstance> {
  const app = Fastify({ logger: false });
  installErrorHandler(app, { pages: false });
  await app.register(fileRoutes(attachments));
  await app.listen({ host: config.host, port: config.filesPort }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "EADDRINUSE"
      ? new SandglassError(
          ERRORS.ADDRESS_IN_USE,
          { address: addressOf(config.host, config.filesPort), flag: "--files-port" },
          { cause: error },
        )
      : error;
  });
  return app;
}
