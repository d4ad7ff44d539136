import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeFrame, findUpgrade, findBytes, terminalParameters } from "@sandglass/gbt32960";
import * as fc from "fast-check";
import type { CommandRequest } from "./command.ts";
import { commandFrame, decodeReply, withoutSecrets } from "./frames.ts";
import { APPROVAL_RULES, findApprovalRule } from "./policy.ts";
import { checkRequest, requestOf, type CommandInput } from "./request.ts";
import { shownUpgrade } from "./upgrade-request.ts";

const VIN = "LTESTVIN000000001";
const refuses = (body: CommandInput, path: RegExp, edition?: 2016 | 2025): void =>
  assert.throws(
    () => checkRequest(requestOf(body), edition),
    (error: { code?: string; message?: string }) =>
      error.code === "SG_REQUEST_INVALID" && path.test(error.message ?? ""),
  );
const set = (...parameters: NonNullable<CommandInput["parameters"]>): CommandInput => ({
  kind: "set",
  reason: "test",
  parameters,
});

test("a body must be whole and hold nothing of another kind", () => {
  refuses({ kind: "query", reason: "test" }, /parameters is missing/);
  refuses({ kind: "query", reason: "test", parameters: [1], level: 1 }, /level does not belong/);
  refuses({ kind: "control", reason: "test" }, /control is missing/);
  refuses({ kind: "control", reason: "test", control: "alarm", level: 1 }, /text is missing/);
  refuses({ kind: "control", reason: "test", control: "reset", text: "x" }, /text does not belong/);
  refuses({ kind: "control", reason: "test", control: "userDefined", id: 0x80, data: "0" }, /hexadecimal/);
  refuses(set(1), /has no value/);
});

test("ranges are those of the edition; without an edition one of the two must do", () => {
  const period = set({ id: 2, value: 600 });
  checkRequest(requestOf(period), 2016);
  refuses(period, /1 to 30 in edition 2025/, 2025);
  checkRequest(requestOf(period), undefined);
  refuses(set({ id: 2, value: 601 }), /1 to 600 in edition 2016/);
  checkRequest(requestOf({ kind: "control", reason: "test", control: "alarm", level: 4, text: "x" }), 2025);
  refuses({ kind: "control", reason: "test", control: "alarm", level: 4, text: "x" }, /0 to 3/, 2016);
  checkRequest(requestOf({ kind: "control", reason: "test", control: "alarm", level: 255, text: "x" }), 2025);
});

test("reserved, unsettable, repeated and misplaced parameters are refused", () => {
  refuses(set({ id: 0x11, value: 1 }), /reserves/);
  refuses(set({ id: 7, value: "1.0.0" }), /cannot be set/);
  refuses(set({ id: 9, value: 1 }, { id: 9, value: 2 }), /twice/);
  refuses(set({ id: 0x80, value: { hex: "00" } }, { id: 9, value: 2 }), /last/);
  refuses(set({ id: 4, value: 3 }, { id: 5, value: "a.example" }), /says 3/);
  refuses(set({ id: 4, value: 3 }), /behind it/);
  refuses(set({ id: 5, value: "with blank" }), /ASCII/);
  refuses({ kind: "query", reason: "test", parameters: [0x11] }, /reserves/);
  refuses({ kind: "control", reason: "test", control: "alarm", level: 1, text: "\ud83d" }, /GB 18030/);
  refuses({ kind: "control", reason: "test", control: "alarm", level: 1, text: "停".repeat(257) }, /at most 512/);
});

test("an upgrade parameter that holds its separator is refused with what to write instead", () => {
  const upgrade = (texts: object): CommandInput => ({
    kind: "control",
    reason: "test",
    control: "upgrade",
    upgrade: { url: "http://a.example/f.bin", ...texts },
  });
  checkRequest(requestOf(upgrade({ address: "59.59.59.59", port: 0x3b3b, timeLimit: 0x3b3b })), 2016);
  refuses(upgrade({ url: "http://a.example/f;v=2.bin" }), /upgrade\/url holds ";".*write "%3B"/);
  refuses(upgrade({ password: "a;b" }), /upgrade\/password holds ";", which separates the parameters of an upgrade$/);
  refuses(upgrade({ user: "张" }), /upgrade\/user needs printable ASCII/);
});

/** Any list of settings that the tables allow. */
const settings = (edition: 2016 | 2025): fc.Arbitrary<CommandRequest> =>
  fc
    .uniqueArray(
      fc.constantFrom(...terminalParameters(edition).filter((row) => row.settable && row.lengthOf === undefined)),
      {
        selector: ({ id }) => id,
        minLength: 1,
      },
    )
    .chain((rows) =>
      fc.tuple(
        ...rows.map((row) =>
          (row.kind === "text"
            ? fc.stringMatching(/^[a-z0-9.-]{1,60}$/)
            : fc.integer({ min: row.min, max: row.max })
          ).map((value) => ({ id: row.id, value })),
        ),
      ),
    )
    .map((parameters) => ({ kind: "set" as const, parameters }));

test("every list of settings that the tables allow is accepted, and read by the other side as it was meant", () => {
  for (const edition of [2016, 2025] as const) {
    fc.assert(
      fc.property(settings(edition), (request) => {
        checkRequest(request, edition);
        const message = decodeFrame(commandFrame({ request, edition, vin: VIN, at: 1_780_000_000_000 }));
        assert.ok(message.kind === "parameterSetting" && request.kind === "set");
        assert.equal(message.trailing, undefined);
        assert.deepEqual(
          message.parameters.filter(({ id }) => id !== 4 && id !== 0x0d).map(({ id, value }) => ({ id, value })),
          request.parameters,
        );
      }),
      { numRuns: 200, seed: 1 },
    );
  }
});

