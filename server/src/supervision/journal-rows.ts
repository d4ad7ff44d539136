/** Rows of a subject straight from the journal's segments: what history does not have yet. Reads every block. */
import { Disposition } from "@sandglass/signals";
import { BlockInputs } from "./block-inputs.ts";
import { REALTIME, REISSUED } from "./commands.ts";
import { RowBuilder, type RowChunk, type RowQuery, type RowSource } from "./rows.ts";
import type { BlockSource } from "./vehicle-feed.ts";

export function journalRows(journal: BlockSource, durableSeq: () => number): RowSource {
  return {
    storedSeq: durableSeq,
    async *read({
      subject,
      inputs,
      from,
      to,
      throughSeq = Number.POSITIVE_INFINITY,
    }: RowQuery): AsyncGenerator<RowChunk> {
      const loader = new BlockInputs(inputs);
      const rows = new RowBuilder(inputs.length);
      for await (const { columns } of journal.read()) {
        if (columns.firstSeq > throughSeq) break;
        for (let row = 0; row < columns.rows; row++) {
          const time = columns.eventTime[row];
          const command = columns.command[row];
          if (columns.vehicle[row] !== subject || time < from || time >= to || columns.firstSeq + row > throughSeq)
            continue;
          if (columns.disposition[row] !== Disposition.accepted || (command !== REALTIME && command !== REISSUED))
            continue;
          loader.load(columns, row);
          rows.add(
            time,
            columns.receiveTime[row],
            columns.firstSeq + row,
            command === REISSUED,
            loader.values,
            loader.present,
          );
        }
      }
      yield rows.build();
    },
  };
}
