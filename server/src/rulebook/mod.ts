/** Rules on their way to force: drafts, backtests over the history, publication by a second person. */
export {
  loadPublishedSets,
  Rulebook,
  type PublishedSet,
  type RulebookChange,
  type RulebookOptions,
} from "./rulebook.ts";
export { rulebookRoutes } from "./routes.ts";
