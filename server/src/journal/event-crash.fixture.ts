/** Appends events until it is killed and prints the number of each one that was answered. */
import { writeSync } from "node:fs";
import { EventJournal } from "./event-journal.ts";
import { eventRow } from "./event-rows.fixture.ts";

const journal = await EventJournal.open({ folder: process.argv[2] as string, minFreeBytes: 0, segmentRows: 7 });
for (let number = 0; ; number += 3) {
  await Promise.all(
    [number, number + 1, number + 2].map(async (each) => {
      await journal.append([eventRow(each)]);
      writeSync(1, `${each}\n`);
    }),
  );
}
