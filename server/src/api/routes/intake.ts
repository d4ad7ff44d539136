import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { SIGNALS, type Signal } from "@sandglass/signals";
import { mayActor, reachesOfActor, requireRight, vehicleIdOf, type Platform } from "../../access/mod.ts";
import {
  actorOf,
  Bilingual,
  decodeCursor,
  DEFAULT_LIMIT,
  ErrorAnswer,
  MAX_COUNT,
  Nullable,
  pageOf,
  PageOf,
  PAGE_QUERY,
  Time,
  toTime,
  toSequence,
  toTimeOrNull,
} from "../../http/mod.ts";
import { ERRORS } from "../../errors/mod.ts";
import type { ApiDependencies, LinkInfo } from "../dependencies.ts";
import { OwnTime, toFrame } from "./telemetry.ts";
import { keyOfParam, VehicleId } from "./vehicles.ts";

const LinkAnswer = Type.Object({
  id: Type.Integer(),
  kind: Type.String(),
  state: Type.String({ description: "open, held, logged_out, closed, or the code for which we closed it." }),
  reason: Nullable(Bilingual),
  remote: Nullable(Type.String()),
  openedAt: Time,
  lastFrameAt: Nullable(Time),
  vehicle: Nullable(VehicleId),
  vin: Nullable(Type.String({ description: "Masked." })),
  platform: Nullable(Type.String()),
  assurance: Type.String(),
  frames: Type.Integer(),
  bytes: Type.Integer(),
  malformed: Type.Integer(),
  quarantined: Type.Integer(),
  skippedBytes: Type.Integer(),
  answered: Type.Integer(),
  edition: Nullable(Type.Integer({ description: "Of the last frame." })),
  rows: Type.Record(Type.String(), Type.Integer(), { description: "Rows by disposition." }),
  replies: Type.Record(Type.String(), Type.Integer(), { description: "Replies by response flag." }),
  codes: Type.Record(Type.String(), Type.Integer(), {
    description: "Damage and remarks by code, see docs/gateway.md.",
  }),
});

const LINK_SORTS = ["opened", "-opened"] as const;

const OPEN_STATES: ReadonlySet<string> = new Set(["open", "held", "logged_out"]);

const RefusedAnswer = Type.Object({
  remote: Type.String(),
  code: Type.String(),
  reason: Nullable(Bilingual),
  count: Type.Integer(),
  firstAt: Time,
  lastAt: Time,
});

const DEFINITIONS = new Map(Object.values(ERRORS).map((each) => [each.code as string, each]));

/** What a code of the gateway says. */
function reasonOf(code: string): { en: string; zh: string } | null {
  const found = DEFINITIONS.get(code);
  return found === undefined ? null : { en: found.en, zh: found.zh };
}

const PlatformRulesBody = Type.Object(
  {
    idleSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
    answerReports: Type.Optional(Type.Boolean()),
    checkRegistry: Type.Optional(Type.Boolean()),
    replyStyle: Type.Optional(
      Type.Union([
        Type.Literal("main-body"),
        Type.Literal("platform-time"),
        Type.Literal("annex-b"),
        Type.Literal("empty"),
      ]),
    ),
    timeInHeartbeat: Type.Optional(Type.Boolean()),
    maxFramesPerSecond: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_COUNT })),
    signatures: Type.Optional(Type.Union([Type.Literal("ignore"), Type.Literal("check"), Type.Literal("require")])),
    signatureBoundary: Type.Optional(
      Type.Union([Type.Literal("beforeMarker"), Type.Literal("withMarker")], {
        description: "Whether the type byte FF of a signature is signed: beforeMarker = no.",
      }),
    ),
    commandEncryption: Type.Optional(
      Type.Union([
        Type.Literal("none"),
        Type.Literal("rsa"),
        Type.Literal("aes"),
        Type.Literal("sm2"),
        Type.Literal("sm4"),
      ]),
    ),
  },
  { additionalProperties: false, description: "What differs from the configuration, see docs/gateway.md." },
);
const Addresses = Type.Array(Type.String({ maxLength: 64 }), {
  maxItems: 100,
  description: "Addresses and subnets from which it may log in; empty = from everywhere.",
});

const PlatformAnswer = Type.Object({
  id: Type.String(),
  name: Type.String(),
  organisation: Type.String(),
  user: Type.String(),
  disabled: Type.Boolean(),
  addresses: Type.Array(Type.String()),
  rules: PlatformRulesBody,
  createdAt: Time,
});

const platformOf = (platform: Platform) => ({
  id: platform.id,
  name: platform.name,
  organisation: platform.organisation,
  user: platform.username,
  disabled: platform.disabled,
  addresses: [...platform.addresses],
  rules: { ...platform.rules },
  createdAt: toTime(platform.createdAt),
});

