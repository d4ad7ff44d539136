import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { SYSTEM_ACCESS, type Actor } from "../records/mod.ts";
import { platformRefusal } from "./platforms.ts";
import { findAdmitted, openTestAccess, type TestAccess } from "./testing.ts";

const actor = (role: string, organisation = "a"): Actor => ({ kind: "person", id: "u", role, organisation });

describe("platforms and keys of vehicles", () => {
  let t: TestAccess;
  before(async () => {
    t = await openTestAccess();
    for (const id of ["a", "b"])
      await t.access.directory.ensureOrganisation({ id, kind: "maker", names: { en: id, zh: id } });
  });
  after(() => t.close());

  test("a platform logs in from its addresses only, also when its credentials are remembered", async () => {
    const { platforms } = t.access;
    const created = await platforms.create(actor("NAT_PLATFORM"), {
      name: "P",
      user: "oem-a",
      password: "secret",
      organisation: "a",
      addresses: ["192.0.2.0/24"],
      rules: { idleSeconds: 600, signatures: "require" },
    });
    assert.equal(await findAdmitted(platforms, "oem-a", "secret", "198.51.100.1"), undefined);
    assert.deepEqual((await findAdmitted(platforms, "oem-a", "secret", "192.0.2.9"))?.rules, created.rules);
    assert.equal(await findAdmitted(platforms, "oem-a", "secret", "198.51.100.1"), undefined);
    await platforms.change(actor("NAT_PLATFORM"), created.id, { addresses: ["198.51.100.1"], rules: {} });
    assert.equal(await findAdmitted(platforms, "oem-a", "secret", "192.0.2.9"), undefined);
    assert.deepEqual((await findAdmitted(platforms, "oem-a", "secret", "198.51.100.1"))?.rules, {});
    await platforms.change(actor("NAT_PLATFORM"), created.id, { disabled: true });
    assert.equal(await findAdmitted(platforms, "oem-a", "secret", "198.51.100.1"), undefined);
    const found = await platforms.findByCredentials("oem-a", "secret", "192.0.2.9");
    assert.ok(found);
    assert.equal(platformRefusal(found, "198.51.100.1"), "SG_LINK_DISABLED");
    assert.equal(platformRefusal({ ...found, disabled: false }, "192.0.2.9"), "SG_LINK_ADDRESS");
    assert.equal(platformRefusal({ ...found, disabled: false }, "198.51.100.1"), undefined);
    assert.equal(await platforms.findByCredentials("oem-a", "wrong", "198.51.100.1"), undefined);
    await assert.rejects(platforms.change(actor("OEM"), created.id, { disabled: false }), { code: "SG_FORBIDDEN" });
    await assert.rejects(platforms.change(actor("NAT_PLATFORM"), created.id, { addresses: ["everywhere"] }), {
      code: "SG_ADDRESS_LIST",
    });
    await assert.rejects(platforms.change(actor("NAT_PLATFORM"), "plt_none", {}), { code: "SG_NOT_FOUND" });
  });

  test("keys of activations are kept once per vehicle and chip; who registers vehicles may enter others", async () => {
    const { vehicleKeys, registry } = t.access;
    const [first, second] = ["LTESTVAN000000001", "LTESTVAN000000002"].map((vin) => registry.keyOf(vin));
    await registry.register(SYSTEM_ACCESS, [
      { vin: "LTESTVAN000000001", organisation: "a" },
      { vin: "LTESTVAN000000002", organisation: "b" },
    ] as never);
    const key = (vehicle: bigint, byte: number, chipId: string) => ({
      vehicle,
      publicKey: Buffer.alloc(65, byte),
      chipId,
    });
    await vehicleKeys.keepActivation(key(first, 1, "CHIP1"));
    await assert.rejects(vehicleKeys.keepActivation(key(first, 2, "CHIP2")));
    await assert.rejects(vehicleKeys.keepActivation(key(second, 2, "CHIP1")));
    assert.deepEqual(
      (await vehicleKeys.all()).map((each) => [each.vehicle, each.chipId, Buffer.from(each.publicKey)]),
      [[first, "CHIP1", Buffer.alloc(65, 1)]],
    );
    const entered: bigint[] = [];
    vehicleKeys.onEntered((each) => entered.push(each.vehicle));
    await vehicleKeys.enter(actor("OEM"), first, Buffer.alloc(65, 3));
    assert.deepEqual(entered, [first]);
    const stored = await vehicleKeys.get(actor("OEM"), first);
    assert.deepEqual(
      [stored.source, stored.chipId, Buffer.from(stored.publicKey)],
      ["registry", undefined, Buffer.alloc(65, 3)],
    );
    await vehicleKeys.keepActivation(key(second, 2, "CHIP1"));
    await assert.rejects(vehicleKeys.enter(actor("OEM"), second, Buffer.alloc(65, 3)), { code: "SG_NOT_FOUND" });
    await assert.rejects(vehicleKeys.get(actor("OEM"), second), { code: "SG_NOT_FOUND" });
    await assert.rejects(vehicleKeys.enter(actor("SAMR"), second, Buffer.alloc(65, 3)), { code: "SG_FORBIDDEN" });
  });

  test("only registered vehicles are known as registered, the ones since an instant when asked so", async () => {
    const { registry } = t.access;
    const unregistered = registry.keyOf("LTESTVAN000000009");
    await registry.noteSeen([
      { key: unregistered, vin: "LTESTVAN000000009", firstSeen: t.clock.now, edition: 2016, link: "terminal" },
    ]);
    const before = await registry.registeredKeys();
    assert.ok(!before.includes(unregistered));
    assert.ok(before.includes(registry.keyOf("LTESTVAN000000001")));
    t.clock.now += 10_000;
    await registry.register(SYSTEM_ACCESS, [{ vin: "LTESTVAN000000003", organisation: "a" }] as never);
    assert.deepEqual(await registry.registeredKeys(t.clock.now - 5000), [registry.keyOf("LTESTVAN000000003")]);
  });
});
