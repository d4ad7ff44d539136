/** The vocabulary that modules with routes share: the actor of a request, pages, times. Knows no module and no route. */
export { actorOf } from "./request-actor.ts";
export {
  decodeCursor,
  decodeOrdinal,
  DEFAULT_LIMIT,
  encodeCursor,
  MAX_LIMIT,
  pageOf,
  PageOf,
  PAGE_QUERY,
  toOrdinal,
  toSequence,
  type CursorValues,
  type Page,
} from "./page.ts";
export { findUnstorable, isStorable } from "./storable.ts";
export { createValidatorCompiler, WRITERS } from "./schemas.ts";
export {
  Bilingual,
  ErrorAnswer,
  FileAnswer,
  fromTime,
  MAX_COUNT,
  Nullable,
  Time,
  toTime,
  toTimeOrNull,
} from "./values.ts";
