/** What silence, places, times of day, texts, suppression and populations mean. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { CATALOGUE, codeOfText } from "@sandglass/signals";
import {
  appliesTo,
  compileRegion,
  compileTriggers,
  createMonitor,
  distanceM,
  explainFiring,
  screen,
  type CompiledScreening,
  type FiringEvent,
  type ScreenedSubject,
  type TriggerSet,
} from "./mod.ts";
import { REGIONS } from "./lang/generated.fixture.ts";

function set(text: string): TriggerSet {
  const result = compileTriggers([{ text }], CATALOGUE, { regions: REGIONS });
  assert.ok(result.ok, result.ok ? "" : JSON.stringify(result.errors));
  return result.set;
}
const when = (condition: string, more = "") => set(`trigger A version 1 { when ${condition} ; ${more} }`);

const START = Date.UTC(2026, 0, 1, 4); // noon in Shanghai
const S = 1000;
const H = 3600 * S;

/** Feeds rows of (offset ms, samples) and tells kind and offset of every event. */
function run(
  triggers: TriggerSet,
  rows: readonly (readonly [number, Readonly<Record<string, number | string>>])[],
  until: number,
  more: { excuse?: readonly (readonly [number, number])[] } = {},
) {
  const monitor = createMonitor(triggers);
  const state = monitor.create("x");
  const events: FiringEvent[] = [];
  const emit = (event: FiringEvent) => void events.push(event);
  const values = new Float64Array(triggers.inputs.length);
  const present = new Uint8Array(triggers.inputs.length);
  const excuses = [...(more.excuse ?? [])];
  const passExcuses = (to: number): void => {
    while (excuses[0] && excuses[0][0] <= to) {
      const [at, ms] = excuses.shift() as readonly [number, number];
      monitor.tick(state, START + at, emit);
      monitor.excuse(state, ms);
    }
  };
  rows.forEach(([at, samples], i) => {
    passExcuses(at);
    present.fill(0);
    for (const [id, value] of Object.entries(samples)) {
      const slot = triggers.inputs.indexOf(id);
      assert.ok(slot >= 0, id);
      present[slot] = 1;
      values[slot] = typeof value === "string" ? codeOfText(value, triggers.sources[slot]?.text ?? "hash") : value;
    }
    monitor.step(state, START + at, values, present, i + 1, emit);
  });
  passExcuses(until);
  monitor.tick(state, START + until + 1, emit);
  return {
    events,
    log: events.map((e) => `${e.kind} ${(("onset" === e.kind ? e.onset : "at" in e ? e.at : 0) - START) / S}`),
  };
}

describe("offline", () => {
  const rule = () => when("offline for 72 h and once[0, 96 h](alarm.level >= 2)", "severity 2 ;");
  it("fires when nothing was received for that long, and the next frame clears it", () => {
    const { log, events } = run(
      rule(),
      [
        [0, { "alarm.level": 2 }],
        [60 * S, { "alarm.level": 0 }],
        [80 * H, { "alarm.level": 0 }],
      ],
      81 * H,
    );
    assert.deepEqual(log, [`onset ${60 + 72 * 3600}`, `cleared ${80 * 3600}`]);
    assert.equal(events[0]?.kind === "onset" && events[0].conditionSince, START + 60 * S);
  });
  it("is ended by a frame that carries none of the inputs", () => {
    const triggers = when("offline for 1 h");
    assert.equal(triggers.needsEveryFrame, true);
    assert.deepEqual(
      run(
        triggers,
        [
          [0, {}],
          [2 * H, {}],
        ],
        4 * H,
      ).log,
      ["onset 3600", "cleared 7200", `onset ${3 * 3600}`],
    );
  });
  it("does not count time in which we ourselves were away", () => {
    const triggers = when("offline for 1 h");
    assert.deepEqual(run(triggers, [[0, {}]], 3 * H, { excuse: [[1800 * S, 1000 * S]] }).log, ["onset 4600"]);
    assert.deepEqual(
      run(
        triggers,
        [
          [0, {}],
          [5000 * S, {}],
        ],
        6000 * S,
        { excuse: [[3500 * S, 3000 * S]] },
      ).log,
      [],
    );
  });
  it("is unknown before the first frame", () => {
    assert.deepEqual(run(when("offline for 1 h"), [], 10 * H).log, []);
  });
});

describe("different values", () => {
  it("are unknown until as many samples are there as the trigger requires", () => {
    const triggers = when("distinct(soc over 10 min) <= 2", "requires samples >= 3 ;");
    const rows = [0, 1, 2, 3].map((i) => [i * 30 * S, { soc: 50 + (i % 2) }] as const);
    const { log, events } = run(triggers, rows, 120 * S);
    assert.deepEqual(log, ["onset 60"]);
    assert.equal(events[0]?.kind === "onset" && events[0].onsetObserved, false);
  });
});

