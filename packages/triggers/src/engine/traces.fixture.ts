/** Traces near the thresholds of the packs, for comparing one way of stepping with another. */
import fc from "fast-check";
import { SIGNALS } from "@sandglass/signals";
import { compileTriggers, type TriggerSet } from "../mod.ts";

/** Packs whose thresholds the values are drawn around, in the folder of packs. */
export const PACKS = ["bench-24", "gbt32960-alarms", "demo-sandbox", "thermal-runaway"] as const;
export const START = Date.UTC(2026, 0, 1);

/** Windows, and what can be around them. */
const MORE = `
trigger Q1 version 1 { when avg(speed over 1 min) > 60 km/h for 30 s ; severity 1 ; clear when avg(speed over 1 min) < 50 km/h ; }
trigger Q2 version 1 { when not (max(speed over 1 min) < 70 km/h) and soc < 50 % ; severity 1 ; severity 2 when avg(soc over 2 min) < 45 % ; }
trigger Q3 version 1 { when abs(delta(soc over 1 min)) > 5 % or delta(speed over 30 s) > 40 km/h ; severity 1 ; keep firing 1 min ; }
trigger Q4 version 1 { when soc < 45 % in more than 50 % of samples in last 3 min ; requires samples >= 4 ; severity 1 ; }
trigger Q5 version 1 { when slope(soc over 5 min) < -0.1 %/s ; severity 1 ; }
trigger Q6 version 1 { when rate(speed) > 5 km/h/s ; requires period <= 1 s ; severity 1 ; }
trigger Q7 version 1 { when rising(quantile(speed, 0.9 over 2 min) > 65 km/h) at least 2 times in last 10 min ; severity 1 ; }
trigger Q8 version 1 { when avg(max_cell_temp over 2 min) > 40 °C within last 5 min ; severity 1 ; missing unknown after 2 min ; }
trigger Q9 version 1 { when age(soc) > 45 s and speed > 10 km/h ; severity 1 ; }
trigger Q10 version 1 { when sum(speed over 1 min) > 300 km/h or count(soc over 1 min) < 3 ; severity 1 ; }
trigger Q11 version 1 { when avg(speed over 1 min) > 60 km/h ; severity 1 ; missing reset ; cooldown 2 min ; effective from 2026-01-01 to 2026-01-01 ; }
trigger Q12 version 1 { when once[0, 3 min](speed > 62 km/h) and historically[0, 2 min](soc < 55 %) ; severity 2 ; }
trigger Q13 version 1 { when offline for 5 min or no data from soc for 2 min ; severity 1 ; }
trigger Q14 version 1 { when avg(speed over 1 min) > 40 km/h since[0, 10 min] rising(soc < 45 %) ; severity 1 ; }
trigger Q15 version 1 { when speed between 40 km/h and 70 km/h and not valid(soc) ; severity 1 ; missing violate after 1 min ; }
trigger Q16 version 1 { when max(speed over 1 min) - min(speed over 1 min) > 30 km/h ; severity 1 ; }
trigger Q17 version 1 { when time of day between 00:00 and 08:10 and avg(speed over 1 min) > 50 km/h ; severity 1 ; }
trigger Q18 version 1 { when max_cell_voltage - min_cell_voltage > 1.5 V for 20 s ; severity 1 ; clear when max_cell_voltage < 2 * min_cell_voltage for 30 s ; }
trigger Q19 version 1 { when delta(min_cell_voltage over 1 min) < -0.05 * max_cell_voltage ; severity 1 ; clear when avg(min_cell_voltage over 1 min) > 0.6 * max_cell_voltage for 1 min ; }
trigger Q20 version 1 { when rate(max_cell_temp) >= 1 °C/s for 3 s ; requires period <= 1 s ; severity 1 ; severity 2 when rate(max_cell_temp) > 1 °C/s for 5 s ; clear when rate(max_cell_temp) < 1 °C/s for 4 s ; }
trigger Q21 version 1 { when rate(speed) <= -3 km/h/s for 2 s or rate(speed) > 1 km/h/s for 12 s ; requires period <= 1 s ; severity 1 ; missing unknown after 1 min ; }
trigger Q22 version 1 { when rate(soc) >= 1 %/s for 2 s and (rate(soc) >= 1 %/s or max(soc over 1 min) > 49 %) ; requires period <= 1 s ; severity 1 ; }
trigger Q23 version 1 { when (rate(soc) >= 1 %/s for 3 s or rate(soc) <= -1 %/s for 20 s) within last 1 min and soc > 44 % ; requires period <= 1 s ; severity 1 ; keep firing 20 s ; }
`;

