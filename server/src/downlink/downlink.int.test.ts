import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { decodeFrame, findAlarmText, type Message } from "@sandglass/gbt32960";
import {
  KEY_A,
  KEY_B,
  MAKER,
  MONITOR,
  openWorld,
  PATIENT,
  platform,
  reply,
  SAMR,
  terminal,
  VIN_A,
  VIN_B,
} from "./world.fixture.ts";

const QUERY = { vehicle: KEY_A, request: { kind: "query", parameters: [2, 5] }, reason: "spot check" } as const;
const ALARM = {
  vehicle: KEY_A,
  request: { kind: "control", control: "alarm", level: 3, text: "电池温度过高，请停车" },
  reason: "cell over-temperature",
} as const;

const decodedTime = (command: Buffer): string => (decodeFrame(command) as Message & { readonly time: string }).time;
const kinds = (events: readonly { kind: string }[]): string[] => events.map(({ kind }) => kind);

test("a query goes to the terminal at once and its answer is decoded, shown and recorded", async (context) => {
  const world = await openWorld(context);
  const client = await terminal(world);
  const { id, state } = await world.downlink.request(MAKER, QUERY);
  assert.equal(state, "queued");
  const [, command] = await client.receive(2);
  const message = decodeFrame(command);
  assert.ok(message.kind === "parameterQuery");
  assert.deepEqual([message.vin, message.edition, message.response], [VIN_A, 2016, 0xfe]);
  assert.deepEqual(message.ids, [2, 4, 5], "a domain name can only be read behind its length");
  client.send(
    reply(command, [
      { id: 2, value: 30 },
      { id: 4, value: 3 },
      { id: 5, value: "a.b" },
    ]),
  );
  await world.reaches(id, "answered");
  const { command: done, events } = await world.downlink.get(MAKER, id);
  assert.deepEqual(done.answer?.parameters, [
    { id: 2, name: "reportPeriod", value: 30 },
    { id: 4, name: "platformDomainLength", value: 3 },
    { id: 5, name: "platformDomain", value: "a.b" },
  ]);
  assert.deepEqual([done.flag, done.attempts, done.edition], [1, 1, 2016]);
  assert.deepEqual(kinds(events), ["requested", "sent", "answered"]);
  const leaves = await world.records.asSuperuser(
    "select id, content::text as content from ledger_leaves where subject = $1 order by ordinal",
    [id],
  );
  assert.deepEqual(
    leaves.map((leaf) => leaf["id"]),
    events.map((event) => event.leaf),
  );
  for (const leaf of leaves) {
    assert.ok(!String(leaf["content"]).includes(VIN_A), "no VIN in the ledger");
    assert.ok(!String(leaf["content"]).includes(Buffer.from(VIN_A).toString("hex")));
  }
});

test("the widths of the edition that the vehicle speaks are used, behind a platform too", async (context) => {
  const world = await openWorld(context);
  const client = await platform(world, [VIN_B]);
  const { id } = await world.downlink.request(MONITOR, {
    vehicle: KEY_B,
    request: {
      kind: "set",
      parameters: [
        { id: 2, value: 10 },
        { id: 3, value: 1 },
      ],
    },
    reason: "closer look",
  });
  const command = (await client.receive(3))[2];
  assert.equal(command.subarray(0, 2).toString(), "$$");
  assert.equal(command.toString("latin1", 4, 21), VIN_B);
  assert.equal(command.subarray(30, -1).toString("hex"), "02020a0301");
  client.send(reply(command));
  await world.reaches(id, "answered");
});

