/** The colour theme: dark for control rooms, light for offices, contrast for low vision. Kept in this browser. */
import { useSyncExternalStore } from "react";

export const THEMES = ["dark", "light", "contrast"] as const;
export type ThemeName = (typeof THEMES)[number];

const KEY = "sandglass.theme";
const listeners = new Set<() => void>();

function isTheme(value: string | null): value is ThemeName {
  return THEMES.some((name) => name === value);
}

function stored(): ThemeName {
  const value = localStorage.getItem(KEY);
  if (isTheme(value)) return value;
  return matchMedia("(prefers-contrast: more)").matches ? "contrast" : "dark";
}

let current: ThemeName = stored();

export function applyTheme(name: ThemeName): void {
  current = name;
  document.documentElement.dataset.theme = name;
  localStorage.setItem(KEY, name);
  for (const listener of listeners) listener();
}

/** Shows the stored theme; called once before the first paint. */
export function startTheme(): void {
  document.documentElement.dataset.theme = current;
}

/** Calls back after each change of theme. Returns how to stop. */
export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTheme(): ThemeName {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

/** Current value of a token, for drawing on a canvas. */
export function readToken(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
