import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import * as fc from "fast-check";
import { findUpgrade, findUpgradeOrder, formatUpgrade, type UpgradeParameters } from "./upgrade.ts";
import { bytesOf } from "../testing/fixtures.ts";

const UPGRADE: UpgradeParameters = {
  url: "ftp://h/f.bin",
  accessPoint: "APN",
  user: "user",
  password: "pass",
  address: "0000c0a8013b",
  port: 8080,
  manufacturer: "MFR1",
  hardwareVersion: "HW001",
  firmwareVersion: "FW002",
  timeLimit: 30,
};

test("a separator inside the binary address does not split it", () => {
  const bytes = bytesOf(
    "6674703a2f2f682f662e62696e3b41504e3b757365723b706173733b0000c0a8013b3b1f903b4d4652313b48573030313b46573030323b001e",
  );
  assert.deepEqual(findUpgrade(bytes, "urlFirst"), UPGRADE);
  assert.equal(findUpgrade(bytes, "urlNextToLast"), undefined);
});

test("a separator inside texts of fixed size or the URL is found by what fits, in both orders", () => {
  const upgrade = {
    ...UPGRADE,
    url: "ftp://h/f;v=1",
    hardwareVersion: "HW;01",
    firmwareVersion: "F;;02",
    port: 0x3b3b,
  };
  const part = (value: string) => Buffer.from(value).toString("hex");
  const own = ["APN", "user", "pass"].map(part);
  const tail = ["MFR1", "HW;01", "F;;02"].map(part);
  const first = [part(upgrade.url), ...own, UPGRADE.address, "3b3b", ...tail, "001e"].join("3b");
  const nextToLast = [...own, UPGRADE.address, "3b3b", ...tail, part(upgrade.url), "001e"].join("3b");
  assert.deepEqual(findUpgrade(bytesOf(first), "urlFirst"), upgrade);
  assert.deepEqual(findUpgrade(bytesOf(nextToLast), "urlNextToLast"), upgrade);
});

test("bytes that are all separators, or none, are told quickly", () => {
  const started = process.cpuUsage();
  for (const byte of [0x3b, 0x41]) findUpgradeOrder(new Uint8Array(65_000).fill(byte));
  findUpgradeOrder(Uint8Array.from({ length: 65_000 }, (_, i) => (i % 3 === 0 ? 0x41 : 0x3b)));
  assert.ok(process.cpuUsage(started).user < 1_000_000);
});

test("the other order of the annex is read when asked for", () => {
  const bytes = bytesOf(
    "656d7174743b65757365726e616d653b70617373776f72643b0000c0a801013b1f903b766869643b312e302e303b302e302e313b6674703a2f2f656d7174742e696f2f6674702f7365727665723b0bb8",
  );
  assert.equal(findUpgrade(bytes, "urlNextToLast")?.url, "ftp://emqtt.io/ftp/server");
  assert.equal(findUpgrade(bytes, "urlNextToLast")?.timeLimit, 3000);
});

test("absent parameters are empty", () => {
  assert.deepEqual(findUpgrade(bytesOf("3b".repeat(9)), "urlFirst"), {
    url: "",
    accessPoint: "",
    user: "",
    password: "",
    address: "",
    port: undefined,
    manufacturer: "",
    hardwareVersion: "",
    firmwareVersion: "",
    timeLimit: undefined,
  });
});

test("what is written reads back in both orders", () => {
  const word = fc.stringMatching(/^[a-zA-Z0-9:/.]{0,12}$/);
  const byte = fc.nat({ max: 255 }).map((value) => value.toString(16).padStart(2, "0"));
  const upgrades = fc.record({
    url: word,
    accessPoint: word,
    user: word,
    password: word,
    address: fc.array(byte, { minLength: 6, maxLength: 6 }).map((parts) => parts.join("")),
    port: fc.nat({ max: 0xffff }),
    manufacturer: word,
    hardwareVersion: word,
    firmwareVersion: word,
    timeLimit: fc.nat({ max: 0xffff }),
  });
  for (const order of ["urlFirst", "urlNextToLast"] as const) {
    fc.assert(
      fc.property(upgrades, (upgrade) =>
        assert.deepEqual(findUpgrade(bytesOf(formatUpgrade(upgrade, order)), order), { ...upgrade }),
      ),
    );
  }
});

test("a text with a separator is refused", () => {
  assert.throws(() => formatUpgrade({ ...UPGRADE, user: "a;b" }, "urlFirst"), /user/);
});
