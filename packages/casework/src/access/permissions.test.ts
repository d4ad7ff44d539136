import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { allows, covers, within, type CaseActor } from "./extent.ts";
import { can, OBJECT_CODES, PERMISSIONS, REACHES, reachesOf, RIGHTS, type Right } from "./permissions.ts";
import { ADMINISTRATOR_ROLES, isAssignableRole, ROLE_CODES, ROLES, type RoleCode } from "./roles.ts";

describe("permission matrix", () => {
  it("holds only rights, reaches and roles that exist", () => {
    for (const object of OBJECT_CODES) {
      for (const [role, grants] of Object.entries(PERMISSIONS[object])) {
        assert.ok(Object.hasOwn(ROLES, role), role);
        for (const grant of grants) {
          const [right, reach, more] = grant.split(" ");
          assert.ok(
            (RIGHTS as readonly string[]).includes(right!) &&
              (REACHES as readonly string[]).includes(reach!) &&
              more === undefined,
            grant,
          );
        }
        assert.equal(new Set(grants).size, grants.length, `${object} ${role}`);
      }
    }
  });

  it("denies what is absent: no role has a right that no grant names", () => {
    for (const object of OBJECT_CODES) {
      for (const role of ROLE_CODES) {
        const granted = new Set((PERMISSIONS[object][role] ?? []).map((grant) => grant.split(" ")[0]));
        for (const right of RIGHTS)
          assert.equal(can(role, object, right), granted.has(right), `${role} ${right} ${object}`);
      }
    }
  });

  it("says what REQUIREMENTS 8.2 says about sandbox files and hazard orders", () => {
    assert.deepEqual(reachesOf("SAMR", "sandboxApplication", "read"), ["issued"]);
    assert.deepEqual(reachesOf("OEM", "sandboxApplication", "write"), ["own"]);
    assert.deepEqual(
      reachesOf("MOT", "sandboxApplication", "decide"),
      ["joint"],
      "co-issuing departments decide together with the one in the lead, never alone",
    );
    assert.deepEqual(reachesOf("LOCAL_IIT", "hazardOrder", "supervise"), ["territory"]);
    assert.deepEqual(reachesOf("SAMR", "rawTelemetry", "read"), ["aggregate", "case"]);
    for (const role of ["NAT_PLATFORM", "FIRE", "DEALER_REPAIR", "OWNER"] as const)
      assert.ok(!can(role, "sandboxApplication", "read"), role);
    assert.ok(!can("SAMR", "hazardOrder", "write"));
  });

  it("gives an auditor logs, ledger, its keys and operation to read, and nothing to write or decide", () => {
    const readable = OBJECT_CODES.filter((object) => can("AUDITOR", object, "read"));
    assert.deepEqual(readable, ["ledger", "custody", "log", "operation"]);
    for (const object of OBJECT_CODES)
      for (const right of RIGHTS) if (right !== "read") assert.ok(!can("AUDITOR", object, right), `${right} ${object}`);
  });

  it("gives the three administrators no business right, and none of them what another has to change", () => {
    const of = (role: RoleCode, rights: readonly Right[]) =>
      OBJECT_CODES.filter((object) => rights.some((right) => can(role, object, right)));
    assert.deepEqual(of("PLATFORM_ADMIN", RIGHTS), ["platformLink", "custody", "operation"]);
    assert.deepEqual(of("SECURITY_ADMIN", RIGHTS), ["custody", "identity"]);
    assert.deepEqual(of("AUDIT_ADMIN", RIGHTS), ["custody", "log", "identity"]);
    const changing = RIGHTS.filter((right) => right !== "read");
    assert.deepEqual(of("AUDIT_ADMIN", changing), []);
    assert.deepEqual(
      of("SECURITY_ADMIN", changing).filter((object) => of("PLATFORM_ADMIN", changing).includes(object)),
      [],
    );
  });

  it("keeps author, publisher and auditor of rules apart: who reads the log neither proposes nor decides", () => {
    for (const role of ROLE_CODES.filter((each) => can(each, "log", "read") && each !== "SUPERVISOR_ALL"))
      for (const object of OBJECT_CODES)
        for (const right of ["propose", "write", "decide"] as const)
          assert.ok(!can(role, object, right), `${role} ${object}`);
  });

  it("lets no account be an actor of the system or one that sees all", () => {
    for (const role of ["system:trigger", "system:clock", "SUPERVISOR_ALL", "toString", ""])
      assert.ok(!isAssignableRole(role), role);
    assert.ok(ADMINISTRATOR_ROLES.every(isAssignableRole) && isAssignableRole("SAMR"));
  });

  it("lets only the supervisor and the system see every kind of record", () => {
    for (const role of ROLE_CODES.filter((each) => ROLES[each].kind !== "system" && each !== "SUPERVISOR_ALL")) {
      assert.ok(!OBJECT_CODES.every((object) => reachesOf(role, object, "read").includes("all")), role);
    }
  });
});

