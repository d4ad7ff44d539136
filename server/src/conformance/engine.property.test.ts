import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Disposition } from "@sandglass/signals";
import * as fc from "fast-check";
import { QualityEngine } from "./engine.ts";
import {
  blockOf,
  loginFrame,
  logoutFrame,
  NOON,
  platformLoginFrame,
  report,
  type BlockRow,
  type CarState,
} from "./frames.fixture.ts";
import { ReferenceEngine } from "./reference/engine.ts";

/** Everything that either engine knows after some blocks. */
function outcome({ vehicles, vehicleDays, platformDays, links, bursts }: QualityEngine | ReferenceEngine): object {
  return {
    size: vehicles.size,
    state: vehicles.state,
    vehicles: vehicleDays.takeChanged(vehicles.size),
    platforms: platformDays.takeChanged(links.size),
    users: links.users,
    bursts: bursts.takeChanged(),
  };
}

const sometimes = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 3 });
const present = <T extends object>(record: T): T =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
const mark = fc.constantFrom("invalid", "abnormal");
/** Codes are written as they are: 254 abnormal, 255 invalid. */
const codeOf = (max: number, min = 1): fc.Arbitrary<number> =>
  fc.oneof({ weight: 6, arbitrary: fc.integer({ min, max }) }, fc.constantFrom(254, 255, 99));
const valueOf = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | string> =>
  fc.oneof({ weight: 6, arbitrary: values }, mark);

const vehicleBody = fc
  .record({
    vehicleState: sometimes(codeOf(3)),
    chargingState: sometimes(codeOf(4)),
    speed: sometimes(valueOf(fc.integer({ min: 0, max: 2200 }).map((tenths) => tenths / 10))),
    mileage: sometimes(valueOf(fc.integer({ min: 0, max: 300 }).map((tenths) => tenths / 10))),
    totalVoltage: sometimes(valueOf(fc.constantFrom(365, 3.8, 7.6, 730))),
    totalCurrent: sometimes(valueOf(fc.integer({ min: -300, max: 300 }).map((tenths) => tenths / 10))),
    stateOfCharge: sometimes(valueOf(fc.integer({ min: 0, max: 100 }))),
    gear: sometimes(
      fc.constantFrom(
        { raw: 15, position: "P", drivingForce: false, brakingForce: false },
        { raw: 14, position: "D", drivingForce: false, brakingForce: false },
      ),
    ),
  })
  .map(present);
const millivolts = fc.array(fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 3790, max: 3810 }) }, fc.nat(60_000)), {
  maxLength: 40,
});
const packs = fc.array(
  fc
    .record({
      millivolts,
      voltage: sometimes(fc.integer({ min: 0, max: 1500 }).map((tenths) => tenths / 10)),
      total: sometimes(fc.constantFrom(1, 20, 40, 201, 384)),
      first: sometimes(fc.constantFrom(1, 2, 201)),
    })
    .map(present),
  { minLength: 1, maxLength: 3 },
);
const alarm = fc
  .record({
    level: sometimes(codeOf(4, 0)),
    flags: sometimes(fc.constantFrom(0, 1, 1 << 23, 1 << 5)),
  })
  .map(present);
const missing = <T>(body: fc.Arbitrary<T>): fc.Arbitrary<T | false | undefined> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(undefined) },
    { weight: 4, arbitrary: body },
    fc.constant(false as const),
  );

/** A report, most of them as a healthy vehicle sends them. */
const car: fc.Arbitrary<CarState> = fc
  .record({
    command: sometimes(fc.constantFrom(2 as const, 2 as const, 3 as const)),
    edition: sometimes(fc.constantFrom(2016 as const, 2025 as const)),
    vehicle: missing(vehicleBody),
    motors: sometimes(fc.constant(false as const)),
    location: missing(fc.constantFrom({ longitude: 0, latitude: 0 }, { longitude: 2.3, latitude: 48.8 })),
    extremes: missing(fc.constantFrom({ maxCellVoltage: 3.9 }, { minCellVoltage: 4.2 }, { maxTemperature: 99 })),
    alarm: missing(alarm),
    cells: missing(packs),
    probes: missing(fc.array(fc.integer({ min: -40, max: 210 }), { minLength: 1, maxLength: 12 })),
  })
  .map((state) => present(state) as CarState);

