import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { parseProviders, roleOfClaims } from "./sso-providers.ts";

const folder = mkdtempSync(path.join(tmpdir(), "sandglass-sso-"));
after(() => rmSync(folder, { recursive: true }));

const ENTRY = {
  id: "gov",
  title: { en: "Gov", zh: "政务" },
  issuer: "https://id.example.cn",
  clientId: "sandglass",
  clientSecretFile: "gov.secret",
  mapping: [
    { when: { groups: "officers", department: "quality" }, role: "SAMR", organisation: "samr" },
    { when: { groups: "officers" }, role: "LOCAL_IIT", organisation: "local", region: "440300" },
  ],
};
const read = (...providers: object[]) => {
  const file = path.join(folder, "sso.json");
  writeFileSync(path.join(folder, "gov.secret"), "s3cret\n");
  writeFileSync(file, JSON.stringify({ providers }));
  return parseProviders(file);
};

describe("identity providers as data", () => {
  test("an entry is completed with defaults, its secret read from beside the file", () => {
    const [provider] = read(ENTRY);
    assert.deepEqual(
      [provider?.clientSecret, provider?.scopes, provider?.claims.account, provider?.createAccounts],
      ["s3cret", ["openid", "profile"], "preferred_username", false],
    );
  });

  test("faults stop the start and name the provider", () => {
    for (const [change, fault] of [
      [{ issuer: "http://id.example.cn" }, /https/],
      [{ issuer: "nonsense" }, /https/],
      [{ mapping: [{ when: {}, role: "system:trigger", organisation: "x" }] }, /system:trigger/],
      [{ mapping: [{ when: {}, role: "SUPERVISOR_ALL", organisation: "x" }] }, /SUPERVISOR_ALL/],
      [{ createAccounts: true, mapping: [] }, /no mapping/],
      [{ unknown: 1 }, /providers/],
    ] as const)
      assert.throws(() => read({ ...ENTRY, ...change }), fault);
    assert.throws(() => read(ENTRY, ENTRY), /stands twice/);
  });

  test("the first rule whose claims all hold gives role, organisation and region", () => {
    const [provider] = read(ENTRY);
    assert.ok(provider);
    const of = (claims: object) => roleOfClaims(provider, { sub: "1", ...claims });
    assert.deepEqual(of({ groups: ["staff", "officers"], department: "quality" }), {
      role: "SAMR",
      organisation: "samr",
    });
    assert.equal(of({ groups: ["officers"] })?.region, "440300");
    assert.equal(of({ groups: "officers" })?.role, "LOCAL_IIT");
    for (const claims of [
      {},
      { groups: [] },
      { groups: ["officers-2"] },
      { groups: { officers: true } },
      { department: "quality" },
    ])
      assert.equal(of(claims), undefined);
  });
});