describe("no data from a signal", () => {
  it("fires although other signals arrive, and any value of it clears", () => {
    const triggers = when("no data from soc for 10 min or speed > 400 km/h");
    const rows = Array.from(
      { length: 100 },
      (_, i) => [i * 30 * S, { speed: 1, ...(i === 0 || i === 60 ? { soc: 5 } : {}) }] as const,
    );
    assert.deepEqual(run(triggers, rows, 2400 * S).log, ["onset 600", "cleared 1800", "onset 2400"]);
  });
});

describe("time of day", () => {
  it("holds from the first to the second time in Asia/Shanghai, over midnight too", () => {
    const triggers = when("time of day between 22:00 and 06:00 and speed > 5 km/h", "clock time ;");
    const rows = Array.from({ length: 24 * 120 }, (_, i) => [i * 30 * S, { speed: 50 }] as const);
    assert.deepEqual(run(triggers, rows, 24 * H).log, [`onset ${10 * 3600}`, `cleared ${18 * 3600}`]);
  });
});

describe("inside a region", () => {
  it("judges the position and never tells it", () => {
    const triggers = when('not inside("示范区") for 20 s');
    const at = (lon: number, lat: number) => ({ "location.longitude": lon, "location.latitude": lat });
    const { log, events } = run(
      triggers,
      [
        [0, at(106.5, 29.5)],
        [10 * S, at(107.5, 29.5)],
        [40 * S, at(107.6, 29.5)],
        [50 * S, at(106.1, 29.9)],
      ],
      60 * S,
    );
    assert.deepEqual(log, ["onset 30", "cleared 50"]);
    const [onset] = events;
    assert.ok(onset?.kind === "onset" && triggers.triggers[0]);
    const told = [...explainFiring(triggers.triggers[0], onset, "en"), JSON.stringify(onset)].join("\n");
    assert.doesNotMatch(told, /107\.[56]|29\.5/);
    assert.match(told, /position withheld/);
  });
  it("agrees with winding around random polygons", () => {
    const polygon = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -40, max: 40 })), {
      minLength: 3,
      maxLength: 12,
    });
    // Off the lines between corners of whole degrees: on them the two may differ by rounding.
    const off = (most: number, by: number) =>
      fc.integer({ min: -most * 1000, max: most * 1000 }).map((n) => n / 1000 + by);
    fc.assert(
      fc.property(polygon, off(60, Math.SQRT2 / 1e4), off(45, Math.PI / 1e4), (ring, x, y) => {
        const flat = ring.every(([a, b]) => a === ring[0]?.[0] && b === ring[0]?.[1]);
        fc.pre(!flat);
        const test = compileRegion({ geometry: { type: "Polygon", coordinates: [ring] } });
        let crossings = 0;
        ring.forEach(([x1, y1], i) => {
          const [x2, y2] = ring[(i + 1) % ring.length] as [number, number];
          if (y1 > y !== y2 > y && x < x1 + ((y - y1) * (x2 - x1)) / (y2 - y1)) crossings++;
        });
        assert.equal(test(x, y), crossings % 2 === 1);
      }),
    );
  });
  it("takes a road list by its breadth", () => {
    const road = compileRegion(REGIONS[1] as (typeof REGIONS)[number]);
    assert.equal(road(106.5, 29.5), true);
    assert.equal(road(106.5, 29.5 + 24 / 111_195), true);
    assert.equal(road(106.5, 29.5 + 26 / 111_195), false);
    assert.equal(road(106.6 + 26 / (111_195 * Math.cos((29.5 * Math.PI) / 180)), 29.5), false);
  });
  it("refuses a region that the registry does not have, with the nearest one", () => {
    const result = compileTriggers([{ text: 'trigger A version 1 { when inside("Demo zome") ; }' }], CATALOGUE, {
      regions: REGIONS,
    });
    assert.ok(!result.ok);
    assert.equal(result.errors[0]?.suggestion, '"Demo zone"');
  });
  it("changes its version with the shape of the region", () => {
    const text = "trigger A version 1 { when inside(demo-zone) ; }".replace("demo-zone", '"demo-zone"');
    const other = REGIONS.map((r) => ({
      ...r,
      geometry: {
        type: "Polygon" as const,
        coordinates: [
          [
            [1, 1],
            [2, 1],
            [2, 2],
          ],
        ],
      },
    }));
    const [a, b] = [REGIONS, other].map((regions) => {
      const result = compileTriggers([{ text }], CATALOGUE, { regions });
      assert.ok(result.ok);
      return result.set.triggers[0]?.versionHash;
    });
    assert.notEqual(a, b);
  });
});