function compile(sources: readonly string[]): TriggerSet {
  const result = compileTriggers(
    sources.map((text) => ({ text })),
    SIGNALS,
  );
  if (!result.ok) throw new Error(JSON.stringify(result.errors.map((e) => e.message)));
  return result.set;
}

/**
 * Sets of the texts of PACKS and of further windows. Each trigger alone is quiet as a whole; in larger sets some are and
 * some are not.
 */
export function setsOf(packs: readonly string[]): readonly TriggerSet[] {
  const texts = [...packs, MORE];
  const singles = texts.flatMap((text) =>
    text
      .split(/^(?=trigger )/m)
      .filter((part) => part.startsWith("trigger "))
      .map((part) => compile([part])),
  );
  return [compile(packs.slice(0, 2)), compile(texts), compile([MORE]), ...singles];
}

/** Around the thresholds of the triggers: centre, step, resolution. */
export const RANGES: Readonly<Record<string, readonly [number, number, number]>> = {
  speed: [55, 4, 0.1],
  soc: [47, 1, 1],
  max_cell_temp: [52, 2, 1],
  min_cell_temp: [20, 1, 1],
  temp_spread: [13, 1, 1],
  cell_spread: [0.28, 0.01, 0.001],
  insulation: [300, 60, 1],
  total_current: [200, 40, 0.1],
  total_voltage: [300, 12, 0.1],
  min_cell_voltage: [2.8, 0.1, 0.001],
  max_cell_voltage: [4.3, 0.05, 0.001],
  accelerator: [28, 3, 1],
  brake: [28, 3, 1],
  max_motor_temp: [148, 1, 1],
  max_controller_temp: [94, 1, 1],
  "alarm.level": [1.5, 0.5, 1],
  "charge.state": [1.5, 0.4, 1],
  "vehicle.state": [1, 0.2, 1],
};

export interface Frame {
  readonly dt: number;
  /** Scale of the steps of this frame. */
  readonly wild: number;
  readonly odd: "absent" | "invalid" | "some" | undefined;
  readonly tick: number | undefined;
  readonly save: boolean;
}

const frame = (period: number): fc.Arbitrary<Frame> =>
  fc.record({
    dt: fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom(period, period, period - period / 10, period + period / 10) },
      { weight: 1, arbitrary: fc.constantFrom(0, 1, 500, 4000, 40_000, 95_000, 700_000) },
    ),
    wild: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(0, 0.1, 0.3) },
      { weight: 2, arbitrary: fc.constantFrom(1, 3) },
    ),
    odd: fc.oneof(
      { weight: 25, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom("absent" as const, "invalid" as const, "some" as const) },
    ),
    tick: fc.oneof(
      { weight: 12, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
    ),
    save: fc.oneof({ weight: 20, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  });
export const trace = fc
  .constantFrom(1000, 10_000, 30_000)
  .chain((period) => fc.tuple(fc.array(frame(period), { minLength: 20, maxLength: 160 }), fc.integer(), fc.nat(4)));

export type Trace = readonly [frames: readonly Frame[], seed: number, missing: number];

/** What the frames of a trace bring: a walk that stays near the thresholds. Fills `values` and `present` for each in turn. */
export function* observations(
  set: TriggerSet,
  [frames, seed, missing]: Trace,
  values: Float64Array,
  present: Uint8Array,
): Generator<{ readonly time: number; readonly before: number; readonly frame: Frame }> {
  let random = seed >>> 0;
  const next = (): number => {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    return random / 4294967296;
  };
  const walk = set.inputs.map((id) => RANGES[id]?.[0] ?? 0);
  let time = START;
  for (const frame of frames) {
    const { dt, wild, odd } = frame;
    const before = time;
    time += dt;
    set.inputs.forEach((id, i) => {
      const [centre, step, resolution] = RANGES[id] ?? [0.2, 0.3, 1];
      walk[i] = (walk[i] as number) + (next() * 2 - 1) * step * wild + (centre - (walk[i] as number)) * 0.02;
      // Zeros have no sign: none of them comes off the wire, and packed numbers do not keep it.
      values[i] = Math.round((walk[i] as number) / resolution) * resolution + 0;
      // Some inputs never come, as of a vehicle without that part.
      present[i] = missing > 0 && (i + seed) % (missing + 2) === 0 ? 0 : 1;
      if (odd === "absent") present[i] = 0;
      else if (odd === "invalid" && next() < 0.3) present[i] = 2;
      else if (odd === "some" && next() < 0.5) present[i] = 0;
    });
    yield { time, before, frame };
  }
}
