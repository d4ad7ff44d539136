/** The vocabulary of Sandglass: signals, their units and ranges, and the columns that hold observations. */
export * from "./signal.ts";
export * from "./catalogue.ts";
export * from "./block.ts";
export { COMMAND_TITLES, DISPOSITION_TITLES } from "./frame-words.ts";
export * from "./downlink-words.ts";
export { deriveRows, deriveSignals, hasPartOfCells, isPartOfCells } from "./derive.ts";
export * from "./subject.ts";
export * from "./event-signal.ts";
export * from "./event-catalogue.ts";
export * from "./text-code.ts";
export { numberAndName, valueName } from "./value-name.ts";
export { valueIn, type EventContent, type Histogram } from "./event-values.ts";
export { SplitLists } from "./split-lists.ts";
export { highWord, KeyTable, lowWord } from "./key-table.ts";
export { FRAME_LISTS, listFormOf, TICK_MARKS, type ListForm } from "./packed.ts";
export { vinCheckDigit, withVinCheckDigit } from "./vin.ts";