describe("texts and versions", () => {
  it("compares versions in their order and texts as they are", () => {
    const triggers = when('software_version < "2.10" and active_function == "highway pilot"');
    assert.equal(when('software_version < "2.10" and using("highway pilot")').hash, triggers.hash);
    const row = (version: string, feature: string) => ({ software_version: version, active_function: feature });
    const { log } = run(
      triggers,
      [
        [0, row("v2.9.1", "valet parking")],
        [10 * S, row("v2.9.1", "highway pilot")],
        [20 * S, row("2.10.0", "highway pilot")],
      ],
      30 * S,
    );
    assert.deepEqual(log, ["onset 10", "cleared 20"]);
  });
  it("filters the registry by version", () => {
    const [trigger] = set(
      'trigger A version 1 { applies to vehicle where software_version >= "2.10" ; when speed > 5 km/h ; }',
    ).triggers;
    assert.ok(trigger);
    const fits = (software_version: string | undefined) => appliesTo(trigger, "vehicle", { software_version });
    assert.deepEqual(["2.9.9", "2.10", "V3", "beta", undefined].map(fits), [false, true, true, false, false]);
  });
});

describe("aggregates told apart", () => {
  it("count the source that has most", () => {
    const triggers = when("count(login_failed over 10 min by dst_ip) >= 3");
    const row = (ip: string) => ({ login_failed: 1, dst_ip: ip });
    const { log } = run(
      triggers,
      [
        [0, row("a")],
        [10 * S, row("b")],
        [20 * S, row("a")],
        [30 * S, row("b")],
        [40 * S, row("a")],
      ],
      700 * S,
    );
    assert.deepEqual(log, ["onset 40", "cleared 600"]);
  });
});

describe("the last known value", () => {
  it("outlives its hold", () => {
    const { log } = run(when("last(soc) > 80 % and offline for 1 d"), [[0, { soc: 90 }]], 25 * H);
    assert.deepEqual(log, [`onset ${24 * 3600}`]);
  });
});

describe("requires coverage", () => {
  it("leaves a window unknown until so much of it was reported", () => {
    const text = (more: string) => `avg(speed over 10 min) > 5 km/h`.concat(more);
    const rows = Array.from({ length: 20 }, (_, i) => [i * 30 * S, { speed: 50 }] as const);
    assert.deepEqual(run(when(text("")), rows, 600 * S).log, ["onset 0"]);
    assert.deepEqual(run(when(text(""), "requires coverage >= 80 % ;"), rows, 600 * S).log, ["onset 450"]);
  });
  it("asks time shares for known time", () => {
    const rows = Array.from({ length: 30 }, (_, i) => [i * 30 * S, { speed: 50 }] as const);
    const share = "speed > 5 km/h in at least 10 % of time in last 10 min";
    const [free] = run(when(share), rows, 800 * S).log;
    const [bound] = run(when(share, "requires coverage >= 80 % ;"), rows, 800 * S).log;
    assert.ok(Number(free?.split(" ")[1]) < 480 && Number(bound?.split(" ")[1]) >= 480, `${free} ${bound}`);
  });
});

describe("suppressed by", () => {
  it("marks what fires while the other does, wherever they stand in the text", () => {
    const triggers = set(`
      trigger LOW version 1 { when speed > 10 km/h ; suppressed by HIGH ; }
      trigger HIGH version 1 { when speed > 100 km/h ; }`);
    const { events } = run(
      triggers,
      [
        [0, { speed: 150 }],
        [10 * S, { speed: 0 }],
        [20 * S, { speed: 50 }],
      ],
      30 * S,
    );
    const low = events.filter((e) => e.kind === "onset" && e.trigger === "LOW");
    assert.deepEqual(
      low.map((e) => e.kind === "onset" && e.suppressedBy),
      ["HIGH", undefined],
    );
  });
  it("refuses circles and warns of unknown triggers", () => {
    const circle = compileTriggers(
      [
        {
          text: "trigger A version 1 { when speed > 10 km/h ; suppressed by B ; } trigger B version 1 { when speed > 10 km/h ; suppressed by A ; }",
        },
      ],
      CATALOGUE,
    );
    assert.ok(!circle.ok && circle.errors[0]?.code === "SG_TRIGGER_TYPE");
    const unknown = when("speed > 10 km/h", "suppressed by NOBODY ;");
    assert.equal(unknown.warnings[0]?.code, "SG_TRIGGER_UNKNOWN_NAME");
  });
});

