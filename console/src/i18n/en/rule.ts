import type { rule as zh } from "../zh/rule.ts";

export const rule: typeof zh = {
  title: "Rules",
  empty: "No rule is published",
  emptyNext: "The built-in packs are loaded when the service starts.",
  packState: { installed: "judges every subject", pinned: "judges every subject, pinned" },
  unnamedPack: "Unnamed pack",
  findings: "Findings",
  basis: "Basis",
  certainty: "Certainty",
  effective: "Effective",
  inputs: "Signals",
  hash: "Version hash",
  publications: "Published from drafts, in force",
  draft: "Draft and history",
  drafts: "Drafts and backtests",
  regions: "Regions and roads",
};