test("a control waits for a second person; who asked cannot approve, whoever he is", async (context) => {
  const world = await openWorld(context);
  const client = await terminal(world);
  const { id, state } = await world.downlink.request(MONITOR, ALARM);
  assert.equal(state, "awaiting_approval");
  await assert.rejects(world.downlink.act(MONITOR, id, "approve", "go ahead"), { code: "SG_FOUR_EYES" });
  await assert.rejects(
    world.records.transact(MONITOR, (tx) =>
      tx
        .updateTable("vehicle_commands")
        .set({ state: "queued", decided_by: MONITOR.id, decided_role: MONITOR.role })
        .where("id", "=", id)
        .execute(),
    ),
    /vehicle_commands_four_eyes/,
    "the database refuses it as well",
  );
  await sleep(50);
  assert.equal(client.replies.length, 1, "nothing was sent");
  assert.equal((await world.downlink.act(SAMR, id, "approve", "agreed by phone")).state, "queued");
  const command = decodeFrame((await client.receive(2))[1]);
  assert.ok(command.kind === "terminalControl" && command.control === 6);
  assert.deepEqual(findAlarmText(command.parameters), { level: 3, text: ALARM.request.text });
  client.send(reply(client.replies[1]));
  await world.reaches(id, "answered");
  const { events } = await world.downlink.get(SAMR, id);
  assert.deepEqual(
    events.map(({ kind, actor }) => [kind, actor.role]),
    [
      ["requested", "NAT_PLATFORM"],
      ["approved", "SAMR"],
      ["sent", "system:downlink"],
      ["answered", "system:downlink"],
    ],
  );
});

test("a rejected command is never sent, and cannot be decided again", async (context) => {
  const world = await openWorld(context);
  const client = await terminal(world);
  const { id } = await world.downlink.request(MONITOR, ALARM);
  assert.equal((await world.downlink.act(SAMR, id, "reject", "wrong vehicle")).state, "rejected");
  await assert.rejects(world.downlink.act(SAMR, id, "approve", "after all"), { code: "SG_ACTION_NOT_POSSIBLE" });
  await assert.rejects(world.downlink.act(MONITOR, id, "withdraw", "never mind"), { code: "SG_ACTION_NOT_POSSIBLE" });
  await sleep(50);
  assert.equal(client.replies.length, 1);
});

test("a setting that leads the vehicle to another platform needs a second person, others do not", async (context) => {
  const world = await openWorld(context);
  const ask = async (parameters: { id: number; value: number | string }[]) =>
    (await world.downlink.request(MONITOR, { vehicle: KEY_A, request: { kind: "set", parameters }, reason: "test" }))
      .state;
  assert.equal(await ask([{ id: 9, value: 60 }]), "queued");
  assert.equal(await ask([{ id: 5, value: "elsewhere.example" }]), "awaiting_approval");
  assert.equal(
    await ask([
      { id: 9, value: 60 },
      { id: 6, value: 9000 },
    ]),
    "awaiting_approval",
  );
  assert.equal(await ask([{ id: 0x0f, value: 9000 }]), "awaiting_approval");
});

test("a refusal of the vehicle ends the command with its flag", async (context) => {
  const world = await openWorld(context);
  const client = await terminal(world);
  const { id } = await world.downlink.request(MONITOR, {
    vehicle: KEY_A,
    request: { kind: "set", parameters: [{ id: 9, value: 60 }] },
    reason: "test",
  });
  client.send(reply((await client.receive(2))[1], undefined, 2));
  await world.reaches(id, "refused");
  assert.equal((await world.downlink.get(MONITOR, id)).command.flag, 2);
});

test("an unanswered command is repeated, given up, and its late answer is kept beside it", async (context) => {
  const world = await openWorld(context, { retryMs: 60 });
  const client = await terminal(world);
  const { id } = await world.downlink.request(MAKER, QUERY);
  await world.reaches(id, "timed_out");
  assert.equal(client.replies.length, 4, "a login reply and three attempts");
  client.send(reply(client.replies[2], [{ id: 2, value: 30 }]));
  const deadline = performance.now() + 40_000;
  const events = async () => kinds((await world.downlink.get(MAKER, id)).events);
  while (!(await events()).includes("late_answer") && performance.now() < deadline) await sleep(5);
  assert.deepEqual(await events(), ["requested", "sent", "sent", "sent", "timed_out", "late_answer"]);
  assert.equal(await world.state(id), "timed_out");
});

test("a vehicle is asked one thing at a time, in the order of the requests", async (context) => {
  const world = await openWorld(context);
  const client = await terminal(world);
  const ids: string[] = [];
  for (const parameter of [1, 2, 9])
    ids.push(
      (await world.downlink.request(MAKER, { ...QUERY, request: { kind: "query", parameters: [parameter] } })).id,
    );
  for (const [i, parameter] of [1, 2, 9].entries()) {
    const command = (await client.receive(2 + i))[1 + i];
    await sleep(40);
    assert.equal(client.replies.length, 2 + i, "the next one waits");
    assert.equal(command[31], parameter);
    client.send(reply(command, [{ id: parameter, value: 7 }]));
    await world.reaches(ids[i], "answered");
  }
});