describe("extent", () => {
  const extent = { organisations: ["a", "b"], regions: ["440305", "310000"], assigned: ["p1"] };
  const actor = (fields: Partial<CaseActor>): CaseActor => ({ id: "x", role: "OEM", ...fields });

  it("covers by administrative level", () => {
    assert.ok(covers("440000", "440305") && covers("440300", "440305") && covers("440305", "440305"));
    assert.ok(!covers("440305", "440300") && !covers("310000", "440305") && !covers("440300", "440405"));
    assert.ok(!covers("000000", "440305") && !covers("", "440305"));
  });

  it("reaches own, partner, territory and assigned records only by a match", () => {
    assert.ok(
      within("own", actor({ organisation: "b" }), extent) && within("partner", actor({ organisation: "b" }), extent),
    );
    assert.ok(!within("partner", actor({ organisation: "a" }), extent), "the party in charge is no partner");
    assert.ok(
      !within("own", actor({}), extent) &&
        !within("own", actor({ organisation: "" }), { ...extent, organisations: [""] }),
    );
    assert.ok(
      within("territory", actor({ region: "440000" }), extent) &&
        !within("territory", actor({ region: "110000" }), extent) &&
        !within("territory", actor({}), extent),
    );
    assert.ok(within("assigned", actor({ id: "p1" }), extent) && !within("assigned", actor({ id: "p2" }), extent));
  });

  it("reaches records of a programme for the departments that its data names, and for their technical bodies", () => {
    const file = { ...extent, leads: ["SAMR"], coIssuers: ["MIIT", "MOT"] };
    for (const role of ["SAMR", "RECALL_CENTER", "MIIT", "EIDC", "MOT"] as const)
      assert.ok(within("issued", actor({ role }), file), role);
    for (const role of ["AI_REGULATOR", "CAC", "MPS", "LAB"] as const)
      assert.ok(!within("issued", actor({ role }), file), role);
    assert.ok(within("led", actor({ role: "SAMR" }), file) && !within("led", actor({ role: "MIIT" }), file));
    assert.ok(!within("issued", actor({ role: "SAMR" }), extent) && !within("led", actor({ role: "SAMR" }), extent));
  });

  it("never allows by a reach that depends on another record", () => {
    for (const reach of ["case", "aggregate", "published", "person", "joint", "agreement"] as const)
      assert.ok(!within(reach, actor({ organisation: "a", region: "440000", id: "p1" }), extent), reach);
  });

  it("allows a right exactly when one of its reaches does", () => {
    const actors = fc.record({
      id: fc.constantFrom("p1", "p2"),
      role: fc.constantFrom<RoleCode>(...ROLE_CODES),
      organisation: fc.constantFrom("a", "b", "c", ""),
      region: fc.constantFrom("440000", "110000", ""),
    });
    fc.assert(
      fc.property(actors, fc.constantFrom(...OBJECT_CODES), fc.constantFrom(...RIGHTS), (each, object, right) => {
        assert.equal(
          allows(each, object, right, extent),
          reachesOf(each.role, object, right).some((reach) => within(reach, each, extent)),
        );
        if (!can(each.role, object, right)) assert.ok(!allows(each, object, right, extent));
      }),
      { numRuns: 1_000, seed: 1 },
    );
  });
});
