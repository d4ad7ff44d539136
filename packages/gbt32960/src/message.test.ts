import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CodecError,
  Command,
  decodeFrame,
  encodeFrame,
  encodeFrameInto,
  fieldsOf,
  toHex,
  type Message,
  type MessageDraft,
} from "./mod.ts";
import { bytesOf, frameOf, randomReport, report, seeded, TIME_BYTES } from "../testing/fixtures.ts";

const TIME = "2026-03-31T23:59:58+08:00";
const draft = (message: Record<string, unknown>): MessageDraft =>
  ({ edition: 2016, vin: "LTESTVIN000000001", time: TIME, ...message }) as unknown as MessageDraft;
const unitOf = (frame: Uint8Array) => toHex(frame, 24, frame.length - 1);
const refuses = (message: Record<string, unknown>, pattern: RegExp) =>
  assert.throws(
    () => encodeFrame(draft(message)),
    (error) => {
      assert.equal((error as CodecError).code, "SG_MESSAGE_INVALID");
      assert.match((error as Error).message, pattern);
      return true;
    },
  );

test("counts, types, command, flag and encryption may be left out of a message made by hand", () => {
  const frame = encodeFrame(
    draft({
      kind: "realtimeReport",
      items: [
        {
          kind: "motors",
          motors: [
            {
              number: 1,
              state: 1,
              controllerTemperature: 20,
              speed: 3000,
              torque: -5.5,
              temperature: "invalid",
              controllerInputVoltage: 365,
              controllerDcBusCurrent: 20,
            },
          ],
        },
      ],
    }),
  );
  assert.equal(frame[2], Command.realtimeReport);
  assert.equal(frame[3], 0xfe);
  assert.equal(frame[21], 1);
  assert.equal(unitOf(frame), "1a031f173b3a020101013c59d84de9ff0e4227d8");
});

test("gear, position status and alarm flags may be plain numbers", () => {
  const items = [
    { kind: "location", status: 3, longitude: 116.397428, latitude: 39.90923 },
    { kind: "alarm", level: 3, flags: 2 ** 31 },
  ];
  assert.equal(
    unitOf(encodeFrame(draft({ kind: "reissuedReport", items }))),
    "1a031f173b3a050306f015740260f76e07038000000000000000",
  );
});

test("a value that its field cannot hold is refused with its place", () => {
  const vehicle = (fields: object) => ({
    kind: "realtimeReport",
    items: [{ kind: "alarm", level: 0, flags: 0, ...fields }],
  });
  refuses(vehicle({ level: 256 }), /items\[0\]\.level/);
  refuses(vehicle({ level: 1.5 }), /items\[0\]\.level/);
  refuses(vehicle({ level: undefined }), /level/);
  refuses(
    { kind: "realtimeReport", items: [{ kind: "engine", state: 1, crankshaftSpeed: 65_534, fuelRate: 1 }] },
    /crankshaftSpeed/,
  );
  refuses(
    { kind: "realtimeReport", items: [{ kind: "engine", state: 1, crankshaftSpeed: Number.NaN, fuelRate: 1 }] },
    /crankshaftSpeed/,
  );
  refuses(
    { kind: "realtimeReport", items: [{ kind: "engine", state: 1, crankshaftSpeed: "high", fuelRate: 1 }] },
    /crankshaftSpeed/,
  );
  refuses(
    { kind: "realtimeReport", items: [{ kind: "supercapacitor" }] },
    /supercapacitor does not exist in edition 2016/,
  );
  refuses({ kind: "realtimeReport", items: [{ kind: "oem", type: 0x20, data: "" }] }, /not user-defined/);
  refuses({ kind: "realtimeReport", items: [null] }, /items\[0\]/);
  refuses({ kind: "realtimeReport", items: [], time: "yesterday" }, /time/);
  refuses({ kind: "activation" }, /activation does not exist in edition 2016/);
  refuses({ kind: "heartbeat", vin: "LTESTVIN0000000012" }, /vin/);
  refuses({ kind: "heartbeat", vin: "车" }, /vin/);
  refuses({ kind: "opaque", command: 0xc0, data: "0g" }, /hexadecimal/);
});

