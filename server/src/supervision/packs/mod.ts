export { PackStore, type KnownPack, type PackFiles, type PackInfo, type PackRegions } from "./pack-store.ts";
export { packRoutes } from "./pack-routes.ts";
