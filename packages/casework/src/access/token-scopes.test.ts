import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { isPurposeOf, PURPOSE_CODES, PURPOSES, purposesOf } from "./purposes.ts";
import { isRoleCode } from "./roles.ts";
import { scopeNeeded, scopesAllow, TOKEN_SCOPES } from "./token-scopes.ts";

describe("token scopes", () => {
  it("derives the scope from method and path", () => {
    assert.equal(scopeNeeded("GET", "/vehicles/:id/samples"), "vehicles:read");
    assert.equal(scopeNeeded("POST", "/vehicles"), "vehicles:write");
    assert.equal(scopeNeeded("POST", "/vehicles/search"), "vehicles:read");
    assert.equal(scopeNeeded("POST", "/vehicles/:id/unmask"), "vehicles:write");
    assert.equal(scopeNeeded("POST", "/vehicles/:id/commands"), "commands:write");
    assert.equal(scopeNeeded("GET", "/projects/:id"), "cases:read");
    assert.equal(scopeNeeded("GET", "/notifications/count"), "notifications:read");
    assert.equal(scopeNeeded("POST", "/notifications/read"), "notifications:write");
    assert.equal(scopeNeeded("GET", "/webhooks/:id/deliveries"), "notifications:read");
    assert.equal(scopeNeeded("POST", "/webhooks/:id/test"), "notifications:write");
    for (const path of [
      "/accounts",
      "/tokens",
      "/session",
      "/access-log",
      "/account/password",
      "/constructor",
      "/",
      "",
    ])
      assert.equal(scopeNeeded("GET", path), undefined, path);
  });

  it("lets write read in its own area, and nothing beyond", () => {
    assert.ok(scopesAllow(["cases:write"], "GET", "/cases") && scopesAllow(["cases:write"], "POST", "/projects"));
    assert.ok(!scopesAllow(["cases:read"], "POST", "/projects"));
    assert.ok(!scopesAllow(["vehicles:write"], "GET", "/findings"));
    assert.ok(scopesAllow(undefined, "DELETE", "/tokens/:id"));
    assert.ok(!scopesAllow([], "GET", "/vehicles"));
  });

  it("reaches no address without an area, whatever the scopes", () => {
    fc.assert(
      fc.property(
        fc.subarray([...TOKEN_SCOPES, "*", "identity:write"]),
        fc.string({ maxLength: 20 }),
        (scopes, path) => {
          if (scopeNeeded("GET", path) === undefined) assert.ok(!scopesAllow(scopes, "GET", path));
        },
      ),
    );
  });
});

describe("purposes", () => {
  it("names roles that exist, and gives administrators and auditors none", () => {
    for (const code of PURPOSE_CODES) for (const role of PURPOSES[code].roles) assert.ok(isRoleCode(role));
    for (const role of ["PLATFORM_ADMIN", "SECURITY_ADMIN", "AUDIT_ADMIN", "AUDITOR", "PUBLIC"])
      assert.deepEqual(purposesOf(role), [], role);
    assert.ok(isPurposeOf("FIRE", "accident-rescue") && !isPurposeOf("OEM", "accident-rescue"));
  });
});
