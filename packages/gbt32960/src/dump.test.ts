/** Pasted text: what people really paste. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { findDump } from "./dump.ts";
import { toHex } from "./text.ts";

const HEX = "232307fe4c5445535456494e303030303030303031010000c2";
const BYTES = Buffer.from(HEX, "hex");

const bytesOf = (text: string) => {
  const dump = findDump(text);
  return dump === undefined ? undefined : toHex(dump.bytes);
};
const pairs = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
const ascii = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
const rows = (bytes: Uint8Array, width: number) =>
  Array.from({ length: Math.ceil(bytes.length / width) }, (_, i) => bytes.subarray(i * width, (i + 1) * width));

/** The formats of the usual tools. */
const FORMATS: Readonly<Record<string, (bytes: Uint8Array, base: number) => string>> = {
  plain: (bytes) => toHex(bytes),
  upper: (bytes) => toHex(bytes).toUpperCase(),
  blanks: (bytes) => pairs(bytes).join(" "),
  colons: (bytes) => pairs(bytes).join(":"),
  "C array": (bytes) =>
    pairs(bytes)
      .map((pair) => `0x${pair}`)
      .join(", "),
  "lines cut in a byte": (bytes) => (toHex(bytes).match(/.{1,17}/g) ?? []).join("\r\n"),
  "C source in lines": (bytes) =>
    `static const uint8_t f[] = {\n${rows(bytes, 11)
      .map(
        (row) =>
          `  ${pairs(row)
            .map((pair) => `0x${pair.toUpperCase()},`)
            .join(" ")}`,
      )
      .join("\n")}\n};`,
  xxd: (bytes, base) =>
    rows(bytes, 16)
      .map((row, i) => {
        const groups = (toHex(row).match(/.{1,4}/g) ?? []).join(" ");
        return `${(base + i * 16).toString(16).padStart(8, "0")}: ${groups.padEnd(39)}  ${ascii(row)}`;
      })
      .join("\n"),
  "hexdump -C": (bytes, base) =>
    [
      ...rows(bytes, 16).map((row, i) => {
        const columns = `${pairs(row.subarray(0, 8)).join(" ")}  ${pairs(row.subarray(8)).join(" ")}`;
        return `${(base + i * 16).toString(16).padStart(8, "0")}  ${columns.padEnd(48)}  |${ascii(row)}|`;
      }),
      (base + bytes.length).toString(16).padStart(8, "0"),
    ].join("\n"),
  "od -A x -t x1": (bytes, base) =>
    [
      ...rows(bytes, 16).map((row, i) => `${(base + i * 16).toString(16).padStart(6, "0")} ${pairs(row).join(" ")}`),
      (base + bytes.length).toString(16).padStart(6, "0"),
    ].join("\n"),
  Wireshark: (bytes, base) =>
    rows(bytes, 16)
      .map((row, i) => {
        const columns = `${pairs(row.subarray(0, 8)).join(" ")}  ${pairs(row.subarray(8)).join(" ")}`;
        return `${(base + i * 16).toString(16).padStart(4, "0")}   ${columns.padEnd(48)}   ${ascii(row)}`;
      })
      .join("\n"),
};

for (const [name, format] of Object.entries(FORMATS)) {
  test(`${name}: the bytes come back`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 17, maxLength: 80 }), fc.constantFrom(0, 0x1230), (bytes, base) => {
        assert.equal(bytesOf(format(bytes, base)), toHex(bytes));
      }),
      { numRuns: 200 },
    );
    assert.equal(bytesOf(format(BYTES, 0)), HEX);
  });
}

test("one line of a dump has its offset taken off", () => {
  assert.equal(bytesOf("00000000: 2323 02fe 4c53  ##..LS"), "232302fe4c53");
  assert.equal(bytesOf("00000000  23 23 02 fe 4c 53"), "232302fe4c53");
  assert.equal(bytesOf("2323 02fe 4c53"), "232302fe4c53", "without two blanks it is no offset");
});

test("repeated lines that hexdump leaves out come back", () => {
  const line = (at: string, byte: string) =>
    `${at}  ${`${byte} `.repeat(8)} ${`${byte} `.repeat(8)} |................|`;
  const text = [line("00000000", "23"), "*", line("00000030", "ab"), "00000040"].join("\n");
  assert.equal(bytesOf(text), "23".repeat(48) + "ab".repeat(16));
});

test("log lines: runs of hex are taken, words and dates are not", () => {
  const log = `2026-03-31T10:00:00Z INFO recv "${HEX}"\nno bytes here, bad cafe\n<Buffer ${pairs(BYTES).join(" ")}>`;
  assert.equal(bytesOf(log), HEX + HEX);
  assert.equal(findDump(log)?.form, "mixed");
  assert.equal(findDump("nothing to see"), undefined);
  assert.equal(findDump(""), undefined);
});

test("a line that lost half a byte costs its own frame only", () => {
  const text = `${HEX}\n${HEX.slice(0, 21)}\n${HEX}\n`;
  assert.equal(bytesOf(text), HEX + HEX.slice(0, 20) + HEX);
  assert.equal(findDump(text)?.oddDigits, true);
});

