/** Exports of lists: CSV and XLSX files of what an actor sees, each recorded with its query and its hash. */
export { PAGE_ROWS, ROW_LIMIT, type ExportableList, type ExportRequest, type Row } from "./exportable.ts";
export { itemExportsOf } from "./item-exports.ts";
export { recordableQuery } from "./export-list.ts";
export { exportRoute, exportRoutes } from "./routes.ts";
export { instant, type Cell, type Column, type Language } from "./table.ts";
