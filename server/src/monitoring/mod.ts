/** Rates of the three-level monitoring: who is online, whose data passes, how alarms are closed. */
export { monitoringRoutes } from "./routes.ts";
