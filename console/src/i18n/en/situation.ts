import type { situation as zh } from "../zh/situation.ts";

export const situation: typeof zh = {
  kpi: {
    online: "Vehicles online", ofKnown: "of {{count}} known", silent: "{{count}} silent", unregistered: "{{count}} unregistered",
    frames: "Frames received", perSecond: "per s", valid: "{{share}} % valid", lastMinute: "{{count}} in the last min", total: "{{count}} in all",
    lag: "Receive lag p95", lagTarget: "target ≤ 5 s", lagOver: "above the target of 5 s", median: "median {{value}} ms",
    findings: "Open findings", findingsNote: "Click a level for its list",
    cases: "Work orders", casesUnit: "open", overdue: "{{count}} overdue", noOverdue: "none overdue",
    projects: "Sandbox projects", projectsUnit: "in all",
  },
  fleet: {
    title: "Fleet state", count: "{{count}} vehicles", partial: "first 2000 shown", groupBy: "Group by",
    by: { maker: "Maker", region: "Region", model: "Model" },
    unnamed: "Not registered", online: "{{online}} of {{count}} online",
    fresh: { online: "Online", silent: "Silent", never: "Never seen" },
    unregistered: "Unregistered", inProject: "In sandbox", seen: "seen {{age}} ago", open: "Click to open",
    empty: "No vehicles yet", emptyNext: "A vehicle appears here with its first frame; vehicles can also be registered through the API.",
  },
  projects: { title: "Sandbox projects", all: "All projects", since: "since {{time}}", findings: "{{count}} findings", vehicles: "{{count}} vehicles", empty: "No sandbox projects yet. They appear here when a manufacturer applies." },
  histogram: { title: "Onsets, last 24 h", step: "per 10 min", other: "Warning and notice", peak: "peak {{from}}–{{to}}: {{count}} per 10 min", none: "no onset in the last 24 hours" },
  feed: {
    title: "Findings", open: "{{count}} open", sort: "Order", by: { newest: "Newest", level: "Level" },
    pause: "Pause updates", resume: "Resume updates", paused: "Updates paused", new: "{{count}} new", margin: "beyond by",
    empty: "No findings", emptyNext: "The rules watch every vehicle that reports; a finding appears here at its onset.",
  },
};
