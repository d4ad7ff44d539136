/** How the log is kept provable: the keys that sign it, the witnesses that cosign it, the time-stamps of its checkpoints. */
import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import {
  findVerifierKey,
  formatVerifierKey,
  HASH_ALGORITHM,
  SIGNATURE_ALGORITHM,
  toBase64,
  type VerifyTimestamp,
} from "@sandglass/ledger";
import { actorOf, decodeOrdinal, DEFAULT_LIMIT, Nullable, pageOf, PageOf, PAGE_QUERY, Time } from "../http/mod.ts";
import { SYSTEM_LEDGER, type Records } from "../records/mod.ts";
import { HASHER } from "./hasher.ts";
import { KEY_CUSTODIES } from "./key-store.ts";
import type { Ledger } from "./ledger.ts";
import {
  findCosignatures,
  findKeyPeriods,
  findTimestamps,
  type StoredCosignature,
  type StoredTimestamp,
} from "./queries.ts";
import { requireCustodyReader, requireOperator } from "./rights.ts";
import { judgeToken, timestampVerifier } from "./timestamp-check.ts";
import type { Timestamping } from "./timestamping.ts";
import type { Witnessing } from "./witnessing.ts";

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
  verdict: Type.Enum(["trusted", "holds", "refuted"], {
    description: "Verified anew now: `trusted` leads to a configured authority, `holds` does not.",
  }),
  reason: Nullable(Type.String({ description: "Why it is refuted." })),
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

const CosignatureAnswer = Type.Object({
  witness: Type.String({ description: "Its name." }),
  key: Type.String({ description: "Verifier key." }),
  size: Type.Integer({ description: "Of the checkpoint." }),
  at: Type.String({ format: "date-time", description: "As the witness states it." }),
});

export interface CustodyRoutesOptions {
  readonly records: Records;
  readonly ledger: Ledger;
  /** Absent where no witness is asked. */
  readonly witnessing?: Witnessing | undefined;
  /** Absent where no time-stamp authority is asked. */
  readonly timestamping?: Timestamping | undefined;
}

export function custodyRoutes({
  records,
  ledger,
  witnessing,
  timestamping,
}: CustodyRoutesOptions): FastifyPluginAsyncTypebox {
  return async (app) => {
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
        requireCustodyReader(actor);
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
        requireCustodyReader(actorOf(request));
        const found = (await witnessing?.status()) ?? [];
        return { items: found.map((each) => ({ ...each, at: each.at ?? null, failure: each.failure ?? null })) };
      },
    );

    app.get(
      "/ledger/cosignatures",
      {
        schema: {
          tags: ["ledger"],
          summary: "Who cosigned which checkpoint when, newest first",
          querystring: Type.Object({ ...PAGE_QUERY }, { additionalProperties: false }),
          response: { 200: PageOf(CosignatureAnswer) },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireCustodyReader(actor);
        const { cursor, limit = DEFAULT_LIMIT } = request.query;
        const below = cursor === undefined ? undefined : decodeOrdinal(cursor);
        const found = await records.transact(actor, (tx) => findCosignatures(tx, limit + 1, below));
        const page = pageOf(found, limit, cosignatureAnswer, ({ ordinal }) => [String(ordinal)]);
        return { items: [...page.items], next: page.next };
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
        requireCustodyReader(actor);
        const { cursor, limit = DEFAULT_LIMIT } = request.query;
        const below = cursor === undefined ? undefined : decodeOrdinal(cursor);
        const found = await records.transact(actor, (tx) => findTimestamps(tx, limit + 1, below));
        const status = timestamping?.status();
        const verifyTimestamp = timestamping?.verifyTimestamp ?? timestampVerifier([]);
        const page = pageOf(
          found,
          limit,
          (stored) => timestampAnswer(stored, verifyTimestamp),
          ({ ordinal }) => [String(ordinal)],
        );
        return {
          items: [...page.items],
          next: page.next,
          authority: status?.url ?? null,
          failure: status?.failure ?? null,
        };
      },
    );
  };
}

function timestampAnswer(
  { size, authority, at, token, checkpoint }: StoredTimestamp,
  verifyTimestamp: VerifyTimestamp,
) {
  const judged = judgeToken(token, checkpoint, verifyTimestamp);
  const verdict =
    judged.kind === "refuted" ? ("refuted" as const) : judged.trusted ? ("trusted" as const) : ("holds" as const);
  return {
    size,
    authority,
    at,
    token: toBase64(token),
    verdict,
    reason: judged.kind === "refuted" ? judged.reason : null,
  };
}

function cosignatureAnswer({ witness, size, at }: StoredCosignature) {
  return { witness: findVerifierKey(witness, HASHER)?.name ?? witness, key: witness, size, at };
}