const SignalAnswer = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  unit: Type.String({ description: "UCUM." }),
  display: Type.String(),
  range: Type.Array(Type.Number(), { minItems: 2, maxItems: 2, description: "Smallest and greatest value." }),
  resolution: Type.Number({ description: "Smallest difference of two values." }),
  periodMs: Type.Integer(),
  names: Bilingual,
  source: Type.String(),
  values: Type.Optional(Type.Record(Type.String(), Bilingual)),
  vss: Nullable(Type.String()),
});

const signalOf = (signal: Signal) => ({
  id: signal.id,
  kind: signal.kind,
  unit: signal.unit,
  display: signal.display,
  range: [signal.range[0], signal.range[1]],
  resolution: 1 / signal.perUnit,
  periodMs: signal.periodMs,
  names: { ...signal.names },
  source: signal.source,
  ...(signal.values === undefined
    ? {}
    : { values: Object.fromEntries(Object.entries(signal.values).map(([code, names]) => [code, { ...names }])) }),
  vss: signal.vss ?? null,
});

export function intakeRoutes({ access, telemetry, links, turnedAway }: ApiDependencies): FastifyPluginAsyncTypebox {
  const linkOf = (link: LinkInfo, showsAddress: boolean, showsVehicle: boolean) => ({
    id: link.id,
    kind: link.kind,
    state: link.state,
    reason: reasonOf(link.state),
    remote: showsAddress ? link.remote : null,
    openedAt: toTime(link.openedAt),
    lastFrameAt: toTimeOrNull(link.lastFrameAt),
    vehicle: link.vehicle === undefined || !showsVehicle ? null : vehicleIdOf(link.vehicle),
    vin: showsVehicle ? (link.vinMasked ?? null) : null,
    platform: link.platform?.name ?? null,
    assurance: link.assurance,
    frames: link.frames,
    bytes: link.bytes,
    malformed: link.malformed,
    quarantined: link.quarantined,
    skippedBytes: link.skippedBytes,
    answered: link.answered,
    edition: link.edition ?? null,
    rows: { ...link.rows },
    replies: { ...link.replies },
    codes: { ...link.codes },
  });

  return async (app) => {
    app.get(
      "/links",
      {
        schema: {
          tags: ["intake"],
          summary: "Open connections of the gateway, and the ones closed last, in the order in which they were opened",
          querystring: Type.Object(
            {
              ...PAGE_QUERY,
              state: Type.Optional(Type.Enum(["open", "closed"], { description: "Without it both." })),
              sort: Type.Optional(
                Type.Enum([...LINK_SORTS], {
                  description:
                    "By when it was opened; `-` for the newest first. Default: opened. A cursor is good for the order that gave it.",
                }),
              ),
            },
            { additionalProperties: false },
          ),
          response: { 200: PageOf(LinkAnswer) },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        const { cursor, limit = DEFAULT_LIMIT, state, sort = "opened" } = request.query;
        // Ids of links rise as they are opened.
        const direction = sort === "opened" ? 1 : -1;
        const after = cursor === undefined ? undefined : decodeCursor(cursor, ["number"])[0];
        const reaches = reachesOfActor(actor, "operation", "read");
        const operates = mayActor(actor, "platformLink", "read") || reaches.includes("all");
        // An enterprise sees the links of its own platforms and vehicles; who may have figures sees links without peers.
        const all = operates || reaches.includes("aggregate");
        const own =
          all || !reachesOfActor(actor, "vehicleRegister", "read").includes("own")
            ? undefined
            : await access.registry.keysOf(actor);
        if (!all && own === undefined) requireRight(actor, "platformLink", "read");
        const visible = links()
          .filter(
            (link) =>
              (after === undefined || (link.id - after) * direction > 0) &&
              (state === undefined || OPEN_STATES.has(link.state) === (state === "open")) &&
              (own === undefined ||
                (link.platform !== undefined && link.platform.organisation === actor.organisation) ||
                (link.vehicle !== undefined && own.has(link.vehicle))),
          )
          .sort((a, b) => (a.id - b.id) * direction);
        return pageOf(
          visible.slice(0, limit + 1),
          limit,
          (link) => linkOf(link, operates, operates || own !== undefined),
          (link) => [link.id],
        );
      },
    );

    app.get(
      "/links/refused",
      {
        schema: {
          tags: ["intake"],
          summary: "Connections that were turned away before they became a link, by address and reason",
          description:
            "Since the start; the last ones first, at most 512. Refused logins are closed links of GET /links.",
          response: { 200: PageOf(RefusedAnswer), 403: ErrorAnswer },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        if (!reachesOfActor(actor, "operation", "read").includes("all")) requireRight(actor, "platformLink", "read");
        const items = turnedAway().map(({ remoteAddress, code, count, firstAt, lastAt }) => ({
          remote: remoteAddress,
          code,
          reason: reasonOf(code),
          count,
          firstAt: toTime(firstAt),
          lastAt: toTime(lastAt),
        }));
        return { items, next: null };
      },
    );

    app.get(
      "/quarantine",
      {
        schema: {
          tags: ["intake"],
          summary: "Frames that were kept but do not count as observations, newest first",
          querystring: Type.Object({ ...PAGE_QUERY }, { additionalProperties: false }),
          response: {
            200: PageOf(
              Type.Object({
                seq: Type.String(),
                vehicle: Nullable(VehicleId),
                time: OwnTime,
                receivedAt: Time,
                disposition: Type.String(),
                command: Type.Integer(),
                edition: Type.String(),
                length: Nullable(Type.Integer()),
                link: Type.Integer(),
                assurance: Type.String(),
              }),
            ),
          },
        },
      },
      async (request) => {
        const { cursor, limit = DEFAULT_LIMIT } = request.query;
        const before = cursor === undefined ? undefined : toSequence(decodeCursor(cursor, ["string"])[0]);
        const scope = await access.scopes.ofFleet(actorOf(request));
        const rows = await telemetry.quarantine(scope, {
          limit: limit + 1,
          before,
        });
        return pageOf(
          rows,
          limit,
          (row) => ({ ...toFrame(row), vehicle: row.vehicle === 0n ? null : vehicleIdOf(row.vehicle) }),
          (row) => [String(row.seq)],
        );
      },
    );

    app.get(
      "/platforms",
      { schema: { tags: ["intake"], summary: "Platforms that may link", response: { 200: PageOf(PlatformAnswer) } } },
      async (request) => ({
        items: (await access.platforms.list(actorOf(request))).map(platformOf),
        next: null,
      }),
    );

    app.post(
      "/platforms",
      {
        schema: {
          tags: ["intake"],
          summary: "Admit a platform",
          body: Type.Object(
            {
              name: Type.String({ minLength: 1, maxLength: 100 }),
              user: Type.String({ minLength: 1, maxLength: 12, description: "At most 12 bytes, GB/T 32960.3." }),
              password: Type.String({ minLength: 4, maxLength: 20, description: "At most 20 bytes, GB/T 32960.3." }),
              organisation: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
              addresses: Type.Optional(Addresses),
              rules: Type.Optional(PlatformRulesBody),
            },
            { additionalProperties: false },
          ),
          response: { 201: PlatformAnswer },
        },
      },
      async (request, reply) => {
        const actor = actorOf(request);
        // Who admits platforms for everybody and names no organisation gets one of the platform's own name.
        const organisation =
          request.body.organisation ?? (actor.organisation === "" ? request.body.user : actor.organisation);
        await access.directory.adoptOrganisations(actor, [organisation]);
        const platform = await access.platforms.create(actor, { ...request.body, organisation });
        return reply.code(201).send(platformOf(platform));
      },
    );

    app.patch(
      "/platforms/:id",
      {
        schema: {
          tags: ["intake"],
          summary: "Change from where a platform may log in, its rules, or whether it may",
          params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
          body: Type.Object(
            {
              disabled: Type.Optional(Type.Boolean()),
              addresses: Type.Optional(Addresses),
              rules: Type.Optional(PlatformRulesBody),
            },
            { additionalProperties: false },
          ),
          response: { 200: PlatformAnswer },
        },
      },
      async (request) => platformOf(await access.platforms.change(actorOf(request), request.params.id, request.body)),
    );

    app.get(
      "/vehicles/:id/signature-key",
      {
        schema: {
          tags: ["intake"],
          summary: "The public key against which a vehicle's signatures are checked",
          params: Type.Object({ id: VehicleId }),
          response: {
            200: Type.Object({
              publicKey: Type.String({ description: "Hex, as it came." }),
              chip: Nullable(Type.String()),
              source: Type.String({ description: "activation (command 0x09) or registry." }),
              notedAt: Time,
            }),
          },
        },
      },
      async (request) => {
        const key = await access.vehicleKeys.get(actorOf(request), keyOfParam(request.params.id));
        return {
          publicKey: Buffer.from(key.publicKey).toString("hex"),
          chip: key.chipId ?? null,
          source: key.source,
          notedAt: toTime(key.notedAt),
        };
      },
    );

    app.put(
      "/vehicles/:id/signature-key",
      {
        schema: {
          tags: ["intake"],
          summary: "Enter a vehicle's public key, or put it in the place of another",
          params: Type.Object({ id: VehicleId }),
          body: Type.Object(
            {
              publicKey: Type.String({
                minLength: 66,
                maxLength: 8192,
                pattern: "^([0-9a-fA-F]{2})+$",
                description: "Hex of a SubjectPublicKeyInfo, a PKCS#1 key, or a point of P-256 or SM2.",
              }),
            },
            { additionalProperties: false },
          ),
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        const key = Buffer.from(request.body.publicKey, "hex");
        await access.vehicleKeys.enter(actorOf(request), keyOfParam(request.params.id), key);
        return reply.code(204).send(null);
      },
    );

    app.get(
      "/signals",
      { schema: { tags: ["intake"], summary: "The catalogue of signals", response: { 200: PageOf(SignalAnswer) } } },
      async () => ({ items: SIGNALS.map(signalOf), next: null }),
    );
  };
}