test("an upgrade reaches the vehicle in the chosen order, and is shown without its password", () => {
  for (const order of ["urlFirst", "urlNextToLast"] as const) {
    const request = requestOf({
      kind: "control",
      reason: "test",
      control: "upgrade",
      upgrade: {
        url: "ftp://x/y",
        password: "p;q".replace(";", "-"),
        address: "59.59.0.59",
        port: 0x3b3b,
        timeLimit: 60,
        order,
      },
    });
    checkRequest(request, 2016);
    const message = decodeFrame(commandFrame({ request, edition: 2016, vin: VIN, at: 1_780_000_000_000 }));
    assert.ok(message.kind === "terminalControl" && message.control === 1);
    const upgrade = findUpgrade(findBytes(message.parameters)!, order);
    assert.deepEqual(
      [upgrade?.url, upgrade?.password, upgrade?.address, upgrade?.port],
      ["ftp://x/y", "p-q", "00003b3b003b", 0x3b3b],
    );
    assert.ok(!JSON.stringify(withoutSecrets(request)).includes("p-q"));
    assert.ok(request.kind === "control" && request.control === "upgrade");
    assert.equal(
      shownUpgrade(request.upgrade).address,
      "59.59.0.59",
      "who approves reads the address as it was written",
    );
    assert.equal(shownUpgrade({ ...request.upgrade, address: "" }).address, "");
  }
  assert.throws(
    () => requestOf({ kind: "control", reason: "test", control: "upgrade", upgrade: { address: "1.2.3.256" } }),
    {
      code: "SG_REQUEST_INVALID",
    },
  );
});

test("every control, and every setting of an address, needs a second person", () => {
  assert.ok(APPROVAL_RULES.every(({ basis }) => basis.certainty === "P"));
  for (const id of [4, 5, 6, 0x0d, 0x0e, 0x0f])
    assert.equal(
      findApprovalRule({
        kind: "set",
        parameters: [
          { id: 9, value: 1 },
          { id, value: 1 },
        ],
      })?.id,
      "address",
    );
  assert.equal(findApprovalRule({ kind: "set", parameters: [{ id: 9, value: 1 }] }), undefined);
  assert.equal(findApprovalRule({ kind: "query", parameters: [5, 6] }), undefined);
  for (const control of ["powerOff", "reset", "factoryReset", "disconnect", "openSampling"] as const)
    assert.equal(findApprovalRule({ kind: "control", control })?.id, "control");
});

test("any frame of a reply becomes an answer", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(0x80, 0x81, 0x82),
      fc.integer({ min: 1, max: 7 }),
      fc.uint8Array({ maxLength: 60 }),
      fc.boolean(),
      (command, flag, unit, old) => {
        const frame = new Uint8Array(25 + unit.length).fill(0x30);
        frame.fill(old ? 0x23 : 0x24, 0, 2);
        frame.set([command, flag], 2);
        frame.set([1, 0, unit.length], 21);
        frame.set(unit, 24);
        frame[frame.length - 1] = frame.subarray(2, -1).reduce((bcc, byte) => bcc ^ byte, 0);
        const decoded = decodeReply(frame);
        assert.deepEqual([decoded.command, decoded.flag], [command, flag]);
        assert.equal(decoded.dataUnit.length, unit.length * 2);
      },
    ),
    { numRuns: 500, seed: 1 },
  );
});

test("a query's reply without a time is not read as if it had one", () => {
  const read = (edition: 2016 | 2025, unit: string) => {
    const bytes = findBytes(`${edition === 2016 ? "2323" : "2424"}8001${"30".repeat(17)}01`)!;
    const body = findBytes(unit)!;
    const frame = Uint8Array.from([...bytes, body.length >> 8, body.length & 0xff, ...body, 0]);
    frame[frame.length - 1] = frame.subarray(2, -1).reduce((bcc, byte) => bcc ^ byte, 0);
    return decodeReply(frame).answer;
  };
  const list = "05 01 03e8 02 0a 09 3c 04 03 05 612e62";
  const parameters = [
    { id: 1, name: "localStoragePeriod", value: 1000 },
    { id: 2, name: "reportPeriod", value: 10 },
    { id: 9, name: "heartbeatPeriod", value: 60 },
    { id: 4, name: "platformDomainLength", value: 3 },
    { id: 5, name: "platformDomain", value: "a.b" },
  ];
  assert.deepEqual(read(2025, list), { parameters });
  assert.deepEqual(read(2025, `1a0b170f1900 ${list}`), { time: "2026-11-23T15:25:00+08:00", parameters });
  assert.deepEqual(read(2016, "01 09 3c"), { parameters: [{ id: 9, name: "heartbeatPeriod", value: 60 }] });
  // A clock that is not set, and a count that does not fit, do not make a list without a time.
  assert.deepEqual(read(2016, "000000000000 01 09 3c"), {
    time: "2000-00-00T00:00:00+08:00",
    parameters: [{ id: 9, name: "heartbeatPeriod", value: 60 }],
  });
  assert.deepEqual(read(2025, "1a0b170f1900 01 09 3c 02 0a"), {
    time: "2026-11-23T15:25:00+08:00",
    parameters: [{ id: 9, name: "heartbeatPeriod", value: 60 }],
    rest: "020a",
  });
  assert.equal(read(2025, "").problem, "the list of parameters cannot be read");
});
