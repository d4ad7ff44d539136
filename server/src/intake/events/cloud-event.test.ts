import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readBatch, readBinary, readStructured } from "./cloud-event.ts";
import { RecentKeys } from "./recent-keys.ts";
import { parseInstant } from "./received-event.ts";

const EVENT = {
  specversion: "1.0",
  id: "1",
  source: "urn:x",
  type: "outputs_total",
  subject: "ai_service/chat",
  data: { value: 5 },
};

test("a structured event: names, subject, time, data", () => {
  const event = readStructured({ ...EVENT, time: "2026-11-22T10:00:00.25+08:00", tenant: "t1" }, 0);
  assert.deepEqual(event, {
    kind: "ai_service",
    subject: "chat",
    source: "urn:x",
    id: "1",
    time: Date.UTC(2026, 10, 22, 2, 0, 0, 250),
    name: "outputs_total",
    value: 5,
    content: { fields: { value: 5 }, context: { subject: "ai_service/chat", tenant: "t1" } },
    format: "cloudevent",
  });
});

test("what the specification demands is refused with its place", () => {
  const wrong: readonly (readonly [object: unknown, attribute: string])[] = [
    [[], "event"],
    [{ ...EVENT, specversion: "0.3" }, "specversion"],
    [{ ...EVENT, id: "" }, "id"],
    [{ ...EVENT, id: undefined }, "id"],
    [{ ...EVENT, source: 5 }, "source"],
    [{ ...EVENT, type: undefined }, "type"],
    [{ ...EVENT, time: "yesterday" }, "time"],
    [{ ...EVENT, time: "2026-02-30T00:00:00Z" }, "time"],
    [{ ...EVENT, Tenant: "t" }, "Tenant"],
    [{ ...EVENT, tenant: 1.5 }, "tenant"],
    [{ ...EVENT, tenant: { a: 1 } }, "tenant"],
    [{ ...EVENT, subject: "" }, "subject"],
    [{ ...EVENT, subjectkind: "ship" }, "subjectkind"],
    [{ ...EVENT, data_base64: "AA==" }, "data_base64"],
    [{ ...EVENT, data: undefined, data_base64: "A" }, "data_base64"],
    [{ ...EVENT, type: "x".repeat(1_025) }, "type"],
  ];
  for (const [object, attribute] of wrong) {
    assert.throws(
      () => readStructured(JSON.parse(JSON.stringify(object)), 3),
      (error: { code: string; parameters: Record<string, unknown> }) => {
        assert.equal(error.code, "SG_EVENT_INVALID");
        assert.deepEqual([error.parameters["index"], error.parameters["attribute"]], [3, attribute]);
        return true;
      },
    );
  }
});

test("null attributes count as absent; data of any JSON kind is kept", () => {
  assert.equal(readStructured({ ...EVENT, time: null, tenant: null }, 0).time, undefined);
  assert.deepEqual(readStructured({ ...EVENT, data: [1, 2] }, 0).content.fields, { data: [1, 2] });
  assert.equal(readStructured({ ...EVENT, data: 7.5 }, 0).value, 7.5);
  assert.deepEqual(
    readStructured({ ...EVENT, data: undefined, data_base64: Buffer.from('{"value":3}').toString("base64") }, 0).value,
    3,
  );
});

test("a batch is read whole or refused with the place of the mistake", () => {
  assert.deepEqual(readBatch([]), []);
  assert.equal(readBatch([EVENT, { ...EVENT, id: "2" }]).length, 2);
  assert.throws(() => readBatch([EVENT, { ...EVENT, id: 2 }]), { code: "SG_EVENT_INVALID" });
  assert.throws(() => readBatch({}), { code: "SG_EVENT_INVALID" });
});

test("binary mode: attributes in percent-encoded headers, the body is the data", () => {
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "ce-specversion": "1.0",
    "ce-id": "9",
    "ce-source": "/platform/%E4%BA%91",
    "ce-type": "login_failed",
    "ce-subject": "backend_account/root",
    "user-agent": "x",
  };
  const event = readBinary(headers, Buffer.from('{"ip":"10.0.0.1"}'));
  assert.deepEqual(
    [event.kind, event.subject, event.source, event.name],
    ["backend_account", "root", "/platform/云", "login_failed"],
  );
  assert.deepEqual(event.content.fields, { ip: "10.0.0.1" });
  assert.deepEqual(readBinary({ ...headers, "content-type": "image/png" }, Buffer.of(1, 2)).content.fields, {
    bytes: 2,
  });
  assert.deepEqual(readBinary({ ...headers, "content-type": undefined }, Buffer.alloc(0)).content.fields, {});
  assert.throws(() => readBinary({ ...headers, "ce-id": undefined }, Buffer.alloc(0)), { code: "SG_EVENT_INVALID" });
});

test("binary mode: header values in double quotes, as older senders write them", () => {
  const event = readBinary(
    {
      "ce-specversion": '"1.0"',
      "ce-id": "7%22f",
      "ce-source": '"urn:x"',
      "ce-type": "login_failed",
      "ce-subject": '"platform/a \\"b\\" %E4%BA%91"',
    },
    Buffer.alloc(0),
  );
  assert.deepEqual([event.source, event.id, event.subject], ["urn:x", '7"f', 'a "b" 云']);
});

test("the kind of subject is named, or follows from the event", () => {
  const kindOf = (more: object) => {
    const { kind, subject } = readStructured({ ...EVENT, ...more }, 0);
    return `${kind}/${subject}`;
  };
  assert.equal(kindOf({ subject: "platform/p1" }), "platform/p1");
  assert.equal(kindOf({ subject: "p/1", subjectkind: "platform" }), "platform/p/1");
  assert.equal(kindOf({ subject: "veh_0000000000001" }), "vehicle/veh_0000000000001");
  assert.equal(kindOf({ subject: "chat", type: "gen_ai.evaluation.result" }), "ai_service/chat");
  assert.equal(kindOf({ subject: undefined, type: "cyber_incident" }), "platform/urn:x");
});

test("instants read back as they were written, in any zone", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4_102_444_800_000 }),
      fc.integer({ min: -14 * 60, max: 14 * 60 }),
      (ms, minutes) => {
        assert.equal(parseInstant(new Date(ms).toISOString()), ms);
        const zone = `${minutes < 0 ? "-" : "+"}${String(Math.trunc(Math.abs(minutes) / 60)).padStart(2, "0")}:${String(Math.abs(minutes) % 60).padStart(2, "0")}`;
        assert.equal(parseInstant(new Date(ms + minutes * 60_000).toISOString().replace("Z", zone)), ms);
      },
    ),
  );
  for (const bad of ["2026-11-22", "2026-11-22T10:00:00", "2026-13-01T00:00:00Z", "22 Nov 2026", ""])
    assert.equal(parseInstant(bad), undefined);
});

test("the last keys are remembered, at least half the capacity and never more", () => {
  const keys = new RecentKeys<number>(100);
  for (let i = 0; i < 1_000; i++) {
    assert.equal(keys.add(i), true);
    assert.equal(keys.add(i), false);
    for (let back = 0; back < 50 && back <= i; back++) assert.ok(keys.has(i - back));
    assert.ok(!keys.has(i - 100));
  }
});
