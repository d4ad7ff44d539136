/** The fleet as cells: how fresh each vehicle's data is, its worst open finding, its group. Pure. */

export type Freshness = "online" | "silent" | "never";

/** A vehicle counts as online for this long after its last frame: GB/T 32960.3 allows 30 s between reports. */
export const ONLINE_MS = 120_000;

export interface FleetVehicle {
  readonly id: string;
  readonly vin: string;
  readonly state: string;
  readonly maker?: string | null;
  readonly model?: string | null;
  readonly region?: string | null;
  readonly online?: boolean;
  readonly lastSeenAt?: string | null;
  readonly openLevel?: number | null;
}

export interface OpenFinding {
  readonly vehicle: string;
  readonly level: number;
}

export interface FleetCell {
  readonly id: string;
  readonly vin: string;
  readonly registered: boolean;
  readonly freshness: Freshness;
  /** Worst open level; 0 for none. */
  readonly level: number;
  readonly inProject: boolean;
}

export interface FleetGroup {
  readonly name: string;
  readonly cells: readonly FleetCell[];
  readonly online: number;
  /** Vehicles by worst open level, index 1 to 4. */
  readonly byLevel: readonly number[];
}

export type GroupBy = "maker" | "region" | "model";

export function freshnessOf(vehicle: Pick<FleetVehicle, "online" | "lastSeenAt">, now: number): Freshness {
  if (vehicle.online === true) return "online";
  const seen = vehicle.lastSeenAt ? Date.parse(vehicle.lastSeenAt) : Number.NaN;
  if (Number.isNaN(seen)) return "never";
  if (vehicle.online === undefined && now - seen <= ONLINE_MS) return "online";
  return "silent";
}

/** Highest level per vehicle. */
export function worstLevels(findings: readonly OpenFinding[]): Map<string, number> {
  const worst = new Map<string, number>();
  for (const { vehicle, level } of findings) worst.set(vehicle, Math.max(level, worst.get(vehicle) ?? 0));
  return worst;
}

/** Groups in order of name, the unnamed group last; cells keep the order of the fleet, so that none moves on an update. */
export function groupFleet(
  vehicles: readonly FleetVehicle[], worst: ReadonlyMap<string, number>, inProject: ReadonlySet<string>, by: GroupBy, now: number,
): FleetGroup[] {
  const groups = new Map<string, FleetCell[]>();
  for (const vehicle of vehicles) {
    const name = vehicle[by] ?? "";
    const cells = groups.get(name) ?? [];
    groups.set(name, cells);
    cells.push({
      id: vehicle.id,
      vin: vehicle.vin,
      registered: vehicle.state !== "unregistered",
      freshness: freshnessOf(vehicle, now),
      level: Math.max(worst.get(vehicle.id) ?? 0, vehicle.openLevel ?? 0),
      inProject: inProject.has(vehicle.id),
    });
  }
  return [...groups]
    .sort(([a], [b]) => (a === "" ? 1 : b === "" ? -1 : a < b ? -1 : 1))
    .map(([name, cells]) => {
      const byLevel = [0, 0, 0, 0, 0];
      let online = 0;
      for (const cell of cells) {
        byLevel[cell.level]++;
        if (cell.freshness === "online") online++;
      }
      return { name, cells: cells.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)), online, byLevel };
    });
}

/** Edge of a cell in px, so that the largest group stays readable without scrolling. */
export function cellSize(largest: number): number {
  if (largest <= 80) return 22;
  if (largest <= 250) return 16;
  return 11;
}
