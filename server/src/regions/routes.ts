/** HTTP routes of the registry of regions. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type, type Static } from "typebox";
import {
  actorOf,
  Bilingual,
  decodeCursor,
  DEFAULT_LIMIT,
  ErrorAnswer,
  fromTime,
  MAX_COUNT,
  Nullable,
  PAGE_QUERY,
  pageOf,
  PageOf,
  Time,
  toTime,
  toTimeOrNull,
} from "../http/mod.ts";
import { COORDINATE_SYSTEMS } from "./coordinates.ts";
import { MAX_POSITIONS, REGION_KINDS, type RoadName } from "./geometry.ts";
import type { RegionRegistry } from "./registry.ts";
import type { RegionRow, RegionVersionRow } from "./rows.ts";
import type { RegionInput } from "./versions.ts";

/** A position takes some 40 bytes of GeoJSON. */
const BODY_LIMIT = 4 * 1024 * 1024;
const TAGS = ["regions"];
const REFUSALS = { 403: ErrorAnswer, 404: ErrorAnswer, 409: ErrorAnswer, 422: ErrorAnswer };
const Id = Type.Object({ id: Type.String({ pattern: "^rgn_[0-9a-z]{1,40}$" }) });
const Name = Type.String({ minLength: 1, maxLength: 200, pattern: "\\S" });

const BODY = {
  names: Type.Object({ en: Name, zh: Name }, { additionalProperties: false }),
  geometry: Type.Unknown({
    description: `GeoJSON (RFC 7946): geometry, Feature or FeatureCollection; polygons of an area, lines of a road list; at most ${MAX_POSITIONS} positions.`,
  }),
  coordinateSystem: Type.Optional(
    Type.Enum([...COORDINATE_SYSTEMS], {
      default: "WGS-84",
      description: "Of the positions given; kept and judged in WGS-84.",
    }),
  ),
  breadthM: Type.Optional(
    Type.Number({ minimum: 1, maximum: 1000, description: "Of roads: metres to either side; 30 without it." }),
  ),
  areaCode: Type.Optional(
    Type.String({ pattern: "^[0-9]{6}$", description: "GB/T 2260 code that it stands for in limits of projects." }),
  ),
  source: Type.Optional(Type.String({ maxLength: 500, description: "Where the geometry comes from." })),
};
const CreateBody = Type.Object({ kind: Type.Enum([...REGION_KINDS]), ...BODY }, { additionalProperties: false });
const ReviseBody = Type.Object(
  { version: Type.Integer({ minimum: 1, maximum: MAX_COUNT, description: "The version that was changed." }), ...BODY },
  { additionalProperties: false },
);

const REGION = {
  id: Type.String(),
  kind: Type.Enum([...REGION_KINDS]),
  names: Bilingual,
  areaCode: Nullable(Type.String()),
  organisation: Type.String(),
  shared: Type.Boolean({ description: "Everybody may name it in a rule." }),
  version: Type.Integer(),
  shape: Type.String({ description: "SHA-256 of geometry and breadth; part of the identity of rules that name it." }),
  coordinateSystem: Type.Enum([...COORDINATE_SYSTEMS], { description: "Of what was uploaded." }),
  positions: Type.Integer(),
  box: Type.Object({ west: Type.Number(), south: Type.Number(), east: Type.Number(), north: Type.Number() }),
  areaKm2: Nullable(Type.Number()),
  lengthKm: Nullable(Type.Number()),
  breadthM: Nullable(Type.Number()),
  roads: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
  source: Type.String(),
  createdAt: Time,
  changedAt: Time,
  retiredAt: Nullable(Time),
};
const RegionAnswer = Type.Object(REGION);
const RegionDetail = Type.Object({
  ...REGION,
  geometry: Type.Unknown({ description: "GeoJSON in WGS-84." }),
  currentVersion: Type.Integer(),
  versions: Type.Array(
    Type.Object({
      version: Type.Integer(),
      shape: Type.String(),
      madeBy: Type.String(),
      madeRole: Type.String(),
      madeAt: Time,
      source: Type.String(),
    }),
  ),
  pins: Type.Integer({ description: "Trigger sets that mean a version of it." }),
});

