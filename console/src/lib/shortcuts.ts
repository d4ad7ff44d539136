/** Every keyboard shortcut of the console: the one registry behind the keys and behind the help dialog. */
export const PAGES = [
  "situation",
  "findings",
  "vehicles",
  "projects",
  "cases",
  "duties",
  "rules",
  "commands",
  "links",
  "quality",
  "inspector",
  "ledger",
] as const;
export type PageName = (typeof PAGES)[number];

export const PAGE_PATHS = {
  situation: "/",
  findings: "/findings",
  vehicles: "/vehicles",
  projects: "/projects",
  cases: "/cases",
  duties: "/obligations",
  rules: "/rules",
  commands: "/commands",
  links: "/links",
  quality: "/quality",
  inspector: "/inspector",
  ledger: "/ledger",
} as const satisfies Record<PageName, string>;

export type Command =
  | { readonly kind: "go"; readonly page: PageName }
  | { readonly kind: "search" | "help" | "theme" | "language" | "pause" | "show" | "next" | "previous" | "open" };

export interface Shortcut {
  /** Keys pressed one after the other. */
  readonly keys: readonly string[];
  readonly command: Command;
  readonly group: "global" | "list";
  /** Handled by the list that has the focus, listed here for help. */
  readonly local?: boolean;
}

const go = (key: string, page: PageName): Shortcut => ({
  keys: ["g", key],
  command: { kind: "go", page },
  group: "global",
});

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: ["/"], command: { kind: "search" }, group: "global" },
  { keys: ["?"], command: { kind: "help" }, group: "global" },
  go("s", "situation"),
  go("f", "findings"),
  go("v", "vehicles"),
  go("p", "projects"),
  go("c", "cases"),
  go("d", "duties"),
  go("r", "rules"),
  go("m", "commands"),
  go("k", "links"),
  go("q", "quality"),
  go("i", "inspector"),
  go("l", "ledger"),
  { keys: ["c", "t"], command: { kind: "theme" }, group: "global" },
  { keys: ["c", "l"], command: { kind: "language" }, group: "global" },
  { keys: ["p"], command: { kind: "pause" }, group: "list" },
  { keys: ["n"], command: { kind: "show" }, group: "list" },
  { keys: ["j"], command: { kind: "next" }, group: "list", local: true },
  { keys: ["k"], command: { kind: "previous" }, group: "list", local: true },
  { keys: ["Enter"], command: { kind: "open" }, group: "list", local: true },
];

export type Match =
  | { readonly kind: "none" }
  | { readonly kind: "pending" }
  | { readonly kind: "run"; readonly command: Command };

/** What the keys pressed so far mean. Local shortcuts never run here. */
export function matchKeys(pressed: readonly string[]): Match {
  let pending = false;
  for (const shortcut of SHORTCUTS) {
    if (shortcut.local || pressed.length > shortcut.keys.length) continue;
    if (!pressed.every((key, index) => shortcut.keys[index] === key)) continue;
    if (pressed.length === shortcut.keys.length) return { kind: "run", command: shortcut.command };
    pending = true;
  }
  return pending ? { kind: "pending" } : { kind: "none" };
}
