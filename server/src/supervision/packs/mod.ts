export { PackStore, type PackFiles, type PackInfo } from "./pack-store.ts";
export { packRoutes } from "./pack-routes.ts";
