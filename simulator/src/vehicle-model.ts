/**
 * A plausible electric car: it drives, charges and parks; its cells follow an open-circuit curve with a resistance,
 * its probes warm with the losses and cool towards the ambient. One cell may fail.
 *
 * Not a battery model for engineering: the aim is data in which every rule sees what it would see in the field.
 */
import type { FleetVehicle, VehicleModel } from "./fleet-plan.ts";
import { createRandom, type Random } from "./random.ts";

export type Activity = "driving" | "charging" | "parked";

/** What the vehicle's controllers know at one instant, in physical units. */
export interface VehicleState {
  readonly activity: Activity;
  /** km/h */
  readonly speed: number;
  /** km */
  readonly mileage: number;
  /** V */
  readonly totalVoltage: number;
  /** A, positive = discharge */
  readonly totalCurrent: number;
  /** % */
  readonly soc: number;
  /** kΩ */
  readonly insulation: number;
  /** V per cell */
  readonly cells: readonly number[];
  /** °C per probe */
  readonly probes: readonly number[];
  readonly motor: {
    readonly speed: number;
    readonly torque: number;
    readonly temp: number;
    readonly controllerTemp: number;
  };
  readonly location: { readonly longitude: number; readonly latitude: number };
  readonly accelerator: number;
  readonly brake: number;
  /** GB/T 32960.3 alarm level and bits as the battery management itself sees them. */
  readonly alarmLevel: number;
  readonly alarmBits: number;
}

const OCV: Readonly<Record<VehicleModel["chemistry"], readonly number[]>> = {
  // Open-circuit voltage at 0, 10 … 100 % SOC.
  NCM: [3.25, 3.45, 3.53, 3.58, 3.62, 3.68, 3.77, 3.87, 3.96, 4.06, 4.18],
  LFP: [2.85, 3.18, 3.23, 3.26, 3.28, 3.29, 3.3, 3.31, 3.32, 3.33, 3.42],
};

const CITIES: Readonly<Record<string, readonly [number, number]>> = {
  "110000": [116.4, 39.9],
  "310000": [121.47, 31.23],
  "440300": [114.06, 22.55],
  "510100": [104.07, 30.67],
  "340100": [117.28, 31.86],
  "330100": [120.16, 30.27],
  "420100": [114.3, 30.59],
  "500000": [106.55, 29.56],
};

/** Battery management's own limits; they set the alarm bits of the frames, not Sandglass's verdicts. */
const SPREAD_ALARM_V = 0.25;
const TEMP_ALARM_C = 55;
/** From here on the pack is cooled: a healthy one never comes near its alarm. */
const COOLED_FROM_C = 38;
const BIT = { tempDifference: 0, batteryHighTemp: 1, cellUnderVoltage: 6, poorConsistency: 10 } as const;

/** How a failing cell goes: its voltage sags and its probe warms, both growing with the seconds since onset. */
const SAG_V_PER_S = 0.025;
const SAG_MAX_V = 0.55;
const HEAT_C_PER_S = 0.45;
const HEAT_MAX_C = 46;

function openCircuit(model: VehicleModel, soc: number): number {
  const curve = OCV[model.chemistry];
  const at = Math.min(Math.max(soc, 0), 99.999) / 10;
  const below = Math.floor(at);
  return curve[below] + (curve[below + 1] - curve[below]) * (at - below);
}

export class SimulatedVehicle {
  readonly plan: FleetVehicle;
  private readonly random: Random;
  private readonly cellOffsets: number[];
  private readonly probeOffsets: number[];
  private activity: Activity;
  private activityLeft: number;
  private speed = 0;
  private targetSpeed = 0;
  private mileage: number;
  private soc: number;
  private packTemp: number;
  private motorTemp: number;
  private readonly ambient: number;
  private readonly insulation: number;
  private longitude: number;
  private latitude: number;
  private heading: number;
  private failingFor = 0;
  private failing = false;

  constructor(plan: FleetVehicle) {
    this.plan = plan;
    this.random = createRandom(plan.seed);
    const { random } = this;
    const [longitude, latitude] = CITIES[plan.region] ?? [116.4, 39.9];
    this.cellOffsets = Array.from({ length: plan.model.cells }, () => random.normal() * 0.0035);
    this.probeOffsets = Array.from({ length: plan.model.probes }, () => random.between(-1.5, 1.5));
    this.mileage = random.between(1_000, 90_000);
    this.soc = random.between(35, 92);
    this.ambient = random.between(12, 28);
    this.packTemp = this.ambient + random.between(2, 8);
    this.motorTemp = this.ambient + random.between(5, 25);
    this.insulation = Math.round(random.between(1_500, 9_000));
    this.longitude = longitude + random.normal() * 0.08;
    this.latitude = latitude + random.normal() * 0.06;
    this.heading = random.between(0, 2 * Math.PI);
    const share = random.next();
    // A failing or sandboxed vehicle is on the road: its project is a driving test.
    this.activity = plan.inSandbox || share < 0.55 ? "driving" : share < 0.75 ? "charging" : "parked";
    this.activityLeft = random.between(300, 1800);
  }

  /** Starts the battery fault. */
  fail(): void {
    this.failing = true;
  }

  /** What a driver does when told to stop at the roadside, or to go on. */
  obey(order: "halt" | "drive"): void {
    this.activity = order === "halt" ? "parked" : "driving";
    this.activityLeft = order === "halt" ? Number.POSITIVE_INFINITY : 1800;
  }

