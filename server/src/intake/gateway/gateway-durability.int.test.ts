import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Journal } from "../../journal/mod.ts";
import { randomFrom } from "../../journal/random-rows.fixture.ts";
import { smallDisk, temporaryFolder } from "../../journal/temporary.fixture.ts";
import {
  Client,
  login,
  numbered,
  platformLogin,
  serialOf,
  startGateway,
  storedRows,
  until,
} from "./gateway.fixture.ts";

/** Sends numbered frames, a few unanswered at a time, and knows which were answered: replies come in order. */
class Sender {
  readonly answered: number[] = [];
  readonly #vin: string;
  readonly #client: Client;
  #sent: number[] = [];
  #seenReplies = 1;
  #timer: NodeJS.Timeout;

  constructor(client: Client, vin: string, nextSerial: () => number) {
    this.#client = client;
    this.#vin = vin;
    this.#timer = setInterval(() => {
      this.#count();
      if (client.closed || this.#sent.length > 500) return;
      const serials = Array.from({ length: 25 }, nextSerial);
      this.#sent.push(...serials);
      client.send(...serials.map((serial) => numbered(serial, this.#vin)));
    }, 1);
  }

  #count(): void {
    for (; this.#seenReplies < this.#client.replies.length; this.#seenReplies++) {
      assert.equal(this.#client.replies[this.#seenReplies][3], 1);
      this.answered.push(this.#sent.shift() as number);
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#count();
    this.#client.socket.destroy();
  }
}

test("after kill -9 at any instant every answered frame is readable, each reception once", async (context) => {
  const folder = temporaryFolder("kill");
  let journal: Journal | undefined;
  context.after(async () => {
    await journal?.close();
    folder.remove();
  });
  const random = randomFrom(20_261_121);
  const answered = new Set<number>();
  let serial = 0;
  for (let round = 0; round < 12; round++) {
    const child = fork(join(import.meta.dirname, "crash.fixture.ts"), [folder.path]);
    const [{ port }] = (await once(child, "message")) as [{ port: number }];
    const platform = await Client.connect(port);
    platform.send(platformLogin("platform", "right"));
    await platform.receive(1);
    const terminal = await Client.connect(port);
    terminal.send(login({ vin: "LTESTVAN000000009" }));
    await terminal.receive(1);
    const senders = [
      new Sender(platform, "LTESTVAN000000007", () => serial++),
      new Sender(terminal, "LTESTVAN000000009", () => serial++),
    ];
    await sleep(20 + random() * 200);
    child.kill("SIGKILL");
    await once(child, "exit");
    await sleep(5);
    for (const sender of senders) {
      sender.stop();
      for (const number of sender.answered) answered.add(number);
    }
  }
  journal = await Journal.open({ folder: folder.path, minFreeBytes: 0 });
  const rows = await storedRows(journal);
  const serials = rows.filter(({ command }) => command === 2).map(({ raw }) => serialOf(raw));
  assert.ok(answered.size > 1000, `enough was answered to mean something: ${answered.size}`);
  assert.equal(new Set(serials).size, serials.length, "no reception is stored twice");
  const stored = new Set(serials);
  assert.deepEqual(
    [...answered].filter((number) => !stored.has(number)),
    [],
    "no answered frame is missing",
  );
  assert.deepEqual(
    rows.map(({ seq }) => seq),
    rows.map((_, index) => rows[0].seq + index),
    "sequence without gaps or repeats",
  );
});

test("a full disk pauses intake: no answer, an alarm, and everything is answered when space returns", async (context) => {
  const disk = smallDisk(6);
  if ("skip" in disk) {
    context.skip(disk.skip);
    return;
  }
  const bench = await startGateway(context, {
    journalOptions: { folder: join(disk.path, "journal"), blockRows: 64, poolBlocks: 4 },
  });
  context.after(() => disk.remove());
  const alarms: (string | undefined)[] = [];
  bench.journal.onStatus(({ code }) => alarms.push(code));
  const client = await bench.connect();
  client.send(platformLogin("platform", "right"));
  await client.receive(1);

  const ballast = join(disk.path, "ballast");
  await writeFile(ballast, Buffer.alloc(8 << 20)).catch((error: NodeJS.ErrnoException) =>
    assert.equal(error.code, "ENOSPC"),
  );
  const count = 2000;
  client.send(...Array.from({ length: count }, (_, i) => numbered(i, "LTESTVAN000000007")));
  await until(() => bench.journal.status().paused, "paused");
  await until(() => bench.gateway.metrics().heldLinks === 1, "the socket is not read");
  await sleep(150);
  assert.equal(client.replies.length, 1, "no false answer");
  assert.equal((await bench.rows()).length, 1);
  assert.deepEqual(alarms, ["SG_JOURNAL_DISK_FULL"]);

  await rm(ballast);
  await client.receive(count + 1);
  assert.deepEqual(alarms, ["SG_JOURNAL_DISK_FULL", undefined]);
  const serials = (await bench.rows()).filter(({ command }) => command === 2).map(({ raw }) => serialOf(raw));
  assert.deepEqual(
    serials,
    Array.from({ length: count }, (_, i) => i),
    "each frame once and in order",
  );
});

test("a stopped gateway answers what it took before it closes the links", async (context) => {
  const bench = await startGateway(context, { journalOptions: { blockAgeMs: 100 } });
  const client = await bench.connect();
  client.send(
    platformLogin("platform", "right"),
    ...Array.from({ length: 50 }, (_, i) => numbered(i, "LTESTVAN000000007")),
  );
  await until(() => bench.gateway.metrics().frames === 51, "taken");
  await bench.gateway.close();
  await client.gone();
  assert.equal(client.replies.length, 51);
});

test("a peer that does not read its answers does not keep a gateway from stopping", async (context) => {
  const bench = await startGateway(context);
  const client = await bench.connect();
  client.send(platformLogin("platform", "right"));
  await client.receive(1);
  client.socket.pause();
  const frame = numbered(1, "LTESTVAN000000007");
  // More answers than the buffers between the two hold.
  const many = Buffer.concat(Array.from({ length: 5_000 }, () => frame));
  const isStuck = async (): Promise<boolean> => {
    const before = bench.gateway.metrics().frames;
    await sleep(100);
    return bench.gateway.metrics().frames === before;
  };
  for (let sent = 0; sent < 200 && !(sent > 20 && (await isStuck())); sent++) client.send(many);
  assert.ok(await isStuck(), "its answers wait");
  await bench.gateway.close(100);
  client.socket.destroy();
});
