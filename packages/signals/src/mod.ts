/** The vocabulary of Sandglass: signals, their units and ranges, and the columns that hold observations. */
export * from "./signal.ts";
export * from "./catalogue.ts";
export * from "./block.ts";
export { deriveSignals } from "./derive.ts";
