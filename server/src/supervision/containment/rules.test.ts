import assert from "node:assert/strict";
import { test } from "node:test";
import { createMonitor, type FiringEvent, type Region, type TriggerSet } from "@sandglass/triggers";
import { compileContainment } from "./compile.ts";
import { feedOf } from "../screening/instants.ts";
import type { PlanLimits } from "./rules.ts";

const square = (x: number, y: number): Region["geometry"] => ({
  type: "Polygon",
  coordinates: [
    [
      [x, y],
      [x + 1, y],
      [x + 1, y + 1],
      [x, y + 1],
      [x, y],
    ],
  ],
});
const ZONES = [
  { region: { id: "rgn_a", names: { en: "Zone A", zh: "甲区" }, geometry: square(114, 22) }, kind: "area" },
  { region: { id: "rgn_b", names: { en: "Zone B", zh: "乙区" }, geometry: square(115, 22) }, kind: "area" },
  {
    region: {
      id: "rgn_r",
      names: { en: "Ring", zh: "环路" },
      geometry: {
        type: "LineString",
        coordinates: [
          [114, 22.5],
          [115, 22.5],
        ],
      },
      breadthM: 20,
    },
    kind: "road",
  },
] as const satisfies readonly { readonly region: Region; readonly kind: "area" | "road" }[];
const regions = {
  find: (name: string) =>
    ZONES.find(
      ({ region }) =>
        region.id === name ||
        region.names.en === name ||
        region.names.zh === name ||
        (name === "440300" && region.id === "rgn_a"),
    ),
};
const compile = (limits: PlanLimits) => compileContainment(limits, 3, regions);
const T0 = Date.UTC(2026, 10, 22, 2);

function run(
  set: TriggerSet,
  samples: readonly (Readonly<Record<string, number>> & { readonly t: number })[],
): string[] {
  const monitor = createMonitor(set);
  const state = monitor.create();
  const said: string[] = [];
  const emit = (event: FiringEvent): void => {
    const at = event.kind === "onset" || event.kind === "suppressed" ? event.onset : event.at;
    said.push(`${event.kind} ${event.trigger} ${(at - T0) / 1000}`);
  };
  for (const sample of samples) {
    const present = Uint8Array.from(set.inputs, (id) => (sample[id] === undefined ? 0 : 1));
    monitor.step(
      state,
      T0 + sample.t * 1000,
      Float64Array.from(set.inputs, (id) => sample[id] ?? 0),
      present,
      1,
      emit,
    );
  }
  return said;
}

test("a vehicle that leaves all regions of its plan for a minute is found, and comes back into any of them", () => {
  const { frames, unenforced } = compile({ areas: ["Zone A"] });
  assert.deepEqual(unenforced, []);
  assert.ok(frames);
  const at = (t: number, x: number) => ({ t, "location.longitude": x, "location.latitude": 22.5 });
  const drive = [0, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300].map((t) => at(t, t < 60 || t > 200 ? 114.5 : 116.5));
  assert.deepEqual(run(frames, drive), ["onset PLAN-AREA 120", "cleared PLAN-AREA 270"]);
  // Each kind of limit holds by itself.
  const narrow = compile({ regions: ["440300"], areas: ["Zone B"] }).frames;
  assert.ok(narrow);
  assert.deepEqual(
    run(
      narrow,
      [0, 60].map((t) => at(t, 114.5)),
    ),
    ["onset PLAN-AREA 60"],
  );
  const both = compile({ areas: ["rgn_a", "乙区"] }).frames;
  assert.ok(both);
  assert.deepEqual(
    run(
      both,
      [0, 60, 120].map((t) => at(t, t < 60 ? 114.5 : 115.5)),
    ),
    [],
  );
});

