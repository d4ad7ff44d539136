/** The journal: durable append of received observations, and their hand-over to supervision and history. */
export { columnNameOf, observationTable, ROW_FIELDS, type ObservationColumn, type RowField } from "./native-layout.ts";