test("whatever the JSON is, encoding gives a frame that reads back or a coded error", () => {
  const random = seeded(3);
  const odd = [
    null,
    undefined,
    -1,
    1.5,
    1e300,
    "x",
    "ff",
    [],
    {},
    [null],
    { raw: "x" },
    true,
    { hex: "zz" },
    "abnormal",
  ];
  const spoil = (value: unknown): unknown => {
    if (random() % 12 === 0) return odd[random() % odd.length];
    if (Array.isArray(value)) return value.map(spoil);
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, spoil(inner)]));
    return value;
  };
  let written = 0;
  for (let i = 0; i < 3000; i++) {
    const frame =
      i % 3 === 0
        ? frameOf(2016, [1, 4, 5, 0x80, 0x81, 0x82][random() % 6], [...TIME_BYTES, 0, 1, ...new Uint8Array(40)])
        : randomReport(random, i % 2 === 0 ? 2016 : 2025);
    const message = spoil(decodeFrame(frame, { malformed: "keep" })) as Message;
    if (typeof message !== "object" || message === null) continue;
    try {
      decodeFrame(encodeFrame(message), { malformed: "keep" });
      written++;
    } catch (error) {
      assert.ok(
        error instanceof CodecError && error.code === "SG_MESSAGE_INVALID",
        `${JSON.stringify(message)}: ${(error as Error).stack}`,
      );
    }
  }
  assert.ok(written > 100);
});

test("a list must be as long as its count says, and FE and FF counts have none", () => {
  const motors = (motorCount: number, length: number) => ({
    kind: "realtimeReport",
    items: [
      {
        kind: "motors",
        motorCount,
        motors: Array.from({ length }, () => ({
          number: 1,
          state: 1,
          controllerTemperature: 1,
          speed: 1,
          torque: 1,
          temperature: 1,
          controllerInputVoltage: 1,
          controllerDcBusCurrent: 1,
        })),
      },
    ],
  });
  refuses(motors(2, 1), /motors has 1 items, but motorCount is 2/);
  refuses(motors(255, 1), /motorCount is 255/);
  assert.equal(unitOf(encodeFrame(draft(motors(255, 0)))), "1a031f173b3a02ff");
});

test("a message that does not fit into a frame is refused", () => {
  const oem = { kind: "oem", type: 0x80, data: "00".repeat(40_000) };
  refuses({ kind: "realtimeReport", items: [oem, oem] }, /does not fit/);
});

test("a frame can be written into a buffer of the caller", () => {
  const message = draft({ kind: "heartbeat" });
  const target = new Uint8Array(60);
  assert.equal(encodeFrameInto(message, target, 10), 25);
  assert.deepEqual(target.subarray(10, 35), encodeFrame(message));
  assert.throws(() => encodeFrameInto(message, target, 40), CodecError);
});

test("pack codes that are no text are kept as bytes, missing codes as a count", () => {
  const login = (hex: string) =>
    frameOf(2016, 1, [...TIME_BYTES, 0, 7, ...Buffer.from("89860000000000000014"), ...bytesOf(hex)]);
  for (const [hex, codes] of [
    ["0203410102424344", [{ hex: "410102" }, "BCD"]],
    ["0300", []],
    ["ff05", []],
    ["01ff", []],
    ["02fe", []],
    ["01024100", ["A"]],
  ] as const) {
    const frame = login(hex);
    const message = decodeFrame(frame);
    assert.equal(message.kind, "vehicleLogin");
    if (message.kind === "vehicleLogin" && message.edition === 2016) assert.deepEqual(message.codes, codes);
    assert.deepEqual(encodeFrame(message), frame);
  }
});

test("a user name in GB 18030 is shown as text only where the same bytes come back", () => {
  const login = (user: string) =>
    frameOf(2016, 5, [...TIME_BYTES, 0, 1, ...bytesOf(user), ...Buffer.from("1234567890123456789\0"), 1]);
  for (const [hex, shown] of [
    ["cdfebaa3b9e3cca9bfd5b8db", "威海广泰空港"],
    ["cdfe00000000000000000000", "威"],
    ["cdfe8139ee39000000000000", "威㐀"],
    ["80ff00000000000000000000", { hex: "80ff00000000000000000000" }],
    ["8130813041424344454647ff", { hex: "8130813041424344454647ff" }],
  ] as const) {
    const message = decodeFrame(login(hex));
    if (message.kind === "platformLogin") assert.deepEqual(message.user, shown);
    assert.deepEqual(encodeFrame(message), login(hex));
  }
});

