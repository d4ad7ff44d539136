import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { der, findDer, findDerList, findInside, findOid, TAG } from "./der.ts";
import { findTimestamp, timestampRequest, tokenOf } from "./timestamp.ts";

test("elements of any length are read back as they were written", () => {
  for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536]) {
    const content = new Uint8Array(length).fill(7);
    const element = findDer(der(TAG.OCTETS, content));
    assert.deepEqual([element?.tag, element?.content.length], [TAG.OCTETS, length]);
  }
  const list = findInside(
    findDer(der(TAG.SEQUENCE, der(TAG.INTEGER, Uint8Array.of(1)), der(TAG.OCTETS))),
    TAG.SEQUENCE,
  );
  assert.deepEqual(
    list?.map(({ tag }) => tag),
    [TAG.INTEGER, TAG.OCTETS],
  );
});

test("object identifiers are read as they are written in the standards", () => {
  const cases: readonly [string, string][] = [
    ["2a864886f70d010702", "1.2.840.113549.1.7.2"],
    ["608648016503040201", "2.16.840.1.101.3.4.2.1"],
    ["2b06010505070308", "1.3.6.1.5.5.7.3.8"],
  ];
  for (const [hex, oid] of cases)
    assert.equal(findOid({ tag: TAG.OID, content: Uint8Array.fromHex(hex), bytes: new Uint8Array(0) }), oid);
});

test("the request is the one that OpenSSL makes for the same imprint and nonce", () => {
  // openssl ts -query -digest 00…00 -sha256 -cert, its nonce put in its place
  const imprint = new Uint8Array(32);
  const nonce = Uint8Array.fromHex("4102030405060708");
  const expected = `30430201013031300d060960864801650304020105000420${"00".repeat(32)}02084102030405060708 0101ff`;
  assert.equal(Buffer.from(timestampRequest(imprint, nonce)).toString("hex"), expected.replace(" ", ""));
});

test("a refusal of the authority is said, and no bytes make the reader fail", () => {
  const refusal = der(TAG.SEQUENCE, der(TAG.SEQUENCE, der(TAG.INTEGER, Uint8Array.of(2))));
  assert.equal(tokenOf(refusal), "the authority refused with status 2");
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      findDerList(bytes);
      assert.equal(findTimestamp(bytes), undefined);
      assert.equal(typeof tokenOf(bytes) === "string" || findDer(bytes) !== undefined, true);
    }),
    { numRuns: 3_000 },
  );
});
