/** Rules on their way to force: drafts, backtests over the history, publication by a second person. */
export { Rulebook, type RulebookChange, type RulebookOptions } from "./rulebook.ts";
export { loadPublishedSets, type PublishedSet, type SetsInForce } from "./published-sets.ts";
export { PublishedRules, ruleKey, type PublishedRule } from "./published-rules.ts";
export { publishedRuleRoutes } from "./published-rules-routes.ts";
export { rulebookRoutes } from "./routes.ts";
