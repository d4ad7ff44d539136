/** The journal: durable append of received observations, and their hand-over to supervision and history. */
export { columnNameOf, observationTable, ROW_FIELDS, type ObservationColumn, type RowField } from "./native-layout.ts";
export { Journal } from "./journal.ts";
export { JOURNAL_DEFAULTS, type JournalOptions, type JournalPosition, type JournalStatus } from "./journal-options.ts";
export type { BlockConsumer, DurableBlock } from "./hand-over.ts";
export type { ClosedSegment } from "./segment-files.ts";
export { decodeNativeBlock } from "./native-decoder.ts";
export { NativeEncoder } from "./native-encoder.ts";
export { EVENT_COLUMNS, EVENT_FORMATS, type EventColumn, type EventFormat, type EventRow } from "./event-block.ts";
export { EventJournal, type DurableEvents, type EventJournalOptions } from "./event-journal.ts";
