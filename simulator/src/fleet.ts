/**
 * Runs the fleet: one connection per enterprise platform, one per terminal vehicle, reports on a fixed period.
 * A lost connection is opened again after a pause; what could not be sent meanwhile is re-issued (0x03).
 */
import { uniqueIdOf } from "@sandglass/gbt32960";
import { planFleet, type FleetVehicle, type Maker, type PlatformAccount } from "./fleet-plan.ts";
import { platformLogin, realtimeReport, vehicleLogin } from "./frames.ts";
import { Terminal, type TerminalEffect } from "./terminal.ts";
import { SimulatedVehicle } from "./vehicle-model.ts";
import { WireClient } from "./wire-client.ts";

export interface FleetOptions {
  readonly host: string;
  readonly port: number;
  readonly seed: number;
  readonly platforms: readonly PlatformAccount[];
  /** Report period of most vehicles, ms; vehicles of the sandbox report every second. */
  readonly periodMs: number;
  /** When the battery of one sandbox vehicle begins to fail, ms after the start; undefined = never. */
  readonly failAfterMs: number | undefined;
  readonly now: () => number;
  readonly log: (line: string) => void;
  /** Orders to the drivers of the sandbox vehicles. */
  readonly onOrder?: (listener: (order: "halt" | "drive") => void) => void;
  readonly signal: AbortSignal;
}

const DAY_MS = 86_400_000;
const BEIJING_MS = 8 * 3_600_000;
const RECONNECT_MS = 3_000;
const SANDBOX_PERIOD_MS = 1_000;
/** GB/T 32960.3: at least 3 days (2016) of stored reports; a demonstration keeps a few minutes. */
const MAX_STORED = 600;

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

/** Whole days since 1970 in Beijing. */
function dayOf(ms: number): number {
  return Math.floor((ms + BEIJING_MS) / DAY_MS);
}

/**
 * Login sequence number: grows with every login and begins again every day (GB/T 32960.3-2016 table 6). A terminal
 * keeps it over a restart; we have nowhere to keep it, so it follows the time of day, in steps of two seconds.
 */
export function nextSequence(last: number, lastDay: number, now: number): number {
  const ofDay = 1 + Math.floor(((now + BEIJING_MS) % DAY_MS) / 2_000);
  return lastDay === dayOf(now) ? Math.max(last + 1, ofDay) : ofDay;
}

/** The last instant of a vehicle's schedule that is not after now. */
export function dueAt(next: number, period: number, now: number): number {
  return next + Math.floor((now - next) / period) * period;
}

/** One connection with its vehicles. */
class Link {
  private client: WireClient | undefined;
  private sequence = 0;
  private sequenceDay = 0;
  private readonly stored: { vin: string; frame: () => Uint8Array }[] = [];
  private readonly options: FleetOptions;
  private readonly vehicles: readonly FleetVehicle[];
  private readonly account: PlatformAccount | undefined;
  private readonly terminals: ReadonlyMap<string, { vehicle: FleetVehicle; terminal: Terminal }>;
  private readonly onEffect: (vehicle: FleetVehicle, effect: TerminalEffect) => void;

  constructor(
    options: FleetOptions,
    vehicles: readonly FleetVehicle[],
    account: PlatformAccount | undefined,
    onEffect: (vehicle: FleetVehicle, effect: TerminalEffect) => void,
  ) {
    this.options = options;
    this.vehicles = vehicles;
    this.account = account;
    this.onEffect = onEffect;
    this.terminals = new Map(
      vehicles.map((vehicle) => [
        vehicle.vin,
        {
          vehicle,
          terminal: new Terminal(
            vehicle.maker.edition,
            (vehicle.inSandbox ? SANDBOX_PERIOD_MS : options.periodMs) / 1000,
          ),
        },
      ]),
    );
  }

