export { PackStore } from "./pack-store.ts";
export type { KnownPack, PackFiles, PackInfo, PackRegions } from "./pack-info.ts";
export { packRoutes } from "./pack-routes.ts";
