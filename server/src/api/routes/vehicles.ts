import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { PURPOSE_CODES } from "@sandglass/casework";
import { ASSURANCE_NAMES } from "@sandglass/signals";
import {
  importVehicles,
  organisationOfRow,
  parseVehicleCsv,
  parseVehicleId,
  requireRight,
  vehicleIdOf,
  type ImportRow,
  type Vehicle,
} from "../../access/mod.ts";
import { SandglassError, ERRORS } from "../../errors/mod.ts";
import { exportRoute } from "../../exports/mod.ts";
import { actorOf, DEFAULT_LIMIT, Nullable, PageOf, PAGE_QUERY, pageOf, Time, toTimeOrNull } from "../../http/mod.ts";
import type { Actor } from "../../records/mod.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { placeCursor, placeOfCursor, VEHICLE_FILTER, VEHICLE_SORT, vehicleList } from "../vehicle-list.ts";
import { vehiclesExport } from "./vehicles-export.ts";

export const VehicleId = Type.String({
  pattern: "^veh_[0-9a-z]{13}$",
  description: "Opaque id; POST /vehicles/search finds it by VIN.",
});

const VehicleAnswer = Type.Object({
  id: VehicleId,
  vin: Type.String({ description: "Masked: first three and last four characters." }),
  state: Type.Union([Type.Literal("registered"), Type.Literal("unregistered")]),
  organisation: Nullable(Type.String()),
  maker: Nullable(Type.String()),
  model: Nullable(Type.String()),
  region: Nullable(Type.String()),
  powertrain: Nullable(Type.String()),
  edition: Nullable(Type.String()),
  link: Nullable(Type.String()),
  assurance: Nullable(Type.String()),
  online: Type.Boolean({ description: "A frame came within the last two minutes." }),
  registeredAt: Nullable(Time),
  firstSeenAt: Nullable(Time),
  lastSeenAt: Nullable(Time),
  lastEventAt: Nullable(Time),
  openLevel: Nullable(
    Type.Integer({ description: "Worst level of its open findings, 0 without one; null outside the list." }),
  ),
});

const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }));
const VehicleInput = Type.Object(
  {
    vin: Type.String({ maxLength: 64, description: "17 characters, GB 16735." }),
    organisation: text(100),
    maker: text(100),
    model: text(100),
    region: text(6),
    powertrain: text(50),
  },
  { additionalProperties: true, description: "Other properties are kept as details." },
);

const MOST_IDS = 200;
const VEHICLE_IDS = Type.Optional(
  Type.String({
    pattern: `^veh_[0-9a-z]{13}(,veh_[0-9a-z]{13}){0,${MOST_IDS - 1}}$`,
    description: `Only these, at most ${MOST_IDS}, separated by commas.`,
  }),
);

const ImportAnswer = Type.Object({
  items: Type.Array(
    Type.Object({
      row: Type.Integer(),
      id: VehicleId,
      vin: Type.String(),
      outcome: Type.String(),
      warnings: Type.Array(Type.String()),
    }),
  ),
  errors: Type.Array(
    Type.Object({
      row: Type.Integer(),
      code: Type.String(),
      message: Type.String(),
      messageZh: Type.String(),
      parameters: Type.Record(Type.String(), Type.Unknown()),
    }),
  ),
});

/** 50,000 rows of CSV. */
const IMPORT_BYTES = 16 * 1024 * 1024;

