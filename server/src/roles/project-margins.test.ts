import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SIGNALS } from "@sandglass/signals";
import { compileTriggers, createMonitor } from "@sandglass/triggers";
import { vehicleIdOf } from "../access/mod.ts";
import { AssignmentTable } from "../supervision/mod.ts";
import { projectMargins } from "./project-margins.ts";

const TEXT = `
trigger HOT version 1 "Hot" / "过热" { applies to vehicle ; when max_cell_temp > 55 °C ; severity 2 ; }
trigger LEAK version 1 "Leak" / "漏电" { applies to vehicle ; when insulation < 100 Ω/V ; severity 3 ; }
trigger MIXED version 1 "Mixed" / "混合" { applies to vehicle ; when max_cell_temp > 55 °C and speed > 10 km/h ; severity 2 ; }
`;

const compiled = compileTriggers([{ text: TEXT }], SIGNALS);
assert.ok(compiled.ok);
const { set } = compiled;

/** The live state of vehicles 1 and 2 of the project, stepped by a real monitor with one sample each. */
function running(samples: Readonly<Record<number, Readonly<Record<string, number>>>>) {
  const monitor = createMonitor(set);
  const states = new Map(
    Object.entries(samples).map(([key, values]) => {
      const state = monitor.create(key);
      monitor.step(
        state,
        1_000_000,
        Float64Array.from(set.inputs.map((id) => values[id] ?? 0)),
        Uint8Array.from(set.inputs.map((id) => (values[id] === undefined ? 0 : 1))),
        1,
        () => undefined,
      );
      return [BigInt(key), state] as const;
    }),
  );
  return {
    triggerStatus: (vehicle: bigint) => {
      const state = states.get(vehicle);
      return state === undefined
        ? []
        : [
            { project: "prj_1", triggers: monitor.status(state) },
            { project: "prj_other", triggers: monitor.status(state) },
          ];
    },
  };
}

const assignments = new AssignmentTable([], [{ project: "prj_1", set, vehicles: new Set([1n, 2n]), since: 0 }]);

describe("margins of a project", () => {
  it("show the vehicle nearest to each trigger, as value and bound in the signal's unit", () => {
    const supervision = running({
      1: { max_cell_temp: 30, insulation: 900, speed: 50 },
      2: { max_cell_temp: 54, insulation: 1200, speed: 0 },
      3: { max_cell_temp: 99 },
    });
    const [hot, leak] = projectMargins(supervision, assignments, "prj_1");
    assert.deepEqual(
      [hot?.limit, hot?.signal, hot?.value, hot?.bound, hot?.operator, hot?.unit, hot?.vehicle, hot?.firing],
      ["HOT", "max_cell_temp", 54, 55, ">", "Cel", vehicleIdOf(2n), false],
    );
    assert.deepEqual([leak?.value, leak?.bound, leak?.operator, leak?.vehicle], [900, 100, "<", vehicleIdOf(1n)]);
    assert.deepEqual([hot?.verdict, leak?.verdict], ["F", "F"], "known to hold for none");
  });

  it("say that a trigger fires, and give no bound where units are mixed", () => {
    const [hot, , mixed] = projectMargins(
      running({ 1: { max_cell_temp: 60, insulation: 900, speed: 50 } }),
      assignments,
      "prj_1",
    );
    assert.deepEqual([hot?.firing, hot?.verdict, hot?.value], [true, "T", 60]);
    assert.deepEqual([mixed?.signal, mixed?.bound, mixed?.unit], [undefined, 0, "1"]);
    assert.ok((mixed?.value ?? 0) > 0);
  });

  it("know nothing before a vehicle has sent, and nothing of a project that is not watched", () => {
    assert.deepEqual(
      projectMargins(running({}), assignments, "prj_1").map((each) => [
        each.value,
        each.bound,
        each.vehicle,
        each.verdict,
      ]),
      [
        [null, 55, null, "U"],
        [null, 100, null, "U"],
        [null, 55, null, "U"],
      ],
    );
    assert.deepEqual(projectMargins(running({}), assignments, "prj_2"), []);
  });
});