test("times that are no calendar times survive", () => {
  const frame = frameOf(2016, 2, [255, 13, 32, 25, 61, 100]);
  const message = decodeFrame(frame);
  assert.equal("time" in message && message.time, "2255-13-32T25:61:100+08:00");
  assert.deepEqual(encodeFrame(message), frame);
});

test("any body of a reply is accepted: none, time only, the whole request", () => {
  for (const unit of [[], [...TIME_BYTES], [1, 2, 3], [...TIME_BYTES, 1, 1, 3, 1]]) {
    const frame = frameOf(2016, 2, unit, { flag: 1 });
    const message = decodeFrame(frame);
    assert.equal(message.kind, "reply");
    assert.deepEqual(encodeFrame(message), frame);
  }
});

test("an unknown type of edition 2025 ends where a signature fits to the end of the data unit", () => {
  const frame = report(2025, "79", "00112233", "ff", "01", "0002", "abcd", "0001", "ef");
  const message = decodeFrame(frame);
  assert.equal(message.kind, "realtimeReport");
  if (message.kind === "realtimeReport")
    assert.deepEqual(
      message.items.map((item) => item.kind),
      ["unknown", "signature"],
    );
  assert.deepEqual(encodeFrame(message), frame);
});

test("a malformed data unit is refused, or kept on request with the reason", () => {
  const frame = report(2016, "010103");
  assert.throws(
    () => decodeFrame(frame),
    (error) => (error as CodecError).code === "SG_BODY_TRUNCATED" && (error as CodecError).offset === 33,
  );
  const kept = decodeFrame(frame, { malformed: "keep" });
  assert.equal(kept.kind === "malformed" && kept.error.code, "SG_BODY_TRUNCATED");
  assert.deepEqual(encodeFrame(kept), frame);
});

test("parameters have the widths of their edition; an unknown one takes the rest", () => {
  const query = (edition: 2016 | 2025, hex: string) =>
    decodeFrame(frameOf(edition, 0x80, [...TIME_BYTES, ...bytesOf(hex)], { flag: 1 }));
  const values = (message: ReturnType<typeof query>) =>
    message.kind === "parameterReply" ? message.parameters.map(({ id, value }) => [id, value]) : message.kind;
  assert.deepEqual(values(query(2016, "0202000a0303e8")), [
    [2, 10],
    [3, 1000],
  ]);
  assert.deepEqual(values(query(2025, "02020a0301")), [
    [2, 10],
    [3, 1],
  ]);
  assert.deepEqual(values(query(2016, "03040305612e6280aabb")), [
    [4, 3],
    [5, "a.b"],
    [0x80, { hex: "aabb" }],
  ]);
  assert.deepEqual(values(query(2016, "0105612e62")), [[5, { hex: "612e62" }]], "05 without 04 has no length");
  assert.equal(values(query(2016, "0502000a")), "reply", "fewer than announced: kept as a reply of bytes");
});

test("fields name what the bytes mean", () => {
  const fields = fieldsOf(report(2025, "05", "04", "02", "06f01574", "0260f76e"));
  const longitude = fields.find((field) => field.name === "location.longitude");
  assert.deepEqual(longitude, {
    offset: 33,
    length: 4,
    name: "location.longitude",
    title: "经度",
    raw: "06f01574",
    value: 116.397428,
    unit: "°",
    clause: "2025 表21, 表22",
    section: "body",
    item: 0,
    number: 116_397_428,
    scale: { bias: 0, perUnit: 1_000_000 },
    range: [0, 180_000_000],
  });
  assert.equal(fields.at(-1)?.value, "correct");
});

test("fields of a damaged frame show what could be read and what not", () => {
  const broken = report(2016, "0701", "00000000", "02", "00000001");
  broken[broken.length - 1] ^= 0x10;
  const fields = fieldsOf(broken);
  assert.equal(fields.find((field) => field.name === "alarm.storageFaults[0].code")?.value, "00000001");
  assert.match(String(fields.at(-1)?.value), /^wrong, calculated/);
  assert.deepEqual(
    fieldsOf(new Uint8Array(3)).map((field) => field.name),
    ["damaged"],
  );
});
