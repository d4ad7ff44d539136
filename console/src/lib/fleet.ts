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

const names = new Intl.Collator("zh", { numeric: true });
/** In order of name, the unnamed one last: none moves on an update. */
export function byName(a: string, b: string): number {
  return a === "" ? 1 : b === "" ? -1 : names.compare(a, b);
}

/** Groups in order of name, the unnamed group last; cells keep the order of the fleet, so that none moves on an update. */
export function groupFleet(
  vehicles: readonly FleetVehicle[],
  inProject: ReadonlySet<string>,
  by: GroupBy,
  now: number,
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
      level: vehicle.openLevel ?? 0,
      inProject: inProject.has(vehicle.id),
    });
  }
  return [...groups]
    .sort(([a], [b]) => byName(a, b))
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

/** Gap between cells, between groups across and down, and height of a group's head, px. */
export const CELL_GAP = 3;
const GROUP_GAP = 20;
const GROUP_GAP_DOWN = 12;
const GROUP_HEAD = 26;
const GROUP_MIN = 230;

/** The largest edge of a cell, px, with which all groups fit into the panel; the smallest one when none does. */
export function fitCellSize(counts: readonly number[], width: number, height: number): number {
  const columns = Math.max(1, Math.min(counts.length, Math.floor((width + GROUP_GAP) / (GROUP_MIN + GROUP_GAP))));
  const groupWidth = (width - (columns - 1) * GROUP_GAP) / columns;
  for (const size of [30, 27, 24, 22, 20, 18, 16, 14, 12]) {
    const perRow = Math.max(1, Math.floor((groupWidth + CELL_GAP) / (size + CELL_GAP)));
    let total = 0;
    for (let at = 0; at < counts.length; at += columns) {
      const tallest = Math.max(...counts.slice(at, at + columns));
      total += GROUP_HEAD + Math.ceil(tallest / perRow) * (size + CELL_GAP) + (at === 0 ? 0 : GROUP_GAP_DOWN);
    }
    if (total <= height) return size;
  }
  return 11;
}
