import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { frameCommand } from "./command.ts";

const HEARTBEAT = "232307fe4c5445535456494e303030303030303031010000c2";
const LOGOUT = "232304fe4c5445535456494e3030303030303030310100081a031f173b3a0001d8";
const REPORT =
  "232302fe4c5445535456494e30303030303030303101001b1a031f173b3a0101030101e80001e2400e42278b38012e10e10c0089";

async function run(
  args: string[],
  input: string | Uint8Array | readonly Uint8Array[] = "",
): Promise<{ code: number; out: string[]; err: string[] }> {
  const texts = { out: "", err: "" };
  const sink = (name: "out" | "err") =>
    new Writable({
      write: (chunk, _encoding, done) => {
        texts[name] += String(chunk);
        done();
      },
    });
  async function* stdin(): AsyncGenerator<Uint8Array | string> {
    yield* Array.isArray(input) ? (input as readonly Uint8Array[]) : [input as string];
  }
  const code = await frameCommand(args, { stdin: stdin(), stdout: sink("out"), stderr: sink("err") });
  const lines = (text: string) => text.split("\n").slice(0, -1);
  return { code, out: lines(texts.out), err: lines(texts.err) };
}

/** Puts the BCC of a hand-written frame right. */
function sealed(hex: string): string {
  const bytes = Buffer.from(hex, "hex");
  bytes[bytes.length - 1] = bytes.subarray(2, -1).reduce((sum, byte) => sum ^ byte, 0);
  return bytes.toString("hex");
}

test("decode prints one JSON line per line, in the standard's terms", async () => {
  const { code, out } = await run(["decode"], `${HEARTBEAT}\n\n${sealed(REPORT).toUpperCase()}\n`);
  assert.equal(code, 0);
  assert.equal(out.length, 2);
  assert.equal(JSON.parse(out[0]).kind, "heartbeat");
  const [vehicle] = JSON.parse(out[1]).items;
  assert.deepEqual(
    [
      vehicle.vehicleState,
      vehicle.speed,
      vehicle.mileage,
      vehicle.totalVoltage,
      vehicle.totalCurrent,
      vehicle.stateOfCharge,
      vehicle.insulationResistance,
    ],
    [1, 48.8, 12345.6, 365, 12.3, 56, 4321],
  );
});

test("a damaged line gives a coded error in its place and the rest goes on", async () => {
  const { code, out } = await run(
    ["decode"],
    ["not hex", HEARTBEAT.replace(/c2$/, "c3"), HEARTBEAT.slice(0, 20), `${HEARTBEAT}00`, "ffff", HEARTBEAT].join("\n"),
  );
  assert.equal(code, 0);
  assert.deepEqual(
    out.map((line) => JSON.parse(line).error?.code),
    ["SG_HEX", "SG_FRAME_BCC", "SG_FRAME_TRUNCATED", "SG_FRAME_TRAILING", "SG_FRAME_START", undefined],
  );
});

test("decode then encode is the identity; error lines keep their place", async () => {
  const lines = [HEARTBEAT, "zz", LOGOUT, sealed(REPORT)];
  const decoded = await run(["decode"], lines.join("\n"));
  const encoded = await run(["encode"], decoded.out.join("\n"));
  assert.equal(encoded.code, 0);
  assert.deepEqual([encoded.out[0], encoded.out[2], encoded.out[3]], [lines[0], lines[2], lines[3]]);
  assert.equal(JSON.parse(encoded.out[1]).error.code, "SG_HEX");
});

test("decode then encode is the identity on every well-formed vector", async (context) => {
  const path = join(
    process.env.SANDGLASS_DATA ?? join(import.meta.dirname, "../../../../shared/data"),
    "gb32960-vectors/vectors.json",
  );
  if (!existsSync(path)) return context.skip(`no ${path}`);
  const vectors = (JSON.parse(readFileSync(path, "utf8")).vectors as { hex: string; wellformed: boolean }[]).filter(
    (vector) => vector.wellformed,
  );
  const decoded = await run(["decode"], vectors.map((vector) => vector.hex).join("\n"));
  const encoded = await run(["encode"], decoded.out.join("\n"));
  assert.deepEqual(
    encoded.out,
    vectors.map((vector) => vector.hex.toLowerCase()),
  );
});

