export { SandglassError, formatError, type ErrorDefinition, type ErrorParameters } from "./error.ts";
export { ERRORS } from "./catalogue.ts";
export { messageOf } from "./message-of.ts";
