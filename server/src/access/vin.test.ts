import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { withVinCheckDigit } from "@sandglass/signals";
import * as fc from "fast-check";
import { checkVin, maskVin, printableVin } from "./vin.ts";

const folder = path.join(
  process.env["SANDGLASS_DATA"] ?? path.join(import.meta.dirname, "../../../../shared/data"),
  "vin-vectors",
);
const absent = existsSync(folder) ? false : `no test data in ${folder}`;

interface Published {
  readonly vin: string;
  readonly check_digit_valid: boolean;
  readonly note: string;
}
interface Masked {
  readonly masked_vin_valid: string;
  readonly masked_vin_bad_check: string;
}

test("published VINs: the check digit decides as published", { skip: absent }, () => {
  const vectors = JSON.parse(readFileSync(path.join(folder, "vin_published.json"), "utf8")) as Published[];
  assert.ok(vectors.length > 10);
  for (const vector of vectors) {
    const checked = checkVin(vector.vin);
    assert.equal(
      checked.ok && !checked.warnings.includes("check-digit"),
      vector.check_digit_valid,
      `${vector.vin} ${vector.note}`,
    );
  }
});

test("Chinese VINs: a wrong check digit is a warning, not a refusal", { skip: absent }, () => {
  const vectors = JSON.parse(readFileSync(path.join(folder, "vin_cn_masked.json"), "utf8")) as Masked[];
  for (const vector of vectors) {
    assert.deepEqual(checkVin(vector.masked_vin_valid), { ok: true, vin: vector.masked_vin_valid, warnings: [] });
    assert.deepEqual(checkVin(vector.masked_vin_bad_check), {
      ok: true,
      vin: vector.masked_vin_bad_check,
      warnings: ["check-digit"],
    });
  }
});

test("length and alphabet are refused with what is wrong", () => {
  assert.deepEqual(checkVin("LSJE36091MS00000"), { ok: false, problem: "length", length: 16 });
  assert.deepEqual(checkVin("LSJE3609OMS000001"), { ok: false, problem: "alphabet", character: "O", position: 9 });
  assert.deepEqual(checkVin("LSJE36091MS00000一"), { ok: false, problem: "alphabet", character: "一", position: 17 });
});

test("lower case and blanks around are corrected", () => {
  assert.deepEqual(checkVin(" lsje36091ms000001 "), { ok: true, vin: "LSJE36091MS000001", warnings: [] });
});

test("the year position and the last four are looked at", () => {
  const year = checkVin("LSJE36091US000001");
  assert.ok(year.ok && year.warnings.includes("year"));
  const serial = checkVin("LSJE36091MS00000A");
  assert.ok(serial.ok && serial.warnings.includes("serial"));
});

const vins = fc.string({ unit: fc.constantFrom(..."0123456789ABCDEFGHJKLMNPRSTUVWXYZ"), minLength: 17, maxLength: 17 });

test("any 17 characters with their check digit are accepted, and changing one digit of it warns", () => {
  fc.assert(
    fc.property(vins, (text) => {
      const vin = withVinCheckDigit(text);
      const checked = checkVin(vin);
      assert.ok(checked.ok && !checked.warnings.includes("check-digit"));
      const other = vin.charAt(8) === "0" ? "1" : "0";
      const wrong = checkVin(vin.slice(0, 8) + other + vin.slice(9));
      assert.ok(wrong.ok && wrong.warnings.includes("check-digit"));
    }),
  );
});

test("a mask shows seven characters at most and never the middle", () => {
  fc.assert(fc.property(vins, (vin) => assert.equal(maskVin(vin), `${vin.slice(0, 3)}**********${vin.slice(13)}`)));
  for (const short of ["", "A", "ABCDEFG"]) assert.equal(maskVin(short), "*".repeat(17));
  assert.equal(maskVin("ABCDEFGH"), "ABC**********EFGH");
  assert.equal(maskVin("\0\x01\x7fEST12345678\r\n<"), "???**********8??<");
});

test("bytes that are not printable are shown as hex, so that PostgreSQL can keep them", () => {
  assert.equal(printableVin("AB\0\xff1"), "AB\\x00\\xff1");
});
