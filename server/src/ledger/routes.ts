import { Readable } from "node:stream";
import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { checkpointMessage, entryHash, toBase64, type Checkpoint } from "@sandglass/ledger";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import {
  actorOf,
  decodeOrdinal,
  DEFAULT_LIMIT,
  FileAnswer,
  Nullable,
  pageOf,
  PageOf,
  PAGE_QUERY,
  Time,
} from "../http/mod.ts";
import { exportLedger } from "./export.ts";
import { HASHER } from "./hasher.ts";
import { custodyRoutes, type CustodyRoutesOptions } from "./custody-routes.ts";
import { requireCustodyReader, requireFullReader, requireReader } from "./rights.ts";
import { findCheckpoints, findConsistency, findLeafProof, findLeaves, type LeafListItem } from "./queries.ts";

const LeafId = Type.String({ pattern: "^leaf_[0-9a-z]{20}$" });
const Hash = Type.String({ description: "32 bytes, base64." });

const CheckpointSize = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

const LeafAnswer = Type.Object({
  id: LeafId,
  index: Nullable(Type.Integer({ description: "Number in the log, from 0; null while pending." })),
  state: Type.Enum(["pending", "sequenced"]),
  kind: Type.String(),
  at: Time,
  subject: Nullable(Type.String({ description: "Opaque id of what it is about; null once erased." })),
  commitment: Hash,
  hash: Hash,
});

const CheckpointAnswer = Type.Object({
  origin: Type.String(),
  size: Type.Integer({ description: "Number of leaves that it signs." }),
  root: Hash,
  at: Time,
  keyId: Type.String(),
  hashAlgorithm: Type.String(),
  signatureAlgorithm: Type.String(),
  signature: Type.String({ description: "Base64, over `text`." }),
  text: Type.String({ description: "The signed text." }),
});

const ProofAnswer = Type.Object({
  id: LeafId,
  index: Type.Integer(),
  size: Type.Integer(),
  hash: Hash,
  root: Hash,
  path: Type.Array(Hash, { description: "RFC 6962 audit path, from the leaf upwards." }),
  checkpoint: CheckpointAnswer,
  leaf: Type.Object({
    at: Time,
    id: LeafId,
    kind: Type.String(),
    commitment: Hash,
    subject: Nullable(Type.String()),
    salt: Nullable(Type.String()),
    content: Type.Unknown(),
  }),
});

