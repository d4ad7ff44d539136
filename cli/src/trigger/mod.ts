/** `sandglass trigger`: check, format and test trigger texts; evaluate conformance cases. */
export { triggerCommand } from "./command.ts";
