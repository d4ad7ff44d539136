/** Attachments over HTTP, and the listener of its own that hands their bytes out. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type, type Static } from "typebox";
import type { PersonNames } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { actorOf, ErrorAnswer, Nullable, Time, toTime } from "../http/mod.ts";
import type { Attachment, Attachments } from "./attachments.ts";

const TAGS = ["attachments"];
const CaseId = Type.Object({ id: Type.String({ pattern: "^[a-z]{2,12}_[0-9a-z]{20}$" }) });
const Id = Type.Object({ id: Type.String({ pattern: "^att_[0-9a-hjkmnp-tv-z]{20}$" }) });
const AttachmentAnswer = Type.Object({
  id: Type.String(),
  case: Type.String(),
  name: Type.String(),
  type: Type.String({ description: "Media type found in the bytes." }),
  bytes: Type.Integer(),
  sha256: Type.String(),
  scannedBy: Nullable(Type.String({ description: "What found it clean; null where no scanner is configured." })),
  by: Type.Object({
    account: Nullable(Type.String()),
    role: Type.String(),
    organisation: Type.String(),
    name: Nullable(Type.String({ description: "Where the reader may know it." })),
  }),
  at: Time,
  leaf: Type.String({ description: "Its ledger leaf." }),
});
const REFUSALS = {
  400: ErrorAnswer,
  403: ErrorAnswer,
  404: ErrorAnswer,
  413: ErrorAnswer,
  415: ErrorAnswer,
  422: ErrorAnswer,
  503: ErrorAnswer,
};

export interface AttachmentRoutesOptions {
  readonly attachments: Attachments;
  /** Largest file, bytes. */
  readonly limit: number;
}

export function attachmentRoutes({ attachments, limit }: AttachmentRoutesOptions): FastifyPluginAsyncTypebox {
  return async (app) => {
    // Whatever the sender calls it: its type is found in the bytes.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: limit }, (_request, body, done) => done(null, body));

    app.post(
      "/cases/:id/attachments",
      {
        bodyLimit: limit,
        schema: {
          tags: TAGS,
          summary: "Add a file to a case",
          description: "The body is the file; its name is in the header x-file-name, percent-encoded.",
          params: CaseId,
          headers: Type.Object({ "x-file-name": Type.Optional(Type.String({ maxLength: 2000 })) }),
          response: { 201: AttachmentAnswer, ...REFUSALS },
        },
      },
      async (request, reply) => {
        const bytes = request.body;
        const name = nameOf(request.headers["x-file-name"]);
        if (!(bytes instanceof Uint8Array) || bytes.length === 0)
          throw new SandglassError(ERRORS.ATTACHMENT_EMPTY, { name });
        const { added, names } = await attachments.add(actorOf(request), request.params.id, name, bytes);
        return reply.code(201).send(answerOf(added, names));
      },
    );

    app.get(
      "/cases/:id/attachments",
      {
        schema: {
          tags: TAGS,
          summary: "Files of a case",
          params: CaseId,
          response: { 200: Type.Object({ items: Type.Array(AttachmentAnswer), next: Type.Null() }), ...REFUSALS },
        },
      },
      async (request) => {
        const { found, names } = await attachments.list(actorOf(request), request.params.id);
        return { items: found.map((each) => answerOf(each, names)), next: null };
      },
    );

    app.post(
      "/attachments/:id/link",
      {
        schema: {
          tags: TAGS,
          summary: "An address that opens a file for one minute",
          description:
            "On another origin than the console's, so that no file can act in its name. Logged as reading the case.",
          params: Id,
          response: { 201: Type.Object({ url: Type.String(), expiresAt: Time }), ...REFUSALS },
        },
      },
      async (request, reply) => {
        const { url, expiresAt } = await attachments.link(actorOf(request), request.params.id);
        return reply.code(201).send({ url, expiresAt: toTime(expiresAt) });
      },
    );
  };
}

/** Of the other origin: no cookies, no scripts, always a download. */
export function fileRoutes(attachments: Attachments): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      "/files/:token",
      { schema: { params: Type.Object({ token: Type.String({ maxLength: 200 }) }) } },
      async (request, reply) => {
        const { attachment, bytes } = await attachments.open(request.params.token);
        return reply
          .type(attachment.type)
          .header("content-disposition", `attachment; filename*=UTF-8''${encodeRfc5987(attachment.name)}`)
          .header("content-security-policy", "sandbox; default-src 'none'")
          .header("x-content-type-options", "nosniff")
          .header("cross-origin-resource-policy", "same-site")
          .header("referrer-policy", "no-referrer")
          .header("cache-control", "private, no-store")
          .send(bytes);
      },
    );
  };
}

function nameOf(header: string | undefined): string {
  try {
    return decodeURIComponent(header ?? "");
  } catch {
    throw new SandglassError(ERRORS.ATTACHMENT_NAME);
  }
}

/** RFC 8187: what encodeURIComponent leaves and a header parameter must not hold. */
function encodeRfc5987(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
}

function answerOf(attachment: Attachment, names: PersonNames): Static<typeof AttachmentAnswer> {
  const { id, caseId, name, type, bytes, sha256, scannedBy, by, at, leaf } = attachment;
  return {
    id,
    case: caseId,
    name,
    type,
    bytes,
    sha256,
    scannedBy: scannedBy ?? null,
    by: { account: by.account ?? null, role: by.role, organisation: by.organisation, name: names.get(by.id) ?? null },
    at: toTime(at),
    leaf,
  };
}