describe("populations", () => {
  const plan = (text: string) => {
    const [one] = set(`trigger F version 1 { ${text} }`).screenings;
    assert.ok(one);
    return one satisfies CompiledScreening;
  };
  const vehicle = (i: number, more: Partial<ScreenedSubject>): ScreenedSubject => ({
    subject: `v${String(i).padStart(4, "0")}`,
    active: true,
    holds: false,
    ...more,
  });
  it("count groups against their own active members", () => {
    const { plan: p } = plan(
      "when more than 2 % of active vehicle in group project have alarm.insulation in last 7 d ; requires samples >= 50 ;",
    );
    const of = (group: string, n: number, holding: number, silent = 0) => [
      ...Array.from({ length: n }, (_, i) => vehicle(i, { group, holds: i < holding })),
      ...Array.from({ length: silent }, (_, i) => vehicle(n + i, { group, active: false })),
    ];
    const results = screen(p, [
      ...of("a", 50, 1),
      ...of("b", 50, 2),
      ...of("c", 49, 40),
      ...of("d", 100, 3, 100),
      vehicle(1, {}),
    ]);
    assert.deepEqual(
      results.map(({ group, verdict, count, population }) => [group, verdict, count, population]),
      [
        ["a", "F", 1, 50],
        ["b", "T", 2, 50],
        ["c", "U", 40, 49],
        ["d", "T", 3, 100],
      ],
    );
  });
  it("run the sub-condition of one subject as an ordinary trigger", () => {
    const { plan: p } = plan("when at least 5 of registered vehicle have (alarm.level >= 2 for 1 min) in last 1 d ;");
    const { log } = run(
      p.member,
      [
        [0, { "alarm.level": 2 }],
        [80 * S, { "alarm.level": 2 }],
        [100 * S, { "alarm.level": 0 }],
      ],
      200 * S,
    );
    assert.deepEqual(log, ["onset 60", "cleared 100"]);
    // Unknown counts as false: the member must not stay true through a silence.
    assert.deepEqual(run(p.member, [[0, { "alarm.level": 2 }]], 500 * S).log, ["onset 60", "cleared 90"]);
  });
  it("fleet size is a count of active vehicles", () => {
    const a = plan("when fleet size > 200 in group project in last 1 d ;");
    const b = plan("when more than 200 of active vehicle in group project have true in last 1 d ;");
    assert.equal(a.versionHash, b.versionHash);
    assert.equal(plan("当 车队规模 分组 项目 > 200 过去 1 天 ;").versionHash, a.versionHash);
  });
  it("find places where enough are near one of them", () => {
    const { plan: p } = plan(
      "when at least 3 of registered vehicle within 500 m have (last(soc) > 80 %) in last 60 d ;",
    );
    const east = (metres: number) => 106 + metres / (111_195 * Math.cos((29 * Math.PI) / 180));
    const at = (i: number, metres: number, holds = true) =>
      vehicle(i, { holds, longitude: east(metres), latitude: 29 });
    const [place, ...rest] = screen(p, [
      at(1, 0),
      at(2, 450),
      at(3, 900),
      at(4, 1300),
      at(5, 400, false),
      at(6, 50_000),
      vehicle(7, { holds: true }),
    ]);
    assert.deepEqual(rest, []);
    assert.deepEqual(
      { verdict: place?.verdict, count: place?.count, centre: place?.centre?.subject, members: place?.members },
      { verdict: "T", count: 3, centre: "v0002", members: ["v0001", "v0002", "v0003", "v0004"] },
    );
    assert.equal(screen(p, [at(1, 0), at(2, 450)])[0]?.verdict, "F");
  });
  it("count neighbours as pairwise distances do", () => {
    const { plan: p } = plan("when at least 1 of registered vehicle within 500 m have true in last 1 d ;");
    const point = fc.record({
      longitude: fc.double({ min: 116, max: 116.03, noNaN: true }),
      latitude: fc.double({ min: 39, max: 39.03, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 40 }), (points) => {
        const subjects = points.map((q, i) => vehicle(i, { holds: true, ...q }));
        const most = Math.max(
          ...points.map(
            (a) => points.filter((b) => distanceM(a.longitude, a.latitude, b.longitude, b.latitude) <= 500).length,
          ),
        );
        assert.equal(Math.max(...screen(p, subjects).map((r) => r.count)), most);
      }),
      { numRuns: 60 },
    );
  });
});

const DESIGN = join(import.meta.dirname, "../../../../shared/design");
describe("the example files of the design", () => {
  for (const [file, count] of [
    ["triggers-examples.tdl", 20],
    ["triggers-examples.zh.tdl", 6],
  ] as const) {
    const path = join(DESIGN, file);
    it(`compile entirely: ${file}`, { skip: existsSync(path) ? false : `no ${path}` }, () => {
      const result = compileTriggers([{ text: readFileSync(path, "utf8"), name: file }], CATALOGUE);
      assert.ok(result.ok, result.ok ? "" : JSON.stringify(result.errors));
      assert.equal(result.set.triggers.length + result.set.screenings.length, count);
    });
  }
});
