/** How a list looks, as its address holds it: which columns are shown, and in which order the rows stand. */

/** Ids of columns, joined by dots; undefined = all. */
export function shownColumns(text: string | undefined, all: readonly string[]): readonly string[] {
  const wanted = text?.split(".") ?? [];
  const shown = all.filter((id) => wanted.includes(id));
  return shown.length === 0 ? all : shown;
}

export type SortDirection = "ascending" | "descending";

/** `due` rising, `-due` falling. */
export function directionOf(sort: string | undefined, key: string): SortDirection | undefined {
  if (sort === key) return "ascending";
  return sort === `-${key}` ? "descending" : undefined;
}

/**
 * What a press on the heading of a column leads to: rising, falling, the list's own order again.
 * @param orders `falling`: the list has no rising order by this column
 */
export function nextSort(
  sort: string | undefined,
  key: string,
  orders: "both" | "falling" = "both",
): string | undefined {
  switch (directionOf(sort, key)) {
    case undefined:
      return orders === "falling" ? `-${key}` : key;
    case "ascending":
      return `-${key}`;
    case "descending":
      return undefined;
  }
}
