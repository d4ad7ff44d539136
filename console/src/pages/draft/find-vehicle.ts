import { request } from "../../api/client.ts";
import type { Page } from "../../api/shapes/common.ts";
import type { Vehicle } from "../../api/shapes/telemetry.ts";
import { readSearchText } from "../../lib/search-text.ts";

/** Opaque id of a VIN (looked up by POST, so that it stays out of addresses and logs) or of an id; null when there is none. */
export async function findVehicle(text: string): Promise<string | null> {
  const target = readSearchText(text);
  if (target.kind === "vehicle") return target.id;
  if (target.kind !== "vin") return null;
  const found = await request<Page<Vehicle>>("/vehicles/search", { method: "POST", body: { vin: target.vin } });
  return found.items[0]?.id ?? null;
}
