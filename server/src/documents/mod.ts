/** Documents that cases issue: contents, pages, proof. */
export { Documents, type DocumentsOptions } from "./documents.ts";
export type { FindPack, FindRules, NamedRule } from "./names.ts";
export { documentRoutes } from "./routes.ts";
