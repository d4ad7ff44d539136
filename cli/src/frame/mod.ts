/** `sandglass frame …`: GB/T 32960 frames and JSON, both ways, line by line. */
export { frameCommand, type FrameIo } from "./command.ts";
