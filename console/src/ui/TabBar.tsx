import { useRef, type KeyboardEvent, type ReactNode } from "react";
import styles from "./page.module.css";

interface TabBarProps<Name extends string> {
  readonly label: string;
  readonly tabs: readonly { readonly name: Name; readonly text: ReactNode }[];
  readonly active: Name;
  onChange(name: Name): void;
  readonly children?: ReactNode;
}

/** Tabs of a page; arrows move, the address keeps the choice. */
export function TabBar<Name extends string>({ label, tabs, active, onChange, children }: TabBarProps<Name>) {
  const list = useRef<HTMLDivElement>(null);
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const index = (tabs.findIndex((tab) => tab.name === active) + step + tabs.length) % tabs.length;
    onChange(tabs[index].name);
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[index]?.focus();
  };
  return (
    <div className={styles.tabs}>
      <div role="tablist" aria-label={label} ref={list} onKeyDown={onKey}>
        {tabs.map((tab) => (
          <button
            key={tab.name}
            type="button"
            role="tab"
            className={styles.tab}
            aria-selected={tab.name === active}
            tabIndex={tab.name === active ? 0 : -1}
            onClick={() => onChange(tab.name)}
          >
            {tab.text}
          </button>
        ))}
      </div>
      <span className={styles.grow} />
      {children}
    </div>
  );
}
