import { Readable } from "node:stream";
import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import {
  checkpointMessage,
  entryHash,
  formatVerifierKey,
  HASH_ALGORITHM,
  SIGNATURE_ALGORITHM,
  toBase64,
  type Checkpoint,
} from "@sandglass/ledger";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { actorOf, decodeCursor, DEFAULT_LIMIT, Nullable, pageOf, PageOf, PAGE_QUERY, Time } from "../http/mod.ts";
import { SYSTEM_LEDGER, type Records } from "../records/mod.ts";
import { exportLedger } from "./export.ts";
import { HASHER } from "./hasher.ts";
import { KEY_CUSTODIES } from "./key-store.ts";
import type { Ledger } from "./ledger.ts";
import type { Timestamping } from "./timestamping.ts";
import type { Witnessing } from "./witnessing.ts";
import { requireFullReader, requireOperator, requireReader } from "./rights.ts";
import {
  findCheckpoints,
  findKeyPeriods,
  findLeafProof,
  findLeaves,
  findTimestamps,
  type LeafListItem,
  type StoredTimestamp,
} from "./queries.ts";

const LeafId = Type.String({ pattern: "^leaf_[0-9a-z]{20}$" });
const Hash = Type.String({ description: "32 bytes, base64." });

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

const KeyAnswer = Type.Object({
  keyId: Type.String(),
  algorithm: Type.String(),
  hashAlgorithm: Type.String(),
  origin: Type.String(),
  publicKey: Type.String({ description: "Raw Ed25519 key, base64." }),
  pem: Type.String(),
  vkey: Type.String({ description: "The same key as C2SP verifier key: what a witness of this log is given." }),
});

const KeyPeriodAnswer = Type.Object({
  keyId: Type.String(),
  publicKey: Type.String({ description: "Raw Ed25519 key, base64." }),
  since: Time,
  index: Nullable(Type.Integer({ description: "Number of the leaf that introduced it; null while pending." })),
});

const TimestampAnswer = Type.Object({
  size: Type.Integer({ description: "Of the checkpoint that it stamps." }),
  authority: Type.String(),
  at: Time,
  token: Type.String({
    description: "RFC 3161 token in DER, base64; its imprint is SHA-256 over the checkpoint's `text`.",
  }),
});

const WitnessAnswer = Type.Object({
  name: Type.String(),
  url: Type.String(),
  key: Type.String({ description: "Verifier key." }),
  size: Type.Integer({ description: "Largest tree that it cosigned; 0 = none." }),
  at: Nullable(Time),
  failure: Nullable(Type.String({ description: "Why the last attempt failed." })),
  isRefusal: Type.Boolean({ description: "It does not accept that the log extends what it saw." }),
});

