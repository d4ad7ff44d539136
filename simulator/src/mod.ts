/** A fleet that speaks GB/T 32960 over real connections. */
export { createRandom, type Random } from "./random.ts";
export {
  MAKERS,
  planFleet,
  planPlatforms,
  SANDBOX_SIZE,
  type FleetVehicle,
  type LinkKind,
  type Maker,
  type PlatformAccount,
  type VehicleModel,
} from "./fleet-plan.ts";
export { SimulatedVehicle, type Activity, type VehicleState } from "./vehicle-model.ts";
export { heartbeat, platformLogin, realtimeReport, vehicleLogin, vehicleLogout } from "./frames.ts";
export { Terminal, type TerminalAnswer, type TerminalEffect } from "./terminal.ts";
export { WireClient, WireError, type Reply } from "./wire-client.ts";
export { flaggedShare, runAiService, type AiServiceOptions } from "./ai-service.ts";
export { runFleet, type FleetOptions } from "./fleet.ts";