export function regionRoutes({ regions }: { readonly regions: RegionRegistry }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      "/regions",
      {
        schema: {
          tags: TAGS,
          summary: "Regions and road lists that rules may name, newest first",
          querystring: Type.Object(
            {
              kind: Type.Optional(Type.Enum([...REGION_KINDS])),
              retired: Type.Optional(Type.Boolean({ description: "Only those that are not in use any more." })),
              ...PAGE_QUERY,
            },
            { additionalProperties: false },
          ),
          response: { 200: PageOf(RegionAnswer), ...REFUSALS },
        },
      },
      async (request) => {
        const { kind, retired, cursor, limit = DEFAULT_LIMIT } = request.query;
        const [at, id] = cursor === undefined ? [] : decodeCursor(cursor, ["string", "string"]);
        const found = await regions.list(actorOf(request), {
          kind,
          retired,
          limit: limit + 1,
          ...(at === undefined || id === undefined ? {} : { after: { at: new Date(fromTime(at, "cursor")), id } }),
        });
        return pageOf(
          found,
          limit,
          ({ region, version }) => answerOf(region, version),
          ({ region }) => [region.created_at.toISOString(), region.id],
        );
      },
    );

    app.get(
      "/regions/:id",
      {
        schema: {
          tags: TAGS,
          summary: "One region with its geometry",
          params: Id,
          querystring: Type.Object(
            {
              version: Type.Optional(
                Type.Integer({ minimum: 1, maximum: MAX_COUNT, description: "Today's without it." }),
              ),
            },
            { additionalProperties: false },
          ),
          response: { 200: RegionDetail, ...REFUSALS },
        },
      },
      async (request) => detail(regions, request, request.params.id, request.query.version),
    );

    app.post(
      "/regions",
      {
        bodyLimit: BODY_LIMIT,
        schema: {
          tags: TAGS,
          summary: "Register a region or a road list",
          body: CreateBody,
          response: { 201: RegionDetail, ...REFUSALS },
        },
      },
      async (request, reply) => {
        const { kind, ...input } = request.body;
        const id = await regions.create(actorOf(request), kind, inputOf(input));
        return reply.code(201).send(await detail(regions, request, id));
      },
    );

    app.put(
      "/regions/:id",
      {
        bodyLimit: BODY_LIMIT,
        schema: {
          tags: TAGS,
          summary: "Make the next version; rules in force keep the one that they mean",
          params: Id,
          body: ReviseBody,
          response: { 200: RegionDetail, ...REFUSALS },
        },
      },
      async (request) => {
        const { version, ...input } = request.body;
        await regions.revise(actorOf(request), request.params.id, version, inputOf(input));
        return detail(regions, request, request.params.id);
      },
    );

    app.delete(
      "/regions/:id",
      {
        schema: {
          tags: TAGS,
          summary: "Take a region out of use for new rules",
          params: Id,
          response: { 200: RegionDetail, ...REFUSALS },
        },
      },
      async (request) => {
        await regions.retire(actorOf(request), request.params.id);
        return detail(regions, request, request.params.id);
      },
    );
  };
}

async function detail(
  regions: RegionRegistry,
  request: Parameters<typeof actorOf>[0],
  id: string,
  version?: number,
): Promise<Static<typeof RegionDetail>> {
  const found = await regions.get(actorOf(request), id, version);
  return {
    ...answerOf(found.region, found.version),
    geometry: found.version.geometry,
    currentVersion: found.region.version,
    versions: found.versions.map((each) => ({
      version: each.version,
      shape: each.shape,
      madeBy: each.made_by,
      madeRole: each.made_role,
      madeAt: toTime(each.made_at.getTime()),
      source: each.source,
    })),
    pins: found.pins,
  };
}

function inputOf({
  names,
  geometry,
  coordinateSystem = "WGS-84",
  breadthM,
  areaCode,
  source,
}: Omit<Static<typeof CreateBody>, "kind">): RegionInput {
  return {
    names,
    geometry,
    coordinateSystem,
    ...(breadthM === undefined ? {} : { breadthM }),
    ...(areaCode === undefined ? {} : { areaCode }),
    ...(source === undefined ? {} : { source }),
  };
}

function answerOf(region: RegionRow, version: RegionVersionRow): Static<typeof RegionAnswer> {
  const { west, south, east, north } = version;
  return {
    id: region.id,
    kind: region.kind,
    names: { en: version.name_en, zh: version.name_zh },
    areaCode: region.area_code,
    organisation: region.organisation,
    shared: region.shared,
    version: version.version,
    shape: version.shape,
    coordinateSystem: version.coordinate_system,
    positions: version.positions,
    box: { west, south, east, north },
    areaKm2: version.area_km2,
    lengthKm: version.length_km,
    breadthM: version.breadth_m,
    roads: [...(version.roads as readonly RoadName[])],
    source: version.source,
    createdAt: toTime(region.created_at.getTime()),
    changedAt: toTime(version.made_at.getTime()),
    retiredAt: toTimeOrNull(region.retired_at?.getTime()),
  };
}
