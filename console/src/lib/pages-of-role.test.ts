import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { homeOf, pagesOf, partsOfSituation } from "./pages-of-role.ts";
import { PAGES } from "./shortcuts.ts";

describe("pages of a role", () => {
  it("are all for an authority that sees everything, and those that do not only refuse for the others", () => {
    assert.deepEqual(pagesOf("SUPERVISOR_ALL"), PAGES);
    assert.deepEqual(pagesOf("SECURITY_ADMIN"), ["inspector", "ledger"]);
    assert.ok(pagesOf("EXPERT").includes("projects"));
    assert.ok(!pagesOf("AUDITOR").includes("vehicles"));
    assert.deepEqual(
      pagesOf("FIRE").filter((page) => ["vehicles", "quality", "findings", "cases"].includes(page)),
      ["cases"],
    );
  });

  it("begin where the role has something to do", () => {
    assert.deepEqual(
      (
        [
          "SAMR",
          "OEM",
          "CAC",
          "FIRE",
          "DEALER_REPAIR",
          "PLATFORM_ADMIN",
          "SECURITY_ADMIN",
          "AUDIT_ADMIN",
          "AUDITOR",
        ] as const
      ).map(homeOf),
      ["/", "/", "/cases", "/cases", "/cases", "/links", "/admin", "/audit", "/audit"],
    );
  });

  it("show of the situation what the role may know of, and no zero for the rest", () => {
    const shown = (role: Parameters<typeof partsOfSituation>[0]) =>
      Object.entries(partsOfSituation(role)).flatMap(([part, isShown]) => (isShown ? [part] : []));
    assert.deepEqual(shown("SAMR"), ["vehicles", "findings", "orders", "projects", "cases"]);
    assert.deepEqual(shown("MPS"), ["vehicles", "projects", "cases"]);
    assert.deepEqual(shown("TRAFFIC_POLICE"), ["vehicles", "cases"]);
    assert.deepEqual(shown("AI_REGULATOR"), ["findings", "projects", "cases"]);
  });
});
