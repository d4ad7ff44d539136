import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openTestAccess } from "../access/testing.ts";
import { SYSTEM_ACCESS } from "../records/mod.ts";
import { RegisteredVehicles } from "./registered-vehicles.ts";

test("the registry is read by the first link that asks for it, and followed from then on", async (context) => {
  const t = await openTestAccess();
  const { registry, directory } = t.access;
  await directory.ensureOrganisation({ id: "a", kind: "maker", names: { en: "a", zh: "a" } });
  const register = (vin: string) => registry.register(SYSTEM_ACCESS, [{ vin, organisation: "a" }] as never);
  const [known, later] = ["LTESTVAN000000001", "LTESTVAN000000002"];
  await register(known);
  const warnings: string[] = [];
  const warn = (_: object, message: string) => warnings.push(message);
  const registered = new RegisteredVehicles({ registry, now: () => t.clock.now, warn, newsMs: 20 });
  context.after(() => registered.close().then(() => t.close()));
  assert.equal(registered.has(registry.keyOf(known)), false);
  await Promise.all([registered.watch(), registered.watch()]);
  assert.equal(registered.has(registry.keyOf(known)), true);
  assert.equal(registered.has(registry.keyOf(later)), false);
  await register(later);
  for (let i = 0; i < 250 && !registered.has(registry.keyOf(later)); i++) await sleep(20);
  assert.equal(registered.has(registry.keyOf(later)), true);
  assert.deepEqual(warnings, []);
});