export function ledgerRoutes({
  records,
  ledger,
  witnessing,
  timestamping,
}: {
  readonly records: Records;
  readonly ledger: Ledger;
  /** Absent where no witness is asked. */
  readonly witnessing?: Witnessing;
  /** Absent where no time-stamp authority is asked. */
  readonly timestamping?: Timestamping | undefined;
}): FastifyPluginAsyncTypebox {
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
          ...(cursor === undefined ? {} : { below: positionOf(cursor) }),
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
        requireReader(actor);
        const { cursor, limit = DEFAULT_LIMIT } = request.query;
        const below = cursor === undefined ? undefined : Number(positionOf(cursor));
        const found = await records.transact(actor, (tx) => findCheckpoints(tx, limit + 1, below));
        const page = pageOf(found, limit, checkpointAnswer, (checkpoint) => [String(checkpoint.size)]);
        return { items: [...page.items], next: page.next };
      },
    );

    // Public: who checks an export must not need an account.
    app.get(
      "/ledger/key",
      {
        config: { public: true },
        schema: { tags: ["ledger"], summary: "Public key that signs checkpoints now", response: { 200: KeyAnswer } },
      },
      async () => {
        const { keyId, publicKey, publicKeyPem } = ledger.publicKey();
        return {
          keyId,
          algorithm: SIGNATURE_ALGORITHM,
          hashAlgorithm: HASH_ALGORITHM,
          origin: ledger.status().origin,
          publicKey: toBase64(publicKey),
          pem: publicKeyPem,
          vkey: formatVerifierKey(ledger.verifierKey()),
        };
      },
    );

    app.get(
      "/ledger/keys",
      {
        schema: {
          tags: ["ledger"],
          summary: "Keys that have signed, newest first, and where the present one is kept",
          response: {
            200: Type.Object({
              custody: Type.Enum([...KEY_CUSTODIES], {
                description: "Of the key that signs now: a file, a file under a passphrase, a signer outside.",
              }),
              items: Type.Array(KeyPeriodAnswer),
            }),
          },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireReader(actor);
        const { custody } = ledger.status();
        return { custody, items: await records.transact(SYSTEM_LEDGER, findKeyPeriods) };
      },
    );

    app.post(
      "/ledger/keys",
      {
        schema: {
          tags: ["ledger"],
          summary: "Hands the ledger over to a new key",
          description:
            "The old key signs the leaf that introduces the new one, and nothing after that. For those who operate the platform.",
          body: Type.Object(
            {
              signerKey: Type.Optional(
                Type.String({
                  minLength: 1,
                  maxLength: 200,
                  description: "Label of the new key in the configured signer; absent = a key file in the data folder.",
                }),
              ),
            },
            { additionalProperties: false },
          ),
          response: { 201: Type.Object({ keyId: Type.String(), previous: Type.String() }) },
        },
      },
      async (request, reply) => {
        requireOperator(actorOf(request));
        const previous = ledger.publicKey().keyId;
        const keyId = await ledger.rotateKey(request.body.signerKey);
        return reply.status(201).send({ keyId, previous });
      },
    );

    app.get(
      "/ledger/witnesses",
      {
        schema: {
          tags: ["ledger"],
          summary: "Witnesses that cosign checkpoints, and how far",
          response: { 200: Type.Object({ items: Type.Array(WitnessAnswer) }) },
        },
      },
      async (request) => {
        requireReader(actorOf(request));
        const found = (await witnessing?.status()) ?? [];
        return { items: found.map((each) => ({ ...each, at: each.at ?? null, failure: each.failure ?? null })) };
      },
    );

    app.get(
      "/ledger/timestamps",
      {
        schema: {
          tags: ["ledger"],
          summary: "Time-stamps of checkpoints, newest first",
          querystring: Type.Object({ ...PAGE_QUERY }, { additionalProperties: false }),
          response: {
            200: Type.Object({
              items: Type.Array(TimestampAnswer),
              next: Nullable(Type.String()),
              authority: Nullable(Type.String({ description: "Address that is asked; null = none." })),
              failure: Nullable(Type.String({ description: "Why the last attempt failed." })),
            }),
          },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireReader(actor);
        const { cursor, limit = DEFAULT_LIMIT } = request.query;
        const below = cursor === undefined ? undefined : positionOf(cursor);
        const found = await records.transact(actor, (tx) => findTimestamps(tx, limit + 1, below));
        const page = pageOf(found, limit, timestampAnswer, ({ ordinal }) => [String(ordinal)]);
        const status = timestamping?.status();
        return {
          items: [...page.items],
          next: page.next,
          authority: status?.url ?? null,
          failure: status?.failure ?? null,
        };
      },
    );

    app.get(
      "/ledger/export",
      {
        schema: {
          tags: ["ledger"],
          summary: "The whole log as canonical NDJSON",
          description:
            "`sandglass ledger verify FILE --key KEY` checks it offline. Only for actors who may read all of the ledger.",
          produces: ["application/x-ndjson"],
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

function positionOf(cursor: string): bigint {
  const [text] = decodeCursor(cursor, ["string"]);
  if (!/^\d{1,15}$/.test(text)) throw new SandglassError(ERRORS.CURSOR_INVALID);
  return BigInt(text);
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

function timestampAnswer({ size, authority, at, token }: StoredTimestamp) {
  return { size, authority, at, token: toBase64(token) };
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