/** Steps of the clock of a vehicle, ms: as a rule ten seconds, sometimes back, none, or a long sleep. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(10_000, 1000, 30_000) },
  fc.constantFrom(0, -5000, 31_000, 200_000, 700_000, 500, -40_000, 3_580_000),
);
const delay = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(0, 800, 5000) },
  fc.constantFrom(-20_000, 31_000, 200_000, 400_000_000),
);

interface Event {
  readonly what: "report" | "broken" | "login" | "logout" | "platform" | "refused";
  readonly car: CarState;
  readonly step: number;
  readonly delay: number;
  readonly vehicle: bigint;
  readonly link: number;
  readonly number: number;
}

const events: fc.Arbitrary<Event[]> = fc.array(
  fc.record({
    what: fc.oneof(
      { weight: 12, arbitrary: fc.constant("report" as const) },
      fc.constantFrom("broken" as const, "login" as const, "logout" as const, "platform" as const, "refused" as const),
    ),
    car,
    step,
    delay,
    vehicle: fc.constantFrom(7n, 8n, 0xffff_ffff_0000_0001n),
    link: fc.integer({ min: 1, max: 3 }),
    number: fc.nat(200),
  }),
  { minLength: 1, maxLength: 60 },
);

function rowsOf(list: readonly Event[]): BlockRow[] {
  const clocks = new Map<bigint, number>();
  return list.map(({ what, car, step, delay, vehicle, link, number }) => {
    const time = (clocks.get(vehicle) ?? NOON) + step;
    clocks.set(vehicle, time);
    const common = { vehicle, link, receive: time + delay };
    if (what === "login") return { ...common, frame: loginFrame({ serial: number, time }) };
    if (what === "logout") return { ...common, frame: logoutFrame({ serial: number, time }) };
    if (what === "platform") return { ...common, vehicle: 0n, frame: platformLoginFrame(`user${number % 2}`) };
    const frame = report({ ...car, time });
    if (what === "refused") return { ...common, frame, disposition: ((number % 6) + 1) as Disposition };
    // One byte of the body is another: as a rule a sentinel, a count or a type that should not be.
    if (what === "broken") frame[24 + (number % (frame.length - 25))] = [0xff, 0xfe, 0, number][number % 4];
    return { ...common, frame };
  });
}

/** A drive: logged in, complete reports in time, whose values sometimes do what they should not. */
const drive: fc.Arbitrary<Event[]> = fc
  .array(
    fc.record({
      what: fc.oneof(
        { weight: 30, arbitrary: fc.constant("report" as const) },
        fc.constantFrom("login" as const, "logout" as const),
      ),
      car: fc.record({
        vehicle: fc.record({
          speed: fc.oneof({ weight: 4, arbitrary: fc.constant(36) }, fc.constantFrom(0, 1.1, 120, 220)),
          mileage: fc.oneof(
            { weight: 4, arbitrary: fc.constant(100) },
            fc.constantFrom(99.9, 100.4, 100.6, 103.9, 104.2),
          ),
          stateOfCharge: fc.oneof({ weight: 4, arbitrary: fc.constant(50) }, fc.constantFrom(44, 45, 55, 56)),
          totalCurrent: fc.constantFrom(10, 10, 10.1),
        }),
        alarm: fc.oneof(
          { weight: 9, arbitrary: fc.constant({}) },
          fc.record({ level: fc.constantFrom(0, 2, 3), flags: fc.constantFrom(0, 2) }),
        ),
        edition: fc.oneof({ weight: 9, arbitrary: fc.constant(2016 as const) }, fc.constant(2025 as const)),
        probes: fc.oneof({ weight: 9, arbitrary: fc.constant([25, 26]) }, fc.constant(false as const)),
      }),
      step: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(1000, 10_000, 10_500, 30_000) }, step),
      delay: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(0, 800, 1000, 9000, 30_000) }, delay),
      vehicle: fc.constantFrom(7n, 8n),
      link: fc.constant(1),
      number: fc.nat(200),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((reports) => [
    { ...reports[0], what: "login", vehicle: 7n },
    { ...reports[0], what: "login", vehicle: 8n },
    ...reports,
  ]);

function countBoth(list: readonly Event[], cuts: readonly number[]): void {
  const rows = rowsOf(list);
  const engine = new QualityEngine();
  const reference = new ReferenceEngine();
  for (const each of [engine, reference]) each.links.setRelays(new Set(["user1"]));
  for (let from = 0, i = 0; from < rows.length; i++) {
    const to = from + cuts[i % cuts.length];
    engine.step(blockOf(rows.slice(from, to)));
    from = to;
  }
  reference.step(blockOf(rows));
  assert.deepEqual(outcome(engine), outcome(reference));
}

const cuts = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 });

describe("the engine and its plain reference", () => {
  it("count the same over any rows, however these are cut into blocks", () => {
    fc.assert(fc.property(events, cuts, countBoth), { numRuns: 300 });
  });

  it("count the same over drives in which nearly all is in order", () => {
    fc.assert(fc.property(drive, cuts, countBoth), { numRuns: 300 });
  });
});
