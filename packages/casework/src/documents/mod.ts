/** Issued documents: what they say. */
export { asOwed, bearersOf, owing } from "./bearers.ts";
export { documentContent, type DocumentContent, type DocumentSource, type Duty } from "./content.ts";
export { momentOf, rowsOf, type NameOf, type Row } from "./rows.ts";
export type { DocumentTemplate } from "./templates.ts";
