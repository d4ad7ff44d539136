import { useEffect, useRef, type RefObject } from "react";

/**
 * `j` leads into the first list of the page while nothing on the page has the focus; from there on the rows move it themselves. Only this
 * key: `k` ends a sequence that leads to another page.
 */
export function useListEntry(list: RefObject<HTMLElement | null>, enter: () => void): void {
  const current = useRef(enter);
  useEffect(() => {
    current.current = enter;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== "j" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target !== document.body || document.querySelector('[role="dialog"]')) return;
      if (document.querySelector('[role="table"]') !== list.current) return;
      event.preventDefault();
      current.current();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [list]);
}
