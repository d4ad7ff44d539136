import type { ReactNode } from "react";
import styles from "./filter-bar.module.css";

/** Title, filters and count of a list page. */
export function FilterBar({ title, count, children }: { title: ReactNode; count?: ReactNode; children?: ReactNode }) {
  return (
    <header className={styles.bar}>
      <h1>{title}</h1>
      {children}
      {count !== undefined && <span className={styles.count}>{count}</span>}
    </header>
  );
}
