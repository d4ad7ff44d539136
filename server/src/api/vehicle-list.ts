/** The list of vehicles, page by page: in the order of keys, or those with the worst open findings first. */
import { Type } from "typebox";
import { parseVehicleId, type Access, type OpenVehicle, type Vehicle } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { decodeCursor, toOrdinal, type CursorValues } from "../http/mod.ts";
import type { Actor } from "../records/mod.ts";
import type { FleetMonitor } from "./live/fleet-monitor.ts";

export const VEHICLE_FILTER = {
  state: Type.Optional(Type.Enum(["registered", "unregistered", "online", "silent"])),
  q: Type.Optional(
    Type.String({
      maxLength: 100,
      description:
        "Text in maker, model or organisation, an id, or what a masked VIN shows: its last four characters, or all of it as it stands in lists. Never a full VIN: see /vehicles/search.",
    }),
  ),
};
export const VEHICLE_SORT = Type.Optional(
  Type.Enum(["-level"], {
    description:
      "-level: by the worst open finding, among equals the one with the newest first, then those without. Default: by id.",
  }),
);

export interface VehicleFilter {
  readonly state?: "registered" | "unregistered" | "online" | "silent" | undefined;
  readonly q?: string | undefined;
  readonly sort?: "-level" | undefined;
  /** Only these. */
  readonly ids?: readonly bigint[] | undefined;
}

/** Where a vehicle stands: among those with open findings, or behind them by its key. */
export type VehiclePlace =
  | { readonly kind: "open"; readonly level: number; readonly ordinal: bigint }
  | { readonly kind: "calm"; readonly key: bigint };

export interface ListedVehicle {
  readonly vehicle: Vehicle;
  readonly place: VehiclePlace;
}

export type ListVehiclePage = (
  actor: Actor,
  filter: VehicleFilter,
  page: { readonly after: VehiclePlace | undefined; readonly limit: number },
) => Promise<readonly ListedVehicle[]>;

/** Before the first key. */
const NO_KEY = -1n;
/** Who is online is known in memory only. So few are asked about by key; of more, those that the rest of the filter finds are looked up. */
const FEW = 5_000;

export function vehicleList(
  { registry }: Pick<Access, "registry">,
  fleet: Pick<FleetMonitor, "find" | "keysWhere">,
): ListVehiclePage {
  const presenceOf = (state: VehicleFilter["state"]) => {
    if (state !== "online" && state !== "silent") return {};
    const online = state === "online";
    return { where: (key: bigint) => fleet.find(key)?.online === online };
  };

  const byKey = async (
    actor: Actor,
    { state, q: text, ids }: VehicleFilter,
    query: { calm: boolean; after: bigint; limit: number },
  ): Promise<ListedVehicle[]> => {
    const presence = presenceOf(state);
    const keys =
      presence.where === undefined || ids !== undefined ? undefined : fleet.keysWhere(state === "online", FEW);
    const found = await registry.list(actor, {
      ...registeredOf(state),
      ...(keys === undefined ? presence : { keys }),
      ...(ids === undefined ? {} : { keys: ids }),
      text,
      ...query,
    });
    return found.map((vehicle) => ({ vehicle, place: { kind: "calm", key: vehicle.key } }));
  };

  const withOpenFindings = async (
    actor: Actor,
    { state, q: text, ids: keys }: VehicleFilter,
    page: { behind: Pick<OpenVehicle, "level" | "ordinal"> | undefined; limit: number },
  ): Promise<ListedVehicle[]> => {
    const found = await registry.listOpen(actor, {
      ...registeredOf(state),
      ...presenceOf(state),
      ...(keys === undefined ? {} : { keys }),
      text,
      ...page,
    });
    return found.map(({ vehicle, level, ordinal }) => ({ vehicle, place: { kind: "open", level, ordinal } }));
  };

  return async (actor, filter, { after, limit }) => {
    const key = after?.kind === "calm" ? after.key : NO_KEY;
    if (filter.sort === undefined) return byKey(actor, filter, { calm: false, after: key, limit });
    const open = after?.kind === "calm" ? [] : await withOpenFindings(actor, filter, { behind: after, limit });
    if (open.length === limit) return open;
    return [...open, ...(await byKey(actor, filter, { calm: true, after: key, limit: limit - open.length }))];
  };
}

const registeredOf = (state: VehicleFilter["state"]): { registered?: boolean } =>
  state === "registered" || state === "unregistered" ? { registered: state === "registered" } : {};

/** The cursor of a place: ids, not keys, stand in it. */
export function placeCursor({ vehicle, place }: ListedVehicle, sort: VehicleFilter["sort"]): CursorValues {
  if (sort === undefined) return [vehicle.id];
  return place.kind === "calm" ? [0, vehicle.id] : [place.level, String(place.ordinal)];
}

/** @throws SG_CURSOR_INVALID */
export function placeOfCursor(cursor: string, sort: VehicleFilter["sort"]): VehiclePlace {
  const [level, at] =
    sort === undefined ? [0, ...decodeCursor(cursor, ["string"])] : decodeCursor(cursor, ["number", "string"]);
  if (level > 0) return { kind: "open", level, ordinal: toOrdinal(at) };
  const key = parseVehicleId(at);
  if (key === undefined) throw new SandglassError(ERRORS.CURSOR_INVALID);
  return { kind: "calm", key };
}
