import assert from "node:assert/strict";
import { test } from "node:test";
import { subjectIdOf } from "../../access/mod.ts";
import { ALL } from "../../history/segments.fixture.ts";
import type { SetReport } from "./report.ts";
import { shownBy, shownReport } from "./shown.ts";

test("members are shown as far as telemetry of vehicles may be read; senders were counted as far as their events may be", () => {
  const vehicles = [1n, 2n].map((key) => subjectIdOf("vehicle", key));
  const services = [3n, 4n].map((key) => subjectIdOf("ai_service", key));
  const firing = (of: string, members: readonly string[]) => ({
    subject: { kind: "fleet", id: "all", of },
    trigger: of,
    level: 1,
    onset: 0,
    clearedAt: undefined,
    margin: undefined,
    witnesses: [],
    among: { count: 2, population: 2, members },
  });
  const report: SetReport = {
    hash: "",
    triggers: [],
    ordersByDay: {},
    firings: [firing("vehicle", vehicles), firing("ai_service", services)],
    firingsInAll: 2,
    subjects: 2,
    ribbons: [],
    notRun: [],
  };
  const shown = shownReport(report, shownBy({ ...ALL, vehicles: new Set([2n]) }));
  assert.deepEqual(
    shown.firings.map(({ among }) => among?.members),
    [vehicles.slice(1), services],
  );
});
