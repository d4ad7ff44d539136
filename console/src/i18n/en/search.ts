import type { search as zh } from "../zh/search.ts";

export const search: typeof zh = {
  title: "Search",
  label: "Words in titles, entries, opinions",
  hint: "Chinese or English; all words have to be there. Vehicles are found by maker and model; type a full VIN at the top.",
  cases: "Cases and projects",
  findings: "Findings",
  vehicles: "Vehicles",
  all: "All of them in the list",
  none: "Nothing found",
};
