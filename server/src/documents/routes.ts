/** Issued documents over HTTP: lists, pages, and the check that needs no account. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { toBase64 } from "@sandglass/ledger";
import type { FastifyReply } from "fastify";
import { Type, type Static } from "typebox";
import {
  actorOf,
  Bilingual,
  decodeOrdinal,
  DEFAULT_LIMIT,
  ErrorAnswer,
  FileAnswer,
  Nullable,
  pageOf,
  PageOf,
  PAGE_QUERY,
  Time,
  toTime,
} from "../http/mod.ts";
import type { Documents, Verification } from "./documents.ts";
import type { IssuedDocument } from "./queries.ts";
import { LANGUAGES, type Language } from "./render/protocol.ts";

const TAGS = ["documents"];
const Id = Type.Object({ id: Type.String({ pattern: "^doc_[0-9a-hjkmnp-tv-z]{20}$" }) });
const Sha256 = Type.String({ pattern: "^[0-9a-f]{64}$", description: "Hex." });
const File = Type.Object({ sha256: Sha256, bytes: Type.Integer() });
const SHORT = {
  id: Type.String(),
  number: Type.String({ description: "Printed number." }),
  code: Type.String(),
  title: Bilingual,
  issuer: Bilingual,
  issuedAt: Time,
  contentHash: Type.String({
    description: "SHA-256 of the content's canonical JSON (RFC 8785); printed on the pages.",
  }),
  files: Type.Object({ zh: File, en: File }),
};
const DocumentAnswer = Type.Object({
  ...SHORT,
  case: Type.String(),
  caseKind: Type.String(),
  action: Type.String(),
  leaf: Type.String({ description: "Its ledger leaf." }),
});
const FullAnswer = Type.Object({
  ...DocumentAnswer.properties,
  content: Type.Unsafe<object>({ type: "object", additionalProperties: true }),
});
const VerifyAnswer = Type.Object({
  ...SHORT,
  leaf: Type.String(),
  /** Inclusion in the signed ledger; null until its next checkpoint. */
  proof: Nullable(
    Type.Object({
      index: Type.Integer(),
      size: Type.Integer(),
      root: Type.String({ description: "Base64." }),
      hash: Type.String({ description: "Base64." }),
      path: Type.Array(Type.String({ description: "Base64." })),
      signedAt: Time,
    }),
  ),
});
const REFUSALS = { 403: ErrorAnswer, 404: ErrorAnswer };

export function documentRoutes(documents: Documents): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      "/documents",
      {
        schema: {
          tags: TAGS,
          summary: "Documents of the cases that one may see, newest first",
          querystring: Type.Object({
            ...PAGE_QUERY,
            case: Type.Optional(Type.String({ maxLength: 60 })),
            code: Type.Optional(Type.String({ maxLength: 60 })),
          }),
          response: { 200: PageOf(DocumentAnswer), 400: ErrorAnswer, ...REFUSALS },
        },
      },
      async (request) => {
        const { case: caseId, code, cursor, limit = DEFAULT_LIMIT } = request.query;
        const below = cursor === undefined ? undefined : decodeOrdinal(cursor);
        const found = await documents.list(actorOf(request), { caseId, code, below, limit: limit + 1 });
        return pageOf(found, limit, answerOf, ({ ordinal }) => [String(ordinal)]);
      },
    );

    app.get(
      "/documents/:id",
      { schema: { tags: TAGS, summary: "One document", params: Id, response: { 200: FullAnswer, ...REFUSALS } } },
      async (request) => {
        const document = await documents.get(actorOf(request), request.params.id);
        return { ...answerOf(document), content: document.content };
      },
    );

    app.get("/documents/:id/file", { schema: fileSchema("Its pages (PDF)") }, async (request, reply) => {
      const { language = "zh" } = request.query;
      return sendFile(reply, await documents.file(actorOf(request), request.params.id, language), language);
    });

    app.get(
      "/public/reports/:id/file",
      { config: { public: true }, schema: fileSchema("Pages of an issued report of a programme (PDF); for anybody") },
      async (request, reply) => {
        const { language = "zh" } = request.query;
        return sendFile(reply, await documents.reportFile(request.params.id, language), language);
      },
    );

    app.get(
      "/verify/:id",
      {
        config: { public: true },
        schema: {
          tags: TAGS,
          summary: "Whether a document is genuine; for anybody who holds it",
          description: "Says what the document is and the hashes of its pages, nothing of the case it belongs to.",
          params: Id,
          response: { 200: VerifyAnswer, 404: ErrorAnswer },
        },
      },
      async (request) => verificationOf(await documents.verify(request.params.id)),
    );
  };
}

function fileSchema(summary: string) {
  return {
    tags: TAGS,
    summary,
    params: Id,
    querystring: Type.Object({
      language: Type.Optional(Type.Unsafe<Language>({ type: "string", enum: [...LANGUAGES] })),
    }),
    produces: ["application/pdf"],
    response: { 200: FileAnswer("The pages.", "application/pdf"), ...REFUSALS },
  };
}

function sendFile(
  reply: FastifyReply,
  { document, pdf }: { readonly document: IssuedDocument; readonly pdf: Uint8Array },
  language: Language,
): FastifyReply {
  return reply
    .type("application/pdf")
    .header("content-disposition", `inline; filename="${document.number}-${language}.pdf"`)
    .header("content-security-policy", "sandbox; default-src 'none'")
    .send(pdf);
}

function shortOf(document: IssuedDocument) {
  const { id, number, code, title, issuer, contentHash, files } = document;
  return { id, number, code, title, issuer, issuedAt: toTime(document.issuedAt), contentHash, files };
}

function answerOf(document: IssuedDocument): Static<typeof DocumentAnswer> {
  const { caseId, caseKind, action, leaf } = document;
  return { ...shortOf(document), case: caseId, caseKind, action, leaf };
}

function verificationOf({ document, proof }: Verification): Static<typeof VerifyAnswer> {
  return {
    ...shortOf(document),
    leaf: document.leaf,
    proof:
      proof === undefined
        ? null
        : {
            index: proof.seq,
            size: proof.size,
            root: toBase64(proof.root),
            hash: toBase64(proof.hash),
            path: proof.path.map(toBase64),
            signedAt: proof.checkpoint.at,
          },
  };
}