test("stars of a dump stand for a bounded number of bytes", () => {
  const line = (offset: number) => `${offset.toString(16).padStart(8, "0")}  ${"00 ".repeat(16)}`;
  const text = Array.from({ length: 200 }, (_, i) => `${line(i * 0x100000)}\n*`).join("\n");
  assert.ok((findDump(text)?.bytes.length ?? 0) <= 0x20_0000);
});

test("a byte that was cut in two is said, and any text is read without an exception", () => {
  assert.deepEqual({ ...findDump("23232") }, { bytes: Uint8Array.of(0x23, 0x23), oddDigits: true, form: "hex" });
  assert.equal(bytesOf("0x1, 0x23"), "0123");
  fc.assert(
    fc.property(fc.string({ maxLength: 200, unit: fc.constantFrom(..."0123abcdefxyz :|*\n,<>".split("")) }), (text) => {
      const dump = findDump(text);
      if (dump !== undefined) assert.ok(dump.bytes.length <= 16 * text.length + 0x10_0000);
    }),
    { numRuns: 3000 },
  );
});

/** Writings that are read where nothing plainer gives a frame: a frame each. */
const WRITINGS: Readonly<Record<string, (bytes: Uint8Array) => string>> = {
  dashes: (bytes) => pairs(bytes).join("-"),
  "Java source": (bytes) =>
    `new byte[] {${pairs(bytes)
      .map((pair) => `(byte)0x${pair}`)
      .join(", ")}}`,
  "Java array": (bytes) => `data=[${Array.from(Int8Array.from(bytes)).join(", ")}]`,
  escapes: (bytes) =>
    pairs(bytes)
      .map((pair) => `\\x${pair}`)
      .join(""),
  Python: (bytes) =>
    `recv b'${Array.from(bytes, (b) => (b === 0x0a ? "\\n" : b >= 0x20 && b < 0x7f && b !== 0x27 && b !== 0x5c ? String.fromCharCode(b) : `\\x${b.toString(16).padStart(2, "0")}`)).join("")}'`,
  "percent signs": (bytes) =>
    pairs(bytes)
      .map((pair) => `%${pair}`)
      .join(""),
  "trailing h": (bytes) =>
    pairs(bytes)
      .map((pair) => `${pair}H`)
      .join(" "),
  "full width": (bytes) => toHex(bytes).replace(/./g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
  base64: (bytes) => `{"payload":"${Buffer.from(bytes).toString("base64")}"}`,
  "base64 in lines": (bytes) => Buffer.from(bytes).toString("base64").replace(/.{28}/g, "$&\n"),
  "od with octal offsets": (bytes) =>
    rows(bytes, 16)
      .map((row, i) => `${(i * 16).toString(8).padStart(7, "0")} ${pairs(row).join(" ")}`)
      .join("\n"),
  "hexdump in words": (bytes) =>
    rows(bytes, 16)
      .map((row, i) => {
        const words = rows(row, 2).map(([low = 0, high = 0]) => ((high << 8) | low).toString(16).padStart(4, "0"));
        return `${(i * 16).toString(16).padStart(7, "0")} ${words.join(" ")}`;
      })
      .join("\n"),
};
for (const [name, write] of Object.entries(WRITINGS))
  test(`a frame written with ${name} is read`, () => {
    const found = bytesOf(write(BYTES)) ?? "";
    assert.ok(found.startsWith(HEX), found);
  });
test("tables of Netty, octal and \\u escapes, and decimal offsets are read", () => {
  const border = `+--------+${"-".repeat(49)}+----------------+`;
  const table = rows(BYTES, 16).map(
    (row, i) => `|${(i * 16).toString(16).padStart(8, "0")}| ${pairs(row).join(" ").padEnd(47)} |${ascii(row)}|`,
  );
  const netty = `2026-03-31 12:00:00 DEBUG [id: 0x1f] READ: 25B\n${border}\n${table.join("\n")}\n${border}\n`;
  assert.equal(bytesOf(netty.repeat(3)), HEX.repeat(3));
  const octal = Array.from(BYTES, (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
  assert.equal(bytesOf(octal), HEX);
  const printed = Array.from(BYTES, (byte) =>
    byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`,
  ).join("");
  assert.equal(bytesOf(`payload='${printed}'`), HEX);
  assert.equal(bytesOf(`"${pairs(BYTES).reduce((text, pair) => `${text}\\u00${pair}`, "")}"`), HEX);
  const counted = rows(BYTES, 16).map((row, i) => `${String(i * 16).padStart(4)}\t${pairs(row).join(" ")}`);
  assert.equal(bytesOf(counted.join("\n")), HEX);
});

test("what is plain hex already is not read in another way", () => {
  assert.equal(bytesOf(`2026-01-01 12:00:00.123 INFO ${HEX}`), HEX);
  assert.equal(bytesOf(`at 50% ${HEX}`), HEX);
});
