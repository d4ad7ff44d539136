import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hotp, matchTotp, otpauthUri, stepAt, toBase32 } from "./totp.ts";

const SECRET = Buffer.from("12345678901234567890");

describe("one-time passwords", () => {
  it("gives the values of RFC 4226 annex D", () => {
    const expected = [
      "755224",
      "287082",
      "359152",
      "969429",
      "338314",
      "254676",
      "287922",
      "162583",
      "399871",
      "520489",
    ];
    assert.deepEqual(
      expected.map((_, counter) => hotp(SECRET, BigInt(counter))),
      expected,
    );
  });

  it("gives the values of RFC 6238 annex B (SHA-1)", () => {
    for (const [seconds, code] of [
      [59, "94287082"],
      [1_111_111_109, "07081804"],
      [1_111_111_111, "14050471"],
      [1_234_567_890, "89005924"],
      [2_000_000_000, "69279037"],
      [20_000_000_000, "65353130"],
    ] as const)
      assert.equal(hotp(SECRET, stepAt(seconds * 1_000), 8), code);
  });

  it("takes the code of now, of the step before and after, and no other", () => {
    const at = 1_700_000_000_000;
    const codeAt = (ms: number) => hotp(SECRET, stepAt(ms));
    for (const shift of [-30_000, 0, 30_000])
      assert.equal(matchTotp(SECRET, codeAt(at + shift), at, 0n), stepAt(at + shift));
    for (const shift of [-90_000, 90_000]) assert.equal(matchTotp(SECRET, codeAt(at + shift), at, 0n), undefined);
    assert.equal(matchTotp(SECRET, ` ${codeAt(at).slice(0, 3)} ${codeAt(at).slice(3)}`, at, 0n), stepAt(at));
    for (const wrong of ["", "12345", `${codeAt(at)}0`, "abcdef", "１２３４５６"])
      assert.equal(matchTotp(SECRET, wrong, at, 0n), undefined, wrong);
  });

  it("takes a code once", () => {
    const at = 1_700_000_000_000;
    const code = hotp(SECRET, stepAt(at));
    const step = matchTotp(SECRET, code, at, 0n)!;
    assert.equal(matchTotp(SECRET, code, at, step), undefined);
    assert.equal(matchTotp(SECRET, code, at + 20_000, step), undefined);
  });

  it("writes secrets in base32 (RFC 4648) and names issuer and account in the address", () => {
    assert.equal(toBase32(Buffer.from("foobar")), "MZXW6YTBOI");
    assert.equal(toBase32(Buffer.from("f")), "MY");
    assert.equal(
      otpauthUri(Buffer.from("foobar"), "li@oem-a", "沙漏 Sandglass"),
      "otpauth://totp/%E6%B2%99%E6%BC%8F%20Sandglass:li%40oem-a?secret=MZXW6YTBOI&issuer=%E6%B2%99%E6%BC%8F%20Sandglass&algorithm=SHA1&digits=6&period=30",
    );
  });
});