  /** Lives `seconds` further and tells what the controllers see then. */
  advance(seconds: number): VehicleState {
    const { random, plan } = this;
    this.activityLeft -= seconds;
    if (this.activityLeft <= 0) this.changeActivity();
    if (this.failing) this.failingFor += seconds;

    let acceleration = 0;
    if (this.activity === "driving") {
      if (random.next() < seconds / 25) this.targetSpeed = Math.max(0, random.between(-15, 105));
      const difference = this.targetSpeed - this.speed;
      acceleration = Math.max(-9, Math.min(7, difference / 4)); // km/h per s
      this.speed = Math.max(0, this.speed + acceleration * seconds);
    } else {
      this.speed = Math.max(0, this.speed - 12 * seconds);
    }

    const current = this.current(acceleration);
    const capacityAh = (plan.model.capacity * 1000) / (plan.model.cells * 3.5);
    this.soc = Math.min(100, Math.max(2, this.soc - (current * seconds) / 36 / capacityAh));
    const loss = (current / 120) ** 2;
    const cooling = this.packTemp > COOLED_FROM_C ? 0.009 : 0.0012;
    this.packTemp += (loss * 0.06 - (this.packTemp - this.ambient) * cooling) * seconds;
    this.motorTemp += (Math.abs(current) * 0.004 - (this.motorTemp - this.ambient) * 0.004) * seconds;
    this.mileage += (this.speed * seconds) / 3600;
    this.move(seconds);
    return this.observe(current, acceleration);
  }

  private changeActivity(): void {
    const next = this.random.next();
    if (this.activity === "driving") this.activity = this.soc < 25 || next < 0.35 ? "charging" : "parked";
    else this.activity = this.soc > 40 || next < 0.6 ? "driving" : "charging";
    this.activityLeft = this.random.between(240, 2400);
  }

  /** A, positive = discharge. */
  private current(acceleration: number): number {
    if (this.activity === "charging" && this.speed === 0)
      return this.soc >= 99.5 ? 0 : -(this.soc > 85 ? 28 : 95) + this.random.normal() * 0.6;
    if (this.activity !== "driving") return 0.4;
    const roll = this.speed * 0.32 + (this.speed / 46) ** 3;
    return roll + acceleration * this.speed * 0.28 + this.random.normal() * 0.8;
  }

  private move(seconds: number): void {
    this.heading += this.random.normal() * 0.02 * seconds;
    const metres = (this.speed / 3.6) * seconds;
    this.latitude += (metres * Math.cos(this.heading)) / 111_320;
    this.longitude += (metres * Math.sin(this.heading)) / (111_320 * Math.cos((this.latitude * Math.PI) / 180));
  }

  private observe(current: number, acceleration: number): VehicleState {
    const { plan, random } = this;
    const rest = openCircuit(plan.model, this.soc);
    const resistance = plan.model.chemistry === "NCM" ? 0.00042 : 0.00035;
    const sag = this.failing ? Math.min(SAG_MAX_V, this.failingFor * SAG_V_PER_S) : 0;
    const heat = this.failing ? Math.min(HEAT_MAX_C, Math.max(0, this.failingFor - 15) * HEAT_C_PER_S) : 0;
    const badCell = Math.floor(plan.model.cells * 0.43);
    const badProbe = Math.floor(plan.model.probes * 0.43);
    const cells = this.cellOffsets.map(
      (offset, i) => rest + offset - current * resistance + random.normal() * 0.0006 - (i === badCell ? sag : 0),
    );
    const probes = this.probeOffsets.map(
      (offset, i) => this.packTemp + offset + (i === badProbe ? heat : Math.abs(i - badProbe) === 1 ? heat * 0.35 : 0),
    );
    const spread = Math.max(...cells) - Math.min(...cells);
    const hottest = Math.max(...probes);
    let bits = 0;
    if (spread > SPREAD_ALARM_V) bits |= (1 << BIT.poorConsistency) | (1 << BIT.cellUnderVoltage);
    if (hottest > TEMP_ALARM_C) bits |= (1 << BIT.batteryHighTemp) | (1 << BIT.tempDifference);
    const alarmLevel = hottest > TEMP_ALARM_C ? 3 : spread > SPREAD_ALARM_V ? 2 : 0;
    return {
      // Until it stands it is driven: nobody parks or plugs in at speed.
      activity: this.speed > 0 ? "driving" : this.activity,
      speed: this.speed,
      mileage: this.mileage,
      totalVoltage: cells.reduce((sum, volt) => sum + volt, 0),
      totalCurrent: current,
      soc: this.soc,
      insulation: this.insulation,
      cells,
      probes,
      motor: {
        speed: this.speed * 92,
        torque: this.speed > 0.5 ? Math.max(-180, Math.min(300, current * 1.4)) : 0,
        temp: this.motorTemp,
        controllerTemp: this.motorTemp - 4,
      },
      location: { longitude: this.longitude, latitude: this.latitude },
      accelerator: Math.max(0, Math.min(100, acceleration * 12 + this.speed * 0.2)),
      brake: acceleration < -2 ? Math.min(100, -acceleration * 10) : 0,
      alarmLevel,
      alarmBits: bits >>> 0,
    };
  }
}