export function ledgerRoutes(options: CustodyRoutesOptions): FastifyPluginAsyncTypebox {
  const { records } = options;
  return async (app) => {
    app.get(
      "/ledger/leaves",
      {
        schema: {
          tags: ["ledger"],
          summary: "Leaves that the actor may read, newest first",
          querystring: Type.Object(
            {
              kind: Type.Optional(Type.String({ maxLength: 100 })),
              subject: Type.Optional(Type.String({ maxLength: 200 })),
              ...PAGE_QUERY,
            },
            { additionalProperties: false },
          ),
          response: { 200: PageOf(LeafAnswer) },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireReader(actor);
        const { kind, subject, cursor, limit = DEFAULT_LIMIT } = request.query;
        const filter = {
          limit: limit + 1,
          ...(kind === undefined ? {} : { kind }),
          ...(subject === undefined ? {} : { subject }),
          ...(cursor === undefined ? {} : { below: decodeOrdinal(cursor) }),
        };
        const found = await records.transact(actor, (tx) => findLeaves(tx, filter));
        const page = pageOf(found, limit, leafAnswer, (item) => [String(item.ordinal)]);
        return { items: [...page.items], next: page.next };
      },
    );

    app.get(
      "/ledger/leaves/:id/proof",
      {
        schema: {
          tags: ["ledger"],
          summary: "Proof that a leaf is in the log",
          params: Type.Object({ id: LeafId }),
          response: { 200: ProofAnswer },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireReader(actor);
        const { id } = request.params;
        const found = await records.transact(actor, (tx) => findLeafProof(tx, id));
        if (found === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
        if (found.proof === undefined) throw new SandglassError(ERRORS.LEDGER_PENDING, { id });
        const { leaf, proof } = found;
        return {
          id,
          index: proof.seq,
          size: proof.size,
          hash: toBase64(proof.hash),
          root: toBase64(proof.root),
          path: proof.path.map(toBase64),
          checkpoint: checkpointAnswer(proof.checkpoint),
          leaf: {
            at: leaf.at,
            id,
            kind: leaf.kind,
            commitment: toBase64(leaf.commitment),
            subject: leaf.opening?.subject ?? null,
            salt: leaf.opening ? toBase64(leaf.opening.salt) : null,
            content: leaf.opening?.content ?? null,
          },
        };
      },
    );

    app.get(
      "/ledger/checkpoints",
      {
        schema: {
          tags: ["ledger"],
          summary: "Signed checkpoints, newest first",
          querystring: Type.Object({ ...PAGE_QUERY }, { additionalProperties: false }),
          response: { 200: PageOf(CheckpointAnswer) },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireCustodyReader(actor);
        const { cursor, limit = DEFAULT_LIMIT } = request.query;
        const below = cursor === undefined ? undefined : Number(decodeOrdinal(cursor));
        const found = await records.transact(actor, (tx) => findCheckpoints(tx, limit + 1, below));
        const page = pageOf(found, limit, checkpointAnswer, (checkpoint) => [String(checkpoint.size)]);
        return { items: [...page.items], next: page.next };
      },
    );

    app.get(
      "/ledger/consistency",
      {
        schema: {
          tags: ["ledger"],
          summary: "Proof that a later checkpoint extends an earlier one",
          description: "RFC 6962 §2.1.2: who has both roots checks it with nothing but hashing.",
          querystring: Type.Object({ from: CheckpointSize, to: CheckpointSize }, { additionalProperties: false }),
          response: {
            200: Type.Object({
              from: CheckpointAnswer,
              to: CheckpointAnswer,
              path: Type.Array(Hash, { description: "Empty for one and the same." }),
            }),
          },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireCustodyReader(actor);
        const { from, to } = request.query;
        const found = await records.transact(actor, (tx) =>
          findConsistency(tx, Math.min(from, to), Math.max(from, to)),
        );
        if (found === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: "checkpoints", from, to });
        return {
          from: checkpointAnswer(found.from),
          to: checkpointAnswer(found.to),
          path: found.path.map(toBase64),
        };
      },
    );

    await app.register(custodyRoutes(options));

    app.get(
      "/ledger/export",
      {
        schema: {
          tags: ["ledger"],
          summary: "The whole log as canonical NDJSON",
          description:
            "`sandglass ledger verify FILE --key KEY` checks it offline. Only for actors who may read all of the ledger.",
          response: { 200: FileAnswer("One leaf or checkpoint a line.", "application/x-ndjson") },
        },
      },
      async (request, reply) => {
        const actor = actorOf(request);
        requireFullReader(actor);
        return reply
          .type("application/x-ndjson")
          .header("content-disposition", 'attachment; filename="sandglass-ledger.ndjson"')
          .send(Readable.from(exportLedger(records)));
      },
    );
  };
}

function leafAnswer({ leaf, seq }: LeafListItem) {
  return {
    id: leaf.id,
    index: seq ?? null,
    state: seq === undefined ? ("pending" as const) : ("sequenced" as const),
    kind: leaf.kind,
    at: leaf.at,
    subject: leaf.opening?.subject ?? null,
    commitment: toBase64(leaf.commitment),
    hash: toBase64(entryHash(leaf, HASHER)),
  };
}

function checkpointAnswer(checkpoint: Checkpoint) {
  return {
    origin: checkpoint.origin,
    size: checkpoint.size,
    root: toBase64(checkpoint.root),
    at: checkpoint.at,
    keyId: checkpoint.keyId,
    hashAlgorithm: checkpoint.hashAlgorithm,
    signatureAlgorithm: checkpoint.signatureAlgorithm,
    signature: toBase64(checkpoint.signature),
    text: new TextDecoder().decode(checkpointMessage(checkpoint)),
  };
}
