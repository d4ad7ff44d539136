import assert from "node:assert/strict";
import { test } from "node:test";
import { askedBySubject, asVehicle, hasSubjectPage, isOtherSubject, withSubject } from "./subjects.ts";
import type { Finding } from "./shapes/findings.ts";

const finding = (more: object): Finding => ({ id: "fnd_1", vehicle: null, ...more }) as unknown as Finding;

test("a finding about an AI service shows its name and keeps its id", () => {
  const shown = withSubject(finding({ subject: { kind: "ai_service", id: "sub_1", name: "chat" } }));
  assert.deepEqual([shown.vehicle, shown.vin], ["sub_1", "chat"]);
  const unnamed = withSubject(finding({ subject: { kind: "group", id: "model:A", name: null } }));
  assert.deepEqual([unnamed.vehicle, unnamed.vin], ["model:A", "model:A"]);
});

test("a finding about a vehicle stays as it is", () => {
  const about = finding({ vehicle: "veh_1", vin: "L**", subject: { kind: "vehicle", id: "veh_1" } });
  assert.equal(withSubject(about), about);
  assert.deepEqual([isOtherSubject("veh_1"), isOtherSubject("sub_1")], [false, true]);
  assert.equal(
    asVehicle({ id: "sub_1", kind: "ai_service", name: "chat", organisation: "lab", region: null, registered: true })
      .maker,
    "lab",
  );
});

test("findings of a subject that is no vehicle are asked for by its own parameter", () => {
  assert.deepEqual(askedBySubject({ vehicle: "veh_1", level: 3 }), { vehicle: "veh_1", level: 3 });
  assert.deepEqual(askedBySubject({ vehicle: "sub_1", level: 3 }), { vehicle: undefined, subject: "sub_1", level: 3 });
  assert.deepEqual(["veh_1", "sub_1", "model:A", "all"].map(hasSubjectPage), [true, true, false, false]);
});