test("encode answers what it cannot write with a coded error and exit code 1", async () => {
  const { code, out } = await run(
    ["encode"],
    `{"kind":"heartbeat"}\nnonsense\n5\n{"kind":"heartbeat","edition":2016,"vin":"LTESTVIN000000001"}\n`,
  );
  assert.equal(code, 1);
  assert.deepEqual(
    out.slice(0, 3).map((line) => JSON.parse(line).error.code),
    ["SG_MESSAGE_INVALID", "SG_JSON", "SG_JSON"],
  );
  assert.equal(out[3], HEARTBEAT);
});

test("split finds the frames of a hex dump, whatever its line breaks, and reports the damage", async () => {
  const dump = `0011 ${HEARTBEAT.slice(0, 9)}\n${HEARTBEAT.slice(9)}ff${LOGOUT}`;
  const { code, out, err } = await run(["split"], dump);
  assert.equal(code, 0);
  assert.deepEqual(out, [HEARTBEAT, LOGOUT]);
  const reports = err.map((line) => JSON.parse(line));
  assert.deepEqual(
    reports.slice(0, 2).map(({ damage }) => [damage.code, damage.offset, damage.length]),
    [
      ["SG_FRAME_START", 0, 2],
      ["SG_FRAME_START", 27, 1],
    ],
  );
  assert.deepEqual(reports[2], { frames: 2, bytes: 61, skippedBytes: 3, damages: 2 });
});

test("split reads binary dumps in chunks", async () => {
  const bytes = Buffer.from(HEARTBEAT + LOGOUT, "hex");
  const { out } = await run(["split"], [bytes.subarray(0, 30), bytes.subarray(30)]);
  assert.deepEqual(out, [HEARTBEAT, LOGOUT]);
});

test("split finds frames in log lines, and a cut line costs no more than itself, however the input is cut into chunks", async () => {
  const log = [HEARTBEAT, LOGOUT, HEARTBEAT]
    .map((hex, i) => `2026-03-31 23:59:5${i}.123 INFO [rx-${i}] from 10.0.0.${i}:4433 ${hex.toUpperCase()}\n`)
    .join("");
  const cut = `${HEARTBEAT}\n${LOGOUT.slice(0, 41)}\n${LOGOUT}\n${HEARTBEAT}\n`;
  const wrapped = `${HEARTBEAT}${LOGOUT}`.repeat(40).replace(/.{61}/g, "$&\n");
  for (const size of [1, 61, 4000, 1 << 20])
    for (const [text, frames] of [
      [log, [HEARTBEAT, LOGOUT, HEARTBEAT]],
      [cut, [HEARTBEAT, LOGOUT, HEARTBEAT]],
      [wrapped, Array.from({ length: 40 }, () => [HEARTBEAT, LOGOUT]).flat()],
    ] as const) {
      const bytes = Buffer.from(text);
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      assert.deepEqual((await run(["split"], chunks)).out, frames, `chunks of ${size}`);
    }
});

test("split says of text without hex how much of it there was", async () => {
  const { code, out, err } = await run(["split"], "nothing in here\n".repeat(1000));
  assert.equal(code, 0);
  assert.deepEqual(out, []);
  assert.equal(JSON.parse(err[err.length - 1]).skippedBytes, 16_000);
});

test("split reads dumps with offsets and text columns", async () => {
  const bytes = Buffer.from(`${HEARTBEAT}ff${LOGOUT}`, "hex");
  const xxd = Array.from({ length: Math.ceil(bytes.length / 16) }, (_, i) => {
    const row = bytes.subarray(i * 16, i * 16 + 16);
    const groups = (row.toString("hex").match(/.{1,4}/g) ?? []).join(" ").padEnd(39);
    return `${(i * 16).toString(16).padStart(8, "0")}: ${groups}  ${row.toString("latin1").replace(/[^ -~]/g, ".")}\n`;
  }).join("");
  const { out } = await run(["split"], [Buffer.from(xxd.slice(0, 90)), Buffer.from(xxd.slice(90))]);
  assert.deepEqual(out, [HEARTBEAT, LOGOUT]);
});

