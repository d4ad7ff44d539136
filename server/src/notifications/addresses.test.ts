import assert from "node:assert/strict";
import { createHmac, createPublicKey, verify } from "node:crypto";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { AddressList } from "../access/address-list.ts";
import { isPublic, parseTarget, permittedAddress } from "./addresses.ts";
import { sendTime } from "./kinds.ts";
import { textOf } from "./mail.ts";
import { WebhookKeys } from "./signature.ts";

const NONE = AddressList.parse("");
const LOCAL = AddressList.parse("127.0.0.0/8");
const resolver =
  (...addresses: string[]) =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
const refused = (url: string, allowed = NONE, ...addresses: string[]) =>
  assert.rejects(
    async () => permittedAddress(parseTarget(url), allowed, resolver(...addresses)),
    { name: "AddressRefused" },
    url,
  );

describe("where a webhook may go", () => {
  it("tells public addresses from all others", () => {
    for (const address of ["8.8.8.8", "1.1.1.1", "114.114.114.114", "2400:3200::1", "2606:4700::1111"])
      assert.ok(isPublic(address), address);
    for (const address of [
      "127.0.0.1",
      "10.1.2.3",
      "172.16.0.1",
      "172.31.255.255",
      "192.168.1.1",
      "169.254.169.254",
      "100.64.0.1",
      "0.0.0.0",
      "224.0.0.1",
      "255.255.255.255",
      "198.18.0.1",
      "::1",
      "::",
      "fe80::1",
      "fc00::1",
      "fd12::1",
      "ff02::1",
      "::ffff:127.0.0.1",
      "::ffff:8.8.8.8",
      "64:ff9b::7f00:1",
      "2002:7f00:1::",
      "2001:db8::1",
      "2001::1",
      "localhost",
      "",
    ])
      assert.ok(!isPublic(address), address);
  });

  it("never takes a private address for a public one", () => {
    const privates = fc.oneof(
      fc.tuple(fc.constant(10), fc.nat(255), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(127), fc.nat(255), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(192), fc.constant(168), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(169), fc.constant(254), fc.nat(255), fc.nat(255)),
    );
    fc.assert(fc.property(privates, (bytes) => !isPublic(bytes.join(".")) && !isPublic(`::ffff:${bytes.join(".")}`)));
  });

  it("asks the address behind the name, all of them, whatever the name looks like", async () => {
    await refused("https://metadata.example/", NONE, "169.254.169.254");
    await refused("https://two.example/", NONE, "8.8.8.8", "10.0.0.1");
    await refused("https://none.example/", NONE);
    for (const url of [
      "https://127.0.0.1/",
      "https://2130706433/",
      "https://0x7f.1/",
      "https://0177.0.0.1/",
      "https://127.1/",
      "https://[::1]/",
      "https://[::ffff:127.0.0.1]/",
      "https://[::ffff:7f00:1]/",
      "http://8.8.8.8/",
      "https://u:p@8.8.8.8/",
      "ftp://8.8.8.8/",
      "file:///etc/passwd",
      "nonsense",
    ])
      await refused(url);
    assert.equal(
      (await permittedAddress(parseTarget("https://ok.example/"), NONE, resolver("8.8.8.8"))).address,
      "8.8.8.8",
    );
  });

  it("goes to private addresses, and by plain http, only where an operator allows it", async () => {
    assert.equal((await permittedAddress(parseTarget("http://127.0.0.1:9/"), LOCAL)).address, "127.0.0.1");
    await refused("http://10.0.0.1/", LOCAL);
    await refused("http://public.example/", LOCAL, "8.8.8.8");
  });
});

describe("signatures of webhooks", () => {
  const keys = new WebhookKeys(Buffer.alloc(32, 7));
  it("are those of the Standard Webhooks specification, by a secret of each webhook or by the installation's key", () => {
    const body = '{"a":1}';
    const headers = keys.headers("whk_1", "hmac-sha256", "evt_1", 1_700_000_000_500, body);
    const secret = Buffer.from(keys.secretOf("whk_1").slice("whsec_".length), "base64");
    const expected = createHmac("sha256", secret).update(`evt_1.1700000000.${body}`).digest("base64");
    assert.deepEqual(headers, {
      "webhook-id": "evt_1",
      "webhook-timestamp": "1700000000",
      "webhook-signature": `v1,${expected}`,
    });
    assert.notEqual(keys.secretOf("whk_1"), keys.secretOf("whk_2"));
    const signature = keys.headers("whk_1", "ed25519", "evt_1", 1_700_000_000_500, body)["webhook-signature"]!;
    const raw = Buffer.from(keys.publicKey.slice("whpk_".length), "base64");
    const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]);
    const key = createPublicKey({ key: spki, format: "der", type: "spki" });
    assert.ok(
      verify(null, Buffer.from(`evt_1.1700000000.${body}`), key, Buffer.from(signature.slice("v1a,".length), "base64")),
    );
  });
});

describe("mail", () => {
  it("is gathered until the next hour or eight in the morning in Shanghai", () => {
    const at = (text: string) => Date.parse(text);
    assert.equal(sendTime("none", at("2026-11-22T03:10:00Z")), at("2026-11-22T03:10:00Z"));
    assert.equal(sendTime("hourly", at("2026-11-22T03:10:00Z")), at("2026-11-22T04:00:00Z"));
    assert.equal(sendTime("daily", at("2026-11-22T03:10:00Z")), at("2026-11-23T00:00:00Z"));
    assert.equal(sendTime("daily", at("2026-11-21T23:59:00Z")), at("2026-11-22T00:00:00Z"));
  });

  it("makes one line of what somebody entered, so that it starts no header and no line of its own", () => {
    const title = { en: "A\r\nBcc: x@example.org", zh: "甲\u2028乙" };
    const notice = {
      notice: "1",
      kind: "duty",
      urgent: false,
      at: "2026-11-22T00:00:00Z",
      text: title,
      case: { id: "acd_1", kind: "accident", title },
      obligation: null,
    };
    const { subject, text } = textOf({ to: "a@b.cn", language: "en", notices: [notice], id: "m" }, "https://s.example");
    assert.ok(!/[\r\n]/.test(subject) && !text.split("\n").includes("Bcc: x@example.org"));
    assert.ok(text.includes("https://s.example/cases/acd_1"));
    assert.match(textOf({ to: "a@b.cn", language: "zh", notices: [notice, notice], id: "m" }, "x").subject, /2 条/);
  });
});