export function vehicleRoutes(dependencies: ApiDependencies): FastifyPluginAsyncTypebox {
  const { access, fleet } = dependencies;

  const answerOf = (vehicle: Vehicle) => {
    const presence = fleet.find(vehicle.key);
    return {
      id: vehicle.id,
      vin: vehicle.vinMasked,
      state: vehicle.registered ? ("registered" as const) : ("unregistered" as const),
      organisation: vehicle.organisation ?? null,
      maker: vehicle.maker ?? null,
      model: vehicle.model ?? null,
      region: vehicle.region ?? null,
      powertrain: vehicle.powertrain ?? null,
      edition: vehicle.edition ?? null,
      link: vehicle.link ?? null,
      assurance: presence === undefined ? null : (ASSURANCE_NAMES[presence.assurance] ?? null),
      online: presence?.online ?? false,
      registeredAt: toTimeOrNull(vehicle.registeredAt),
      firstSeenAt: toTimeOrNull(vehicle.firstSeen),
      lastSeenAt: toTimeOrNull(presence?.lastReceived),
      lastEventAt: toTimeOrNull(presence?.lastEvent),
      openLevel: vehicle.openLevel ?? null,
    };
  };

  const listPage = vehicleList(access, fleet);

  const register = async (actor: Actor, rows: readonly ImportRow[]) => {
    requireRight(actor, "vehicleRegister", "write");
    await access.directory.adoptOrganisations(
      actor,
      rows.map((row) => organisationOfRow(row, actor)),
    );
    const organisations = new Set(
      (await access.directory.listOrganisations(actor)).map((organisation) => organisation.id),
    );
    const report = await importVehicles(access.registry, actor, organisations, rows);
    return {
      items: report.items.map((item) => ({
        row: item.row,
        id: item.id,
        vin: item.vinMasked,
        outcome: item.outcome,
        warnings: [...item.warnings],
      })),
      errors: report.errors.map((error) => ({ ...error, parameters: { ...error.parameters } })),
    };
  };

  return async (app) => {
    app.addContentTypeParser("text/csv", { parseAs: "string", bodyLimit: IMPORT_BYTES }, (_request, body, done) =>
      done(null, body),
    );

    app.get(
      "/vehicles",
      {
        schema: {
          tags: ["vehicles"],
          summary: "Vehicles that exist for the actor",
          querystring: Type.Object(
            { ...VEHICLE_FILTER, ...PAGE_QUERY, sort: VEHICLE_SORT, ids: VEHICLE_IDS },
            { additionalProperties: false },
          ),
          response: { 200: PageOf(VehicleAnswer) },
        },
      },
      async (request) => {
        const { state, q, sort, ids, cursor, limit = DEFAULT_LIMIT } = request.query;
        const after = cursor === undefined ? undefined : placeOfCursor(cursor, sort);
        const filter = { state, q, sort, ids: ids?.split(",").map(keyOfParam) };
        const rows = await listPage(actorOf(request), filter, { after, limit: limit + 1 });
        return pageOf(
          rows,
          limit,
          ({ vehicle }) => answerOf(vehicle),
          (row) => placeCursor(row, sort),
        );
      },
    );

    exportRoute(app, {
      records: dependencies.records,
      now: dependencies.now,
      tag: "vehicles",
      path: "/vehicles",
      query: { ...VEHICLE_FILTER, sort: VEHICLE_SORT },
      definition: vehiclesExport(listPage, fleet),
      prepare: (_actor, query) => query,
    });

    app.get(
      "/vehicles/:id",
      {
        schema: {
          tags: ["vehicles"],
          summary: "One vehicle",
          params: Type.Object({ id: VehicleId }),
          response: { 200: VehicleAnswer },
        },
      },
      async (request) => answerOf(await access.registry.get(actorOf(request), keyOfParam(request.params.id))),
    );

    app.post(
      "/vehicles",
      {
        bodyLimit: IMPORT_BYTES,
        schema: {
          tags: ["vehicles"],
          summary: "Register vehicles",
          description:
            "One object, a list, or CSV with a header line. Each row of a list or CSV is accepted or refused on its own: 200 with `items` and `errors`. One object: 201, or its error.",
          body: {
            content: {
              "application/json": {
                schema: Type.Union([
                  VehicleInput,
                  Type.Array(Type.Object({}, { additionalProperties: true }), { maxItems: 50_000 }),
                ]),
              },
              "text/csv": { schema: Type.String() },
            },
          },
          response: { 200: ImportAnswer, 201: VehicleAnswer },
        },
      },
      async (request, reply) => {
        const actor = actorOf(request);
        const body = request.body as string | ImportRow | readonly ImportRow[];
        if (typeof body === "string") return reply.code(200).send(await register(actor, parseVehicleCsv(body)));
        if (Array.isArray(body)) return reply.code(200).send(await register(actor, body as readonly ImportRow[]));
        const report = await register(actor, [body as ImportRow]);
        const [refused] = report.errors;
        if (refused !== undefined) throw errorOfRow(refused.code, refused.parameters);
        const [item] = report.items;
        const key = item === undefined ? undefined : parseVehicleId(item.id);
        if (key === undefined) throw new SandglassError(ERRORS.INTERNAL);
        return reply.code(201).send(answerOf(await access.registry.get(actor, key)));
      },
    );

    app.post(
      "/vehicles/search",
      {
        schema: {
          tags: ["vehicles"],
          summary: "Find a vehicle by its full VIN",
          description:
            "In the body, so that VINs stay out of addresses and logs. An empty list when there is none that the actor may see.",
          body: Type.Object({ vin: Type.String({ minLength: 1, maxLength: 64 }) }, { additionalProperties: false }),
          response: { 200: PageOf(VehicleAnswer) },
        },
      },
      async (request) => {
        const vehicle = await access.registry.search(actorOf(request), request.body.vin);
        return { items: vehicle === undefined ? [] : [answerOf(vehicle)], next: null };
      },
    );

    app.post(
      "/vehicles/:id/unmask",
      {
        schema: {
          tags: ["vehicles"],
          summary: "Full VIN, for a reason that is logged and put into the ledger",
          params: Type.Object({ id: VehicleId }),
          body: Type.Object(
            {
              reason: Type.String({ minLength: 4, maxLength: 500 }),
              purpose: Type.Optional(
                Type.Enum([...PURPOSE_CODES], { description: "Which purposes a role may name: docs/access.md." }),
              ),
            },
            { additionalProperties: false },
          ),
          response: { 200: Type.Object({ vin: Type.String() }) },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        return {
          vin: await access.registry.unmask(
            actor,
            keyOfParam(request.params.id),
            request.body,
            await access.scopes.caseVehicles(actor),
          ),
        };
      },
    );
  };
}

/** @throws SG_NOT_FOUND for what cannot be an id */
export function keyOfParam(id: string): bigint {
  const key = parseVehicleId(id);
  if (key === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
  return key;
}

function errorOfRow(code: string, parameters: Readonly<Record<string, unknown>>): SandglassError {
  const definition = Object.values(ERRORS).find((candidate) => candidate.code === code) ?? ERRORS.INTERNAL;
  return new SandglassError(definition, parameters as Record<string, string>);
}

export { vehicleIdOf };