  /** Keeps the connection open until the signal. */
  async run(): Promise<void> {
    while (!this.options.signal.aborted) {
      try {
        await this.connect();
        while (!this.options.signal.aborted && this.client?.isClosed === false) await wait(500, this.options.signal);
      } catch (error) {
        this.options.log(`${this.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
      this.client = undefined;
      await wait(RECONNECT_MS, this.options.signal);
    }
  }

  async close(): Promise<void> {
    await this.client?.close();
  }

  report(vehicle: FleetVehicle, make: (reissued: boolean) => Uint8Array): void {
    if (this.client === undefined || this.client.isClosed) {
      this.stored.push({ vin: vehicle.vin, frame: () => make(true) });
      if (this.stored.length > MAX_STORED) this.stored.shift();
      return;
    }
    this.client.send(make(false)).catch(() => {
      this.stored.push({ vin: vehicle.vin, frame: () => make(true) });
    });
  }

  /** Answers a command for one of the vehicles behind this connection. */
  private obey(client: WireClient, frame: Uint8Array): void {
    const known = this.terminals.get(uniqueIdOf(frame));
    const answer = known?.terminal.answer(frame);
    if (known === undefined || answer === undefined) return;
    client.send(answer.frame).catch(() => {}); // the platform asks again
    this.onEffect(known.vehicle, answer.effect);
  }

  private get name(): string {
    return this.account === undefined ? `terminal ${this.vehicles[0].vin.slice(-4)}` : `platform ${this.account.user}`;
  }

  private async connect(): Promise<void> {
    const { host, port, now } = this.options;
    const client = await WireClient.connect(host, port);
    client.onCommand = (frame) => this.obey(client, frame);
    const maker: Maker = this.vehicles[0].maker;
    this.sequence = nextSequence(this.sequence, this.sequenceDay, now());
    this.sequenceDay = dayOf(now());
    if (this.account !== undefined) {
      const reply = await client.request(
        platformLogin(maker.edition, now(), this.sequence, this.account.user, this.account.password),
      );
      if (reply.flag !== 1) throw new Error(`platform login was refused with flag ${reply.flag}`);
    }
    for (const vehicle of this.vehicles) {
      const reply = await client.request(
        vehicleLogin(maker.edition, vehicle.vin, now(), this.sequence, `8986${String(vehicle.seed).padStart(16, "0")}`),
      );
      if (reply.flag !== 1)
        this.options.log(`${this.name}: login of …${vehicle.vin.slice(-4)} was refused with flag ${reply.flag}`);
    }
    this.client = client;
    for (const late of this.stored.splice(0)) await client.send(late.frame());
  }
}

/** Resolves when the signal aborts and all connections are closed. */
export async function runFleet(options: FleetOptions): Promise<void> {
  const plan = planFleet(options.seed);
  const links = new Map<FleetVehicle, Link>();
  const all: Link[] = [];
  const accounts = new Map(options.platforms.map((account) => [account.maker, account]));
  const byMaker = Map.groupBy(plan, (vehicle) => vehicle.maker);
  for (const [maker, vehicles] of byMaker) {
    const account = accounts.get(maker.id);
    const groups =
      maker.link === "platform" && account !== undefined ? [vehicles] : vehicles.map((vehicle) => [vehicle]);
    for (const group of groups) {
      const link = new Link(options, group, maker.link === "platform" ? account : undefined, (vehicle, effect) => {
        const entry = cars.find(({ car }) => car.plan === vehicle);
        if (entry !== undefined && effect?.kind === "reportPeriod") entry.period = effect.seconds * 1000;
      });
      all.push(link);
      for (const vehicle of group) links.set(vehicle, link);
    }
  }
  const cars = plan.map((vehicle, index) => ({
    car: new SimulatedVehicle(vehicle),
    period: vehicle.inSandbox ? SANDBOX_PERIOD_MS : options.periodMs,
    // Spread over the period, on whole seconds: the wire has no finer time.
    next: options.now() + ((index * 37) % (vehicle.inSandbox ? SANDBOX_PERIOD_MS : options.periodMs)),
    last: options.now(),
  }));
  options.onOrder?.((order) => {
    for (const { car } of cars) if (car.plan.inSandbox) car.obey(order);
  });
  const started = options.now();
  const running = Promise.all(all.map((link) => link.run()));
  while (!options.signal.aborted) {
    const now = options.now();
    for (const entry of cars) {
      if (entry.next > now) continue;
      const { plan: vehicle } = entry.car;
      if (vehicle.fails && options.failAfterMs !== undefined && now - started >= options.failAfterMs) entry.car.fail();
      // Collected when it was due and not when this loop came round: the wire has whole seconds, and each comes once.
      const at = dueAt(entry.next, entry.period, now);
      const state = entry.car.advance((at - entry.last) / 1000);
      entry.last = at;
      entry.next = at + entry.period;
      links
        .get(vehicle)
        ?.report(vehicle, (reissued) => realtimeReport(vehicle.maker.edition, vehicle.vin, at, state, reissued));
    }
    await wait(100, options.signal);
  }
  await Promise.all(all.map((link) => link.close()));
  await running;
}
