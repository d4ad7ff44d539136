import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Reason, SCALAR_SIGNALS, LIST_SIGNALS } from "@sandglass/signals";
import { query } from "chdb";
import { NativeEncoder } from "./native-encoder.ts";
import { columnNameOf, observationTable } from "./native-layout.ts";
import { unpackSql } from "../history/mod.ts";
import { randomBlock } from "./random-rows.fixture.ts";

const folder = await mkdtemp(join(tmpdir(), "sandglass-native-"));
after(() => rm(folder, { recursive: true }));

function rowsOf(sql: string): Record<string, unknown>[] {
  return query(sql, "JSONEachRow")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("ClickHouse reads concatenated blocks as the values that were encoded", async () => {
  const encoder = new NativeEncoder();
  const blocks = [randomBlock(100, 5, 2 ** 40), randomBlock(57, 6, 2 ** 40 + 100)];
  const path = join(folder, "a.native");
  await writeFile(path, Buffer.concat(blocks.map((block) => Buffer.from(encoder.encode(block)))));
  const structure = observationTable()
    .map(({ name, type }) => `${name} ${type}`)
    .join(", ");
  const source = `file('${path}', Native, '${structure.replaceAll("'", "\\'")}')`;

  const names = [
    ...SCALAR_SIGNALS.map(({ id }) => columnNameOf(id)),
    ...LIST_SIGNALS.map((signal) => `${unpackSql(columnNameOf(signal.id), signal)} AS ${columnNameOf(signal.id)}`),
  ];
  const rows = rowsOf(
    `SELECT seq, toString(vehicle) vehicle, toUnixTimestamp64Milli(event_time) event_time,
       toUnixTimestamp64Milli(receive_time) receive_time, link, assurance, edition, command, disposition,
       hex(raw) raw, ${names.join(", ")}
     FROM ${source} ORDER BY seq SETTINGS output_format_json_quote_64bit_integers = 0`,
  );
  assert.equal(rows.length, 157);
  for (const [index, actual] of rows.entries()) {
    const block = index < 100 ? blocks[0] : blocks[1];
    const row = index < 100 ? index : index - 100;
    const expected: Record<string, unknown> = {
      seq: 2 ** 40 + index,
      vehicle: String(block.vehicle[row]),
      event_time: block.eventTime[row],
      receive_time: block.receiveTime[row],
      link: block.link[row],
      assurance: block.assurance[row],
      edition: block.edition[row],
      command: block.command[row],
      disposition: block.disposition[row],
      raw: Buffer.from(block.rawOf(row)).toString("hex").toUpperCase(),
    };
    for (const signal of SCALAR_SIGNALS) {
      const { ticks, reasons } = block.scalars[signal.column];
      expected[columnNameOf(signal.id)] = reasons[row] === Reason.ok ? ticks[row] : null;
    }
    for (const signal of LIST_SIGNALS) {
      const list = block.lists[signal.column];
      const values: (number | null)[] = [];
      for (let i = row === 0 ? 0 : list.ends[row - 1]; i < list.ends[row]; i++) {
        values.push(list.reasons[i] === Reason.ok ? list.ticks[i] : null);
      }
      expected[columnNameOf(signal.id)] = values;
    }
    assert.deepEqual(actual, expected);
  }
});
