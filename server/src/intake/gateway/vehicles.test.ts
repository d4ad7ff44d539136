import assert from "node:assert/strict";
import { test } from "node:test";
import { Vehicles, vinText, type SeenVehicle } from "./vehicles.ts";

const VIN = Buffer.from("LSGTEST1234567890");

test("a new vehicle is reported once for each edition and kind of link", async () => {
  const seen: SeenVehicle[] = [];
  const asked: string[] = [];
  const vehicles = new Vehicles({
    vehicleKeyOf: (vin) => BigInt(asked.push(vin)),
    noteVehicle: (batch) => {
      seen.push(...batch);
    },
  });
  for (let i = 0; i < 3; i++) {
    vehicles.noteSeen(vehicles.slotOf(VIN, 0), VIN, 0, 2016, "terminal", 1000 + i);
    vehicles.noteSeen(vehicles.slotOf(VIN, 0), VIN, 0, 2025, "terminal", 2000 + i);
    vehicles.noteSeen(vehicles.slotOf(VIN, 0), VIN, 0, 2016, "platform", 3000 + i);
  }
  await vehicles.close();
  assert.deepEqual(asked, ["LSGTEST1234567890"], "the key is computed once");
  const common = { key: 1n, vin: "LSGTEST1234567890" };
  assert.deepEqual(seen, [
    { ...common, edition: 2016, linkKind: "terminal", time: 1000 },
    { ...common, edition: 2025, linkKind: "terminal", time: 2000 },
    { ...common, edition: 2016, linkKind: "platform", time: 3000 },
  ]);
});

test("a fleet that is seen at once is told in a few large batches", async () => {
  const batches: number[] = [];
  let told = 0;
  const vehicles = new Vehicles({
    vehicleKeyOf: (vin) => BigInt(vin.slice(4)),
    noteVehicle: async (batch) => {
      batches.push(batch.length);
      told += (await Promise.resolve(batch)).length;
    },
  });
  for (let index = 0; index < 12_000; index++) {
    const vin = Buffer.from(`LSGT${String(index).padStart(13, "0")}`);
    vehicles.noteSeen(vehicles.slotOf(vin, 0), vin, 0, 2025, "terminal", index);
  }
  await vehicles.close();
  assert.equal(told, 12_000);
  assert.ok(batches.length <= 3, `in ${batches.length} batches`);
});

test("vehicles that the registry refused are reported again", async () => {
  const seen: string[] = [];
  let refusals = 0;
  const vehicles = new Vehicles({
    vehicleKeyOf: () => 1n,
    noteVehicle: async (batch) => {
      if (refusals++ < 2) throw new Error("PostgreSQL restarts");
      seen.push(...(await Promise.resolve(batch)).map(({ vin }) => vin));
    },
  });
  vehicles.noteSeen(vehicles.slotOf(VIN, 0), VIN, 0, 2016, "terminal", 1);
  const deadline = performance.now() + 5000;
  while (seen.length === 0 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(seen, ["LSGTEST1234567890"]);
  assert.equal(refusals, 3);
  await vehicles.close();
});

test("the text of an id ends before its padding", () => {
  assert.equal(vinText(Buffer.from("xABC\0 \0              "), 1), "ABC");
});