test("a late reply to a given-up command does not answer the next one", async (context) => {
  const world = await openWorld(context, { tries: 1, retryMs: 400 });
  const client = await terminal(world);
  const first = await world.downlink.request(MAKER, QUERY);
  const [, sent] = await client.receive(2);
  await world.reaches(first.id, "timed_out");
  await world.restart(PATIENT);
  const second = await world.downlink.request(MAKER, { ...QUERY, request: { kind: "query", parameters: [9] } });
  await client.receive(3);
  client.send(reply(sent, [{ id: 2, value: 30 }]));
  await sleep(80);
  assert.equal(await world.state(second.id), "sent");
  client.send(reply(client.replies[2], [{ id: 9, value: 60 }]));
  await world.reaches(second.id, "answered");
  assert.deepEqual((await world.downlink.get(MAKER, second.id)).command.answer?.parameters, [
    { id: 9, name: "heartbeatPeriod", value: 60 },
  ]);
});

test("the reply to a repetition does not answer the next command, over a restart either", async (context) => {
  const world = await openWorld(context, { tries: 3, retryMs: 1_500 });
  const client = await terminal(world);
  const ask = (parameter: number) =>
    world.downlink.request(MAKER, { ...QUERY, request: { kind: "query", parameters: [parameter] } });
  const first = await ask(2);
  const [, sent, repeated] = await client.receive(3);
  client.send(reply(sent, [{ id: 2, value: 30 }]));
  await world.reaches(first.id, "answered");
  await world.restart(PATIENT);
  const second = await ask(9);
  const [, , , next] = await client.receive(4);
  assert.notEqual(decodedTime(next), decodedTime(repeated), "replies could not be told apart");
  client.send(reply(repeated, [{ id: 2, value: 30 }]));
  await sleep(80);
  assert.equal(await world.state(second.id), "sent");
  client.send(reply(next, [{ id: 9, value: 60 }]), reply(next, [{ id: 9, value: 61 }]));
  await world.reaches(second.id, "answered");
  const { command, events } = await world.downlink.get(MAKER, second.id);
  assert.deepEqual(command.answer?.parameters, [{ id: 9, name: "heartbeatPeriod", value: 60 }]);
  assert.deepEqual(kinds(events), ["requested", "sent", "answered"]);
});

test("a command for a vehicle without a link waits for it, and expires when it never comes", async (context) => {
  const world = await openWorld(context);
  const waits = await world.downlink.request(MAKER, QUERY);
  const expires = await world.downlink.request(MONITOR, { ...QUERY, vehicle: KEY_B, expiryMs: 150 });
  const undecided = await world.downlink.request(MONITOR, { ...ALARM, expiryMs: 150 });
  await world.reaches(expires.id, "expired");
  await world.reaches(undecided.id, "expired");
  await assert.rejects(world.downlink.act(SAMR, undecided.id, "approve", "too late"), {
    code: "SG_ACTION_NOT_POSSIBLE",
  });
  assert.equal(await world.state(waits.id), "queued");
  const client = await terminal(world);
  const [, command] = await client.receive(2);
  client.send(reply(command, [{ id: 2, value: 30 }]));
  await world.reaches(waits.id, "answered");
});

test("a restart goes on: what waits is sent, what was sent is answered or repeated", async (context) => {
  const world = await openWorld(context);
  const client = await terminal(world);
  const sent = await world.downlink.request(MAKER, QUERY);
  const [, command] = await client.receive(2);
  const waiting = await world.downlink.request(MAKER, { ...QUERY, request: { kind: "query", parameters: [9] } });
  await world.restart();
  assert.deepEqual([await world.state(sent.id), await world.state(waiting.id)], ["sent", "queued"]);
  client.send(reply(command, [{ id: 2, value: 30 }]));
  await world.reaches(sent.id, "answered");
  client.send(reply((await client.receive(3))[2], [{ id: 9, value: 60 }]));
  await world.reaches(waiting.id, "answered");
  assert.equal(client.replies.length, 3);
});

