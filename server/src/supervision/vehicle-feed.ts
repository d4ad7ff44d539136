/** The feed of vehicles: observation blocks of the journal. */
import { Disposition, type ObservationBlock } from "@sandglass/signals";
import type { DurableBlock } from "../journal/mod.ts";
import { BlockStepper } from "./block-stepper.ts";
import { REALTIME, REISSUED } from "./commands.ts";
import type { FeedBlock, OpenFeed } from "./feed.ts";
import type { RowRecorder } from "./row-recorder.ts";

/** What supervision needs of the journal. */
export interface BlockSource {
  subscribe(consumer: (durable: DurableBlock) => void | Promise<void>): void;
  read(from?: { readonly segment: number; readonly block: number }): AsyncIterable<DurableBlock>;
}

/** `onRead`: told of every block that is read again at the start, also of those right before the cursor. */
export function vehicleFeed(journal: BlockSource, onRead?: (columns: ObservationBlock) => void): OpenFeed {
  return (timeAway) => {
    const stepper = new BlockStepper(timeAway);
    const blockOf = ({ segment, block, columns }: DurableBlock): FeedBlock => ({
      segment,
      block,
      firstSeq: columns.firstSeq,
      rows: columns.rows,
      step: () => {
        if (columns.rows > 0) stepper.step(columns);
      },
      record: (recorder) => record(stepper, columns, recorder),
    });
    return {
      name: "vehicles",
      stepper,
      subscribe: (consumer) => journal.subscribe((durable) => consumer(blockOf(durable))),
      async *read(from) {
        // A segment more: the gateway tells the registry of new vehicles a moment after their first block is durable.
        const first = from && onRead ? { segment: Math.max(0, from.segment - 1), block: 0 } : from;
        for await (const durable of journal.read(first)) {
          onRead?.(durable.columns);
          if (from !== undefined && isBefore(durable, from)) continue;
          yield blockOf(durable);
        }
      },
    };
  };
}

function record({ subjects, watches }: BlockStepper, columns: ObservationBlock, recorder: RowRecorder): void {
  const words = new Uint32Array(columns.vehicle.buffer, columns.vehicle.byteOffset, columns.rows * 2);
  const inputsOf = new Map(watches.map(({ key, inputs }) => [key, inputs]));
  for (let row = 0; row < columns.rows; row++) {
    if (columns.disposition[row] !== Disposition.accepted) continue;
    const command = columns.command[row];
    if (command !== REALTIME && command !== REISSUED) continue;
    const subject = subjects.rowOf(words[2 * row], words[2 * row + 1]);
    if (!recorder.isRecorded(subject)) continue;
    recorder.add(
      subject,
      columns.eventTime[row],
      columns.receiveTime[row],
      columns.firstSeq + row,
      command === REISSUED,
      (watch) => {
        const inputs = inputsOf.get(watch);
        inputs?.load(columns, row);
        return inputs;
      },
    );
  }
}

function isBefore(block: DurableBlock, place: { readonly segment: number; readonly block: number }): boolean {
  return block.segment < place.segment || (block.segment === place.segment && block.block < place.block);
}
