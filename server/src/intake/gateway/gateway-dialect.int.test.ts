/** What the sources of the standard contradict each other about is read as the configured dialect says. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Dialect } from "@sandglass/gbt32960";
import { getList } from "@sandglass/signals";
import { frame, login, NOON_BYTES, startGateway } from "./gateway.fixture.ts";

/** One pack of edition 2016 with two cells, of which the first has number 0. */
const CELLS = [8, 1, 1, 0x0e, 0x42, 0x27, 0x10, 0, 2, 0, 0, 2, 0x0f, 0xa0, 0x0f, 0xa1];
const NO_MOTORS = [2, 0xff];

/** Flag of the answer to a report, and what stands in the columns of its cells. */
async function received(context: TestContext, body: readonly number[], dialect?: Partial<Dialect>) {
  const bench = await startGateway(context, { answerRealtime: "both", ...(dialect === undefined ? {} : { dialect }) });
  const client = await bench.connect();
  client.send(login(), frame({ command: 2, unit: [...NOON_BYTES, ...body] }));
  const flag = (await client.receive(2))[1][3];
  const lists: Record<string, { ticks: number[]; reasons: number[] }> = {};
  for await (const { columns } of bench.journal.read())
    for (const name of ["cell.voltage", "pack.first_cell"]) {
      const list = columns.lists[getList(name).column];
      const end = list.ends[columns.rows - 1];
      if (end === 0) continue;
      lists[name] = { ticks: [...list.ticks.subarray(0, end)], reasons: [...list.reasons.subarray(0, end)] };
    }
  const rows = await bench.rows();
  return { flag, disposition: rows[1].disposition, lists };
}

test("counts of FE and FF have no list, or make a report malformed", async (context) => {
  assert.deepEqual(await received(context, NO_MOTORS), { flag: 1, disposition: "accepted", lists: {} });
  const strict = await received(context, NO_MOTORS, { countSentinels: "malformed" });
  assert.deepEqual([strict.flag, strict.disposition], [2, "malformed"]);
});

test("cells are numbered from 1, or from 0 for terminals that count so", async (context) => {
  const standard = await received(context, CELLS);
  assert.deepEqual(standard.lists["cell.voltage"].ticks, [4000, 4001]);
  assert.deepEqual(standard.lists["pack.first_cell"].reasons, [4]);
  const fromZero = await received(context, CELLS, { firstCell: 0 });
  assert.deepEqual(fromZero.lists["pack.first_cell"], { ticks: [1], reasons: [0] });
});

test("types that only the annex defines are read, or are unknown bodies", async (context) => {
  const reserved = await received(context, CELLS, { annexBTypes: "reserved" });
  assert.deepEqual(reserved, { flag: 1, disposition: "accepted", lists: {} });
});
