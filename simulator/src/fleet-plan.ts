/**
 * Which vehicles the demonstration fleet has: three invented makers, both protocol editions, both kinds of link.
 * The registry is seeded from the same plan, so that what sends is what is registered.
 */
import { withVinCheckDigit } from "@sandglass/signals";
import { createRandom } from "./random.ts";

export type LinkKind = "platform" | "terminal";

export interface Maker {
  readonly id: string;
  readonly names: { readonly en: string; readonly zh: string };
  /** World manufacturer identifier, invented; not assigned to a real maker. */
  readonly wmi: string;
  readonly edition: 2016 | 2025;
  readonly link: LinkKind;
  readonly vehicles: number;
  readonly models: readonly VehicleModel[];
}

export interface VehicleModel {
  readonly name: string;
  readonly chemistry: "NCM" | "LFP";
  readonly cells: number;
  readonly probes: number;
  /** kWh. */
  readonly capacity: number;
}

export interface FleetVehicle {
  readonly vin: string;
  readonly maker: Maker;
  readonly model: VehicleModel;
  /** Administrative region code (GB/T 2260) of registration. */
  readonly region: string;
  readonly seed: number;
  /** Member of the demonstration sandbox project. */
  readonly inSandbox: boolean;
  /** The one whose battery fails during the demonstration. */
  readonly fails: boolean;
}

export interface PlatformAccount {
  readonly maker: string;
  readonly user: string;
  readonly password: string;
}

export const MAKERS: readonly Maker[] = [
  {
    id: "oem-a",
    names: { en: "Chenxi Auto (demo)", zh: "晨曦汽车（演示）" },
    wmi: "LDE",
    edition: 2025,
    link: "platform",
    vehicles: 80,
    models: [
      { name: "CX-5", chemistry: "NCM", cells: 96, probes: 24, capacity: 62 },
      { name: "CX-7", chemistry: "LFP", cells: 112, probes: 28, capacity: 68 },
    ],
  },
  {
    id: "oem-b",
    names: { en: "Beihe New Energy (demo)", zh: "北河新能源（演示）" },
    wmi: "LDH",
    edition: 2016,
    link: "platform",
    vehicles: 70,
    models: [
      { name: "BH-E2", chemistry: "LFP", cells: 100, probes: 20, capacity: 48 },
      { name: "BH-V1", chemistry: "NCM", cells: 192, probes: 32, capacity: 86 },
    ],
  },
  {
    id: "oem-c",
    names: { en: "Nanling Motors (demo)", zh: "南岭汽车（演示）" },
    wmi: "LDN",
    edition: 2016,
    link: "terminal",
    vehicles: 50,
    models: [{ name: "NL-300", chemistry: "LFP", cells: 88, probes: 19, capacity: 40 }],
  },
];

/** How many vehicles the demonstration project supervises. */
export const SANDBOX_SIZE = 20;

const REGIONS = ["110000", "310000", "440300", "510100", "340100", "330100", "420100", "500000"] as const;

const VIN_ALPHABET = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ";

function vinOf(maker: Maker, index: number, seed: number): string {
  const random = createRandom(seed);
  let descriptor = "";
  for (let i = 0; i < 5; i++) descriptor += VIN_ALPHABET[Math.floor(random.next() * VIN_ALPHABET.length)];
  return withVinCheckDigit(`${maker.wmi}${descriptor}0TA${String(index + 1).padStart(6, "0")}`);
}

/** The fleet of that seed. The first `SANDBOX_SIZE` vehicles of the first maker form the project. */
export function planFleet(seed = 1): FleetVehicle[] {
  return MAKERS.flatMap((maker, makerIndex) =>
    Array.from({ length: maker.vehicles }, (_, index): FleetVehicle => {
      const own = seed * 100_000 + makerIndex * 1_000 + index;
      return {
        vin: vinOf(maker, index, own),
        maker,
        model: maker.models[index % maker.models.length],
        region: REGIONS[(index * 7 + makerIndex) % REGIONS.length],
        seed: own,
        inSandbox: makerIndex === 0 && index < SANDBOX_SIZE,
        fails: makerIndex === 0 && index === 6,
      };
    }),
  );
}

/** Credentials of the makers' enterprise platforms; derived, so that the registry can be seeded with them. */
export function planPlatforms(secret: string): PlatformAccount[] {
  return MAKERS.filter((maker) => maker.link === "platform").map((maker) => ({
    maker: maker.id,
    user: maker.id,
    password: secret.slice(0, 20),
  }));
}
