/** The hazard work order, as the server discovers it. */
export { HAZARD_ORDER_TYPE as caseType } from "./actions.ts";
