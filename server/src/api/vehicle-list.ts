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
      description: "Text in maker, model or organisation, or an id. Never a VIN: see /vehicles/search.",
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
/** Whoever is online is known in memory only: so many are read to see who of them is. */
const CHUNK = 1_000;

export function vehicleList({ registry }: Pick<Access, "registry">, fleet: FleetMonitor): ListVehiclePage {
  /** The registry is asked about the keys that memory has, in order. */
  const byPresence = async (
    actor: Actor,
    online: boolean,
    query: { text: string | undefined; after: bigint; limit: number },
  ): Promise<Vehicle[]> => {
    const keys = fleet.keysWhere(online).filter((key) => key > query.after);
    const found: Vehicle[] = [];
    for (let at = 0; at < keys.length && found.length < query.limit; at += CHUNK) {
      const limit = query.limit - found.length;
      found.push(...(await registry.list(actor, { ...query, keys: keys.slice(at, at + CHUNK), limit })));
    }
    return found;
  };

  const byKey = async (
    actor: Actor,
    { state, q: text }: VehicleFilter,
    query: { after: bigint; limit: number },
  ): Promise<ListedVehicle[]> => {
    const found =
      state === "online" || state === "silent"
        ? await byPresence(actor, state === "online", { text, ...query })
        : await registry.list(actor, { ...registeredOf(state), text, ...query });
    return found.map((vehicle) => ({ vehicle, place: { kind: "calm", key: vehicle.key } }));
  };

  const withOpenFindings = async (
    actor: Actor,
    { state, q: text }: VehicleFilter,
    { after, limit }: { after: Pick<OpenVehicle, "level" | "ordinal"> | undefined; limit: number },
  ): Promise<ListedVehicle[]> => {
    const isPresence = state === "online" || state === "silent";
    const size = isPresence ? CHUNK : limit;
    const found: OpenVehicle[] = [];
    for (let behind = after; ;) {
      const part = await registry.listOpen(actor, { ...registeredOf(state), text, behind, limit: size });
      found.push(
        ...part.filter(
          ({ vehicle }) => !isPresence || (fleet.find(vehicle.key)?.online ?? false) === (state === "online"),
        ),
      );
      behind = part.at(-1);
      if (part.length < size || found.length >= limit) break;
    }
    return found
      .slice(0, limit)
      .map(({ vehicle, level, ordinal }) => ({ vehicle, place: { kind: "open", level, ordinal } }));
  };

  /** Most vehicles have none: those that have are left out of what is read, whose order an index holds. */
  const withoutOpenFindings = async (
    actor: Actor,
    filter: VehicleFilter,
    { after, limit }: { after: bigint; limit: number },
  ): Promise<ListedVehicle[]> => {
    const found: ListedVehicle[] = [];
    for (let behind = after; ;) {
      const part = await byKey(actor, filter, { after: behind, limit });
      found.push(...part.filter(({ vehicle }) => vehicle.openLevel === 0));
      const last = part.at(-1);
      if (part.length < limit || last === undefined || found.length >= limit) return found.slice(0, limit);
      behind = last.vehicle.key;
    }
  };

  return async (actor, filter, { after, limit }) => {
    const key = after?.kind === "calm" ? after.key : NO_KEY;
    if (filter.sort === undefined) return byKey(actor, filter, { after: key, limit });
    const open = after?.kind === "calm" ? [] : await withOpenFindings(actor, filter, { after, limit });
    const calm =
      open.length === limit ? [] : await withoutOpenFindings(actor, filter, { after: key, limit: limit - open.length });
    return [...open, ...calm];
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
