/** Who is told of an accident at once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CaseActor } from "../access/extent.ts";
import type { Folded, Json, Lifecycle } from "../lifecycle/definition.ts";
import { apply } from "../lifecycle/fold.ts";
import { DEADLINES } from "../time/deadlines.ts";
import { CN_WORK_CALENDAR } from "../time/work-calendar-cn.ts";
import { ACCIDENT_CASE } from "./lifecycle.ts";

const MAKER: CaseActor = { id: "maker", role: "OEM", organisation: "maker-a" };
const AT = Date.UTC(2026, 10, 23, 1);

function take(folded: Folded | undefined, name: string, input: Json) {
  const outcome = apply(
    ACCIDENT_CASE as unknown as Lifecycle,
    folded,
    { id: name, name, at: AT, actor: MAKER, input },
    { calendar: CN_WORK_CALENDAR, deadlines: DEADLINES },
  );
  assert.ok(outcome.kind === "accepted", JSON.stringify(outcome));
  return { folded: outcome.folded, told: outcome.notices.flatMap(({ to }) => to) };
}
const report = (facts: { readonly fire?: boolean }) =>
  take(undefined, "report", {
    happenedAt: new Date(AT - 3_600_000).toISOString(),
    place: "Nanshan",
    what: "Smoke",
    source: "enterprise",
    ...facts,
  });

test("R-4.14 R-4.15: the traffic police are told of an accident, the fire service of one with smoke or fire", () => {
  assert.ok(report({ fire: true }).told.includes("FIRE") && report({ fire: true }).told.includes("TRAFFIC_POLICE"));
  assert.ok(!report({}).told.includes("FIRE") && report({}).told.includes("TRAFFIC_POLICE"));
});

test("R-4.14: the fire service is told when a correction makes it a fire, and only then", () => {
  const correction = { fire: true, injured: 1, reasons: "Seen on the recording" };
  assert.ok(take(report({}).folded, "correct", correction).told.includes("FIRE"));
  assert.ok(!take(report({ fire: true }).folded, "correct", correction).told.includes("FIRE"));
});