test("off the roads, out of hours and too fast: each limit that is passed is found", () => {
  const { frames } = compile({ roads: ["环路"], dailyFrom: "06:00", dailyTo: "10:01", maxSpeed: 60 });
  assert.ok(frames);
  // 02:00 UTC is 10:00 in Shanghai.
  const said = run(
    frames,
    [0, 30, 60, 90, 120, 150, 180].map((t) => ({
      t,
      speed: t < 60 ? 50 : 70,
      "location.longitude": 114.5,
      "location.latitude": t < 90 ? 22.5 : 22.51,
    })),
  );
  assert.deepEqual(said.toSorted(), [
    "escalated PLAN-SPEED 120",
    "onset PLAN-HOURS 120",
    "onset PLAN-ROADS 150",
    "onset PLAN-SPEED 60",
  ]);
});

test("hours over midnight are one stretch; a whole day is no limit", () => {
  for (const [from, to, firing] of [
    ["22:00", "06:00", true],
    ["09:00", "23:59", false],
    ["09:00", undefined, false],
    [undefined, "09:59", true],
  ] as const) {
    const { frames } = compile({ dailyFrom: from, dailyTo: to });
    assert.ok(frames);
    const said = run(
      frames,
      [0, 30, 60, 90].map((t) => ({ t, speed: 30 })),
    );
    assert.equal(said.length > 0, firing, `${from}–${to}`);
  }
  for (const [from, to] of [
    ["00:00", "23:59"],
    ["00:00", undefined],
    [undefined, undefined],
  ])
    assert.equal(compile({ dailyFrom: from, dailyTo: to }).frames, undefined);
});

test("what cannot be watched is told, with the reason, and does not make every vehicle a trespasser", () => {
  const limits = {
    regions: ["440300", "310000"],
    roads: ["Zone A", "Nowhere"],
    maxSpeed: 9999,
    dailyFrom: "08:00",
    dailyTo: "08:00",
  };
  const { frames, rules, unenforced } = compile(limits);
  assert.equal(frames, undefined);
  assert.deepEqual(rules, []);
  assert.deepEqual(
    unenforced.map(({ limit, value }) => `${limit} ${value}`),
    ["regions 440300", "regions 310000", "roads Zone A", "roads Nowhere", "dailyFrom 08:00–08:00", "maxSpeed 9999"],
  );
  for (const { reason } of unenforced) assert.ok(reason.en !== "" && reason.zh !== "");
});

test("functions are judged on events, fleet size as a screening, software by the registry", () => {
  const { frames, events, rules } = compile({
    functions: ["pilot", 'say "hi"'],
    maxVehicles: 20,
    softwareVersions: ["2.1", "2.2"],
  });
  assert.deepEqual(
    events?.triggers.map(({ id }) => id),
    ["PLAN-FUNCTIONS"],
  );
  assert.deepEqual(
    frames?.triggers.map(({ id }) => id),
    ["PLAN-SOFTWARE"],
  );
  assert.deepEqual(
    frames?.screenings.map(({ id }) => id),
    ["PLAN-FLEET"],
  );
  assert.equal(rules.length, 3);
  assert.ok(frames?.triggers.every(({ basis, version }) => basis?.certainty === "P" && version === 3));
});

test("the size of a project of AI services is counted in services, and said so", () => {
  const { frames, rules, unenforced } = compileContainment({ maxVehicles: 2 }, 1, regions, "ai_service");
  assert.deepEqual(unenforced, []);
  assert.match(rules[0].text, /"More services than the plan allows" \/ "服务数超过方案上限"/);
  assert.deepEqual(
    frames?.screenings.map((each) => [each.id, each.plan.subject, feedOf(each)]),
    [["PLAN-FLEET", "ai_service", "events"]],
  );
});

test("the same limits and regions are the same versions; another shape or plan is another", () => {
  const hash = (limits: PlanLimits, version: number) =>
    compileContainment(limits, version, regions).rules.map((rule) => rule.versionHash);
  assert.deepEqual(hash({ areas: ["Zone A"] }, 1), hash({ areas: ["甲区"] }, 1));
  assert.notDeepEqual(hash({ areas: ["Zone A"] }, 1), hash({ areas: ["Zone B"] }, 1));
  assert.notDeepEqual(hash({ maxSpeed: 60 }, 1), hash({ maxSpeed: 61 }, 1));
});
