/** Documents that cases issue: contents, pages, proof. */
export { Documents, type DocumentsOptions } from "./documents.ts";
export { documentRoutes } from "./routes.ts";
