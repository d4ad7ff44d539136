import assert from "node:assert/strict";
import { Socket } from "node:net";
import { test } from "node:test";
import { bccOf, FrameReader } from "@sandglass/gbt32960";
import { ObservationBlock } from "@sandglass/signals";
import { randomReport, seeded, type Random } from "../../../../packages/gbt32960/testing/fixtures.ts";
import { frame, login, NOON, NOON_BYTES, testKey } from "./gateway.fixture.ts";
import { Intake } from "./intake.ts";
import { Link } from "./link.ts";
import { DEFAULT_LIMITS, type GatewayOptions, type IntakeJournal } from "./options.ts";
import type { LinkRules } from "./rules.ts";
import type { LinkKind } from "./vehicles.ts";

const BLOCK_ROWS = 64;
const VINS = Array.from({ length: 6 }, (_, i) => `LTESTVAN00000000${i}`);

/** Hands out small blocks and keeps the full ones. */
class KeptBlocks implements IntakeJournal {
  readonly blocks: ObservationBlock[] = [new ObservationBlock(BLOCK_ROWS)];

  get openTicket(): number {
    return this.blocks.length;
  }

  findOpenBlock(): ObservationBlock | undefined {
    return this.blocks.at(-1);
  }

  rowAdded(): void {
    if (this.blocks.at(-1)?.isFull === true) this.blocks.push(new ObservationBlock(BLOCK_ROWS));
  }

  onDurable(): void {}

  onWritable(): void {}
}

interface Case {
  readonly kind: LinkKind;
  readonly rules: Partial<LinkRules>;
  readonly withSecurity: boolean;
}

/** A link into an intake of its own; every second vehicle is registered, every third has a public key. */
function openIntake({ kind, rules, withSecurity }: Case, everyFrameByRules: boolean) {
  const journal = new KeptBlocks();
  const options: GatewayOptions = {
    journal,
    host: "",
    port: 0,
    vehicleKeyOf: testKey,
    noteVehicle: () => {},
    isRegistered: (key) => VINS.findIndex((vin) => testKey(vin) === key) % 2 === 0,
    authenticatePlatform: async () => Promise.resolve(undefined),
    rules: { [kind]: rules },
    everyFrameByRules,
    ...(withSecurity
      ? {
          security: {
            vehicleKeys: {
              find: (key) =>
                VINS.findIndex((vin) => testKey(vin) === key) % 3 === 0 ? Uint8Array.of(4, 1, 2) : undefined,
              activate: async () => Promise.resolve("vinTaken"),
              onChange: () => {},
            },
          },
        }
      : {}),
  };
  const intake = new Intake(options, DEFAULT_LIMITS, () => {});
  const hooks = { onClosed: () => {}, maxUnreadReplyBytes: 1e6 };
  const link = new Link(7, new Socket(), "127.0.0.1", NOON, intake.rules[kind], hooks);
  if (kind === "platform") {
    link.kind = "platform";
    link.platformId = Buffer.from("PLATFORM000000001");
  }
  const reader = new FrameReader({ onFrame: (bytes, from, to) => intake.accept(link, bytes, from, to) });
  link.reader = reader;
  return {
    link,
    push: (chunk: Uint8Array, time: number) => {
      link.receiveTime = time;
      reader.push(chunk);
      intake.endOfChunk();
    },
    seen: () => ({
      rows: journal.blocks.flatMap(rowsOf),
      counted: link.counters,
      lastEventTime: link.lastEventTime,
      lastFrameAt: link.lastFrameAt,
      edition: link.edition,
      routes: VINS.map((vin) => intake.downLink.findRoute(testKey(vin), vin)),
    }),
  };
}

function rowsOf(block: ObservationBlock): object[] {
  return Array.from({ length: block.rows }, (_, row) => ({
    vehicle: block.vehicle[row],
    eventTime: block.eventTime[row],
    receiveTime: block.receiveTime[row],
    link: block.link[row],
    assurance: block.assurance[row],
    edition: block.edition[row],
    command: block.command[row],
    disposition: block.disposition[row],
    raw: Buffer.from(block.rawOf(row)).toString("hex"),
    scalars: block.scalars.map(({ ticks, reasons }) => (reasons[row] === 0 ? ticks[row] : `R${reasons[row]}`)),
    lists: block.lists.map((list) => {
      const from = row === 0 ? 0 : list.ends[row - 1];
      return [list.ticks.slice(from, list.ends[row]), list.reasons.slice(from, list.ends[row])];
    }),
  }));
}

/** A frame of one of the vehicles: mostly a report, often with something wrong or unusual. */
function anyFrame(random: Random): Uint8Array {
  const edition = random() % 2 === 0 ? 2016 : 2025;
  const bytes = Uint8Array.from(randomReport(random, edition));
  const ids = random() % 12 === 0 ? ["PLATFORM000000001", "LTESTVAN 00000\0\0\0"] : VINS;
  bytes.set(Buffer.from(ids[random() % ids.length], "latin1"), 4);
  bytes[24] = 20 + (random() % 6);
  switch (random() % 16) {
    case 0:
      return login({ vin: VINS[random() % VINS.length], edition: 2016 });
    case 1:
      return frame({ command: [4, 6, 7, 8, 0x0b, 0x80, 0xc1][random() % 7], unit: [...NOON_BYTES, 0, 1], edition });
    case 2:
      bytes[3] = 1;
      break;
    case 3:
      bytes[21] = 3;
      break;
    case 4:
      // The last body, or the time, may end too early.
      if (bytes.length > 40) bytes[24 + 6 + (random() % 4)] ^= 0xff;
      break;
    case 5:
      bytes[24] = 99;
      break;
    case 6:
      bytes[25] = 13;
      break;
    default:
  }
  bytes[bytes.length - 1] = bccOf(bytes, 2, bytes.length - 1);
  return bytes;
}

const CASES: readonly Case[] = (["terminal", "platform"] as const).flatMap((kind) => [
  { kind, rules: {}, withSecurity: false },
  { kind, rules: { answerReports: true, checkRegistry: true }, withSecurity: false },
  { kind, rules: { answerReports: true }, withSecurity: true },
  { kind, rules: { checkRegistry: true, signatures: "require" }, withSecurity: true },
  { kind, rules: { signatures: "ignore" }, withSecurity: true },
]);

test("the short way of reports leaves the rows, counters and routes that the rules leave", () => {
  let accepted = 0;
  for (const [number, each] of CASES.entries()) {
    const random = seeded(number + 1);
    const fast = openIntake(each, false);
    const reference = openIntake(each, true);
    let time = NOON;
    for (let chunk = 0; chunk < 60; chunk++) {
      const frames = Array.from({ length: random() % 40 }, () => anyFrame(random));
      // Some bytes between them, and a first one that pins a terminal link.
      if (random() % 5 === 0) frames.push(Uint8Array.of(0x23, 1, 2));
      const bytes = Buffer.concat([...(chunk === 0 ? [login({ vin: VINS[1] })] : []), ...frames]);
      time += random() % 90_000;
      fast.push(bytes, time);
      reference.push(bytes, time);
    }
    const rows = fast.seen();
    assert.deepEqual(rows, reference.seen(), JSON.stringify(each));
    accepted += rows.counted.rows[0];
    assert.ok(rows.rows.length > 300);
  }
  assert.ok(accepted > 1000, `${accepted} ordinary rows`);
});