test("explain shows every field with offset, value and clause, and the damage between frames", async () => {
  const { out } = await run(["explain", `${sealed(REPORT)}00${HEARTBEAT}`]);
  assert.ok(
    out.some((line) => /^ +34 +2 +01e8 +vehicle\.speed +48\.8 km\/h = 488 × 0\.1 +\[车速, 2016 表9/.test(line)),
    out.join("\n"),
  );
  assert.ok(out.some((line) => line.startsWith("SG_FRAME_START: 1 bytes at 52")));
  assert.ok(
    out.every((line) => !line.includes("\u001B")),
    "no colours into a pipe",
  );
  assert.ok(out.some((line) => line.includes("7 heartbeat")));
});

test("explain shows what can be read of a damaged frame", async () => {
  const { out } = await run(["explain", HEARTBEAT.replace(/c2$/, "c3")]);
  assert.match(out[0], /^SG_FRAME_BCC/);
  assert.ok(out.some((line) => line.includes("wrong, calculated c2")));
});

test("explain takes a pasted dump with offsets and text columns, frames going on from line to line", async () => {
  const bytes = Buffer.from(`${HEARTBEAT}ff${LOGOUT}`, "hex");
  const lines = Array.from({ length: Math.ceil(bytes.length / 16) }, (_, i) => {
    const row = bytes.subarray(i * 16, i * 16 + 16);
    const groups = (row.toString("hex").match(/.{1,4}/g) ?? []).join(" ").padEnd(39);
    return `${(i * 16).toString(16).padStart(8, "0")}: ${groups}  ${row.toString("latin1").replace(/[^ -~]/g, ".")}`;
  });
  const { code, out } = await run(["explain", "--json"], lines.join("\n"));
  assert.equal(code, 0);
  const pieces = out.map((line) => JSON.parse(line));
  assert.deepEqual(
    pieces.map((piece) => [piece.kind, piece.offset, piece.message ?? piece.code]),
    [
      ["frame", 0, "heartbeat"],
      ["damage", 25, "SG_FRAME_START"],
      ["frame", 26, "vehicleLogout"],
    ],
  );
  assert.equal(pieces[2].fields.find((field: { name: string }) => field.name === "sequence").value, 1);
  const binary = await run(["explain", "--json"], [bytes]);
  assert.deepEqual(binary.out, out);
});

test("explain says when there is no hex in the input", async () => {
  const { code, err } = await run(["explain", "nothing"]);
  assert.equal(code, 1);
  assert.match(err[0], /^SG_HEX/);
});

test("explain colours on a terminal, unless NO_COLOR is set", async () => {
  const output = async (env: Record<string, string>): Promise<string> => {
    let text = "";
    const stdout = Object.assign(
      new Writable({
        write: (chunk, _encoding, done) => {
          text += String(chunk);
          done();
        },
      }),
      { isTTY: true },
    );
    async function* nothing(): AsyncGenerator<Uint8Array> {}
    await frameCommand(["explain", HEARTBEAT], { stdin: nothing(), stdout, stderr: stdout, env });
    return text;
  };
  const plain = await output({ NO_COLOR: "1" });
  const coloured = await output({});
  assert.ok(!plain.includes("\u001B"));
  assert.equal(stripVTControlCharacters(coloured), plain);
  assert.ok(coloured.includes("\u001B[36m"));
});

test("an unknown subcommand is refused with the usage", async () => {
  const { code, err } = await run(["dekode"]);
  assert.equal(code, 2);
  assert.match(err[0], /^SG_CLI_USAGE/);
  assert.equal((await run(["--help"])).code, 0);
});

test("schema prints the schema of decode's lines", async () => {
  const { code, out } = await run(["schema"]);
  assert.equal(code, 0);
  assert.equal(JSON.parse(out.join("\n")).title, "GB/T 32960.3 frame");
});

test("a dialect decides where the sources of the standard contradict each other", async () => {
  // Edition 2025, setting of parameter 02 in the width of edition 2016.
  const bytes = sealed("242481fe4c5445535456494e30303030303030303101000a1a031f173b3a0102000a00");
  const [plain, wide] = [
    await run(["decode", bytes]),
    await run(["decode", "--dialect", "parameterWidths=2016", bytes]),
  ];
  assert.deepEqual(JSON.parse(plain.out[0]).trailing, "0a");
  assert.deepEqual(JSON.parse(wide.out[0]).parameters, [{ id: 2, name: "reportPeriod", value: 10 }]);
  const back = await run(["encode", "--dialect", "parameterWidths=2016", wide.out[0]]);
  assert.deepEqual(back.out, [bytes]);
  const explained = await run(["explain", "--dialect", "parameterWidths=2016", bytes]);
  assert.ok(
    explained.out.some((line) => /parameters\[0\]\.reportPeriod +10 s /.test(line)),
    explained.out.join("\n"),
  );
  const wrong = await run(["decode", "--dialect", "firstCell=2", bytes]);
  assert.deepEqual([wrong.code, wrong.err[0]], [2, "SG_CLI_USAGE: --dialect firstCell=2"]);
});