test("an attempt over a broken link is an event, and the next one takes the new link", async (context) => {
  const world = await openWorld(context, { tries: 100, retryMs: 300 });
  const first = await terminal(world);
  const { id } = await world.downlink.request(MAKER, QUERY);
  await first.receive(2);
  first.socket.destroy();
  const deadline = performance.now() + 40_000;
  const events = async () => kinds((await world.downlink.get(MAKER, id)).events);
  while (!(await events()).includes("unreachable") && performance.now() < deadline) await sleep(5);
  const second = await terminal(world);
  const [, again] = await second.receive(2);
  second.send(reply(again, [{ id: 2, value: 30 }]));
  await world.reaches(id, "answered");
  assert.equal((await world.downlink.get(MAKER, id)).command.link, 2);
});

test("a reply over a link that never had the command is not taken", async (context) => {
  const world = await openWorld(context);
  const client = await platform(world, [VIN_A, VIN_B], 2016);
  const { id } = await world.downlink.request(MAKER, QUERY);
  const command = (await client.receive(4))[3];
  const impostor = await terminal(world, VIN_A);
  impostor.send(reply(command, [{ id: 2, value: 1 }]));
  await sleep(80);
  assert.equal(await world.state(id), "sent");
  client.send(reply(command, [{ id: 2, value: 30 }]));
  await world.reaches(id, "answered");
});

test("a reply that cannot be decoded is kept as bytes with the reason", async (context) => {
  const world = await openWorld(context);
  const client = await terminal(world);
  const { id } = await world.downlink.request(MAKER, QUERY);
  const [, command] = await client.receive(2);
  const broken = Buffer.concat([
    command.subarray(0, 22),
    Buffer.from([0, 9]),
    command.subarray(24, 30),
    Buffer.from([9, 2, 0, 0]),
  ]);
  broken[3] = 1;
  broken[broken.length - 1] = broken.subarray(2, -1).reduce((bcc, byte) => bcc ^ byte, 0);
  client.send(broken);
  await world.reaches(id, "answered");
  const { answer } = (await world.downlink.get(MAKER, id)).command;
  assert.equal(answer?.parameters, undefined);
  assert.deepEqual(answer, {
    time: decodedTime(command),
    rest: "090200",
    problem: "the list of parameters cannot be read",
  });
});

test("the access password of an upgrade goes to the vehicle and nowhere else", async (context) => {
  const world = await openWorld(context);
  const client = await terminal(world);
  const { id } = await world.downlink.request(MONITOR, {
    vehicle: KEY_A,
    request: {
      kind: "control",
      control: "upgrade",
      order: "urlFirst",
      upgrade: {
        url: "ftp://fw.example/a.bin",
        accessPoint: "apn",
        user: "u",
        password: "topsecret",
        address: "0000c0a80001",
        port: 21,
        manufacturer: "ACME",
        hardwareVersion: "1.0.0",
        firmwareVersion: "2.0.0",
        timeLimit: 30,
      },
    },
    reason: "fix of the clock",
  });
  await world.downlink.act(SAMR, id, "approve", "tested in the lab");
  const [, command] = await client.receive(2);
  assert.ok(command.includes("topsecret"));
  const { events } = await world.downlink.get(SAMR, id);
  const written = await world.records.asSuperuser(
    "select detail::text as text from vehicle_command_events union all select content::text from ledger_leaves",
  );
  assert.ok(events.some(({ kind }) => kind === "sent"));
  for (const row of written) {
    assert.ok(!String(row["text"]).includes("topsecret"));
    assert.ok(!String(row["text"]).includes(Buffer.from("topsecret").toString("hex")));
  }
});

test("two requests with one idempotency id are one command", async (context) => {
  const world = await openWorld(context);
  const once = await world.downlink.request(MAKER, { ...QUERY, idempotencyId: "a" });
  assert.equal((await world.downlink.request(MAKER, { ...QUERY, idempotencyId: "a" })).id, once.id);
  await assert.rejects(world.downlink.request(MAKER, { ...ALARM, idempotencyId: "a" }), {
    code: "SG_IDEMPOTENCY_REUSED",
  });
  assert.notEqual((await world.downlink.request(MONITOR, { ...QUERY, idempotencyId: "a" })).id, once.id);
});
