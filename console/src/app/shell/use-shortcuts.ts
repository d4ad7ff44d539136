import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import i18next from "i18next";
import { applyLanguage } from "../../i18n/index.ts";
import { matchKeys, PAGE_PATHS, type Command } from "../../lib/shortcuts.ts";
import { applyTheme, THEMES } from "../../theme/use-theme.ts";

/** Commands that only some pages take; they listen for this event on `window`. */
export const COMMAND_EVENT = "sandglass:command";

interface Targets {
  focusSearch(): void;
  openHelp(): void;
}

/** Keys pressed within this time belong together. */
const SEQUENCE_MS = 1000;

function takesText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

export function useShortcuts(targets: Targets): void {
  const navigate = useNavigate();
  const current = useRef(targets);
  useEffect(() => {
    current.current = targets;
  });
  useEffect(() => {
    let pressed: string[] = [];
    let lastAt = 0;
    const run = (command: Command): void => {
      switch (command.kind) {
        case "go":
          void navigate({ to: PAGE_PATHS[command.page] });
          break;
        case "search":
          current.current.focusSearch();
          break;
        case "help":
          current.current.openHelp();
          break;
        case "theme": {
          const now = THEMES.findIndex((name) => name === document.documentElement.dataset.theme);
          applyTheme(THEMES[(now + 1) % THEMES.length]);
          break;
        }
        case "language":
          applyLanguage(i18next.language === "zh" ? "en" : "zh");
          break;
        default:
          window.dispatchEvent(new CustomEvent(COMMAND_EVENT, { detail: command.kind }));
      }
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || takesText(event.target)) return;
      if (document.querySelector('[role="dialog"]')) return;
      if (event.timeStamp - lastAt > SEQUENCE_MS) pressed = [];
      lastAt = event.timeStamp;
      let match = matchKeys([...pressed, event.key]);
      if (match.kind === "none" && pressed.length > 0) {
        pressed = [];
        match = matchKeys([event.key]);
      }
      if (match.kind === "pending") {
        pressed = [...pressed, event.key];
        return;
      }
      pressed = [];
      if (match.kind === "run") {
        event.preventDefault();
        run(match.command);
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [navigate]);
}

/** Calls `handler` for a page command such as `pause`. */
export function usePageCommand(handler: (kind: string) => void): void {
  const current = useRef(handler);
  useEffect(() => {
    current.current = handler;
  });
  useEffect(() => {
    const listen = (event: Event): void => {
      if (event instanceof CustomEvent && typeof event.detail === "string") current.current(event.detail);
    };
    window.addEventListener(COMMAND_EVENT, listen);
    return () => window.removeEventListener(COMMAND_EVENT, listen);
  }, []);
}
