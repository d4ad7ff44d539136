import type { ReactNode } from "react";
import styles from "./panel.module.css";

interface PanelProps {
  readonly title: ReactNode;
  readonly hint?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** Without padding: tables and plots bring their own. */
  readonly flush?: boolean;
  readonly className?: string;
}

/** A bordered part of a page with a heading. */
export function Panel({ title, hint, aside, children, flush, className }: PanelProps) {
  return (
    <section className={`${styles.panel} ${className ?? ""}`}>
      <header className={styles.head}>
        <h2 className={styles.title}>{title}</h2>
        {hint !== undefined && <span className={styles.hint}>{hint}</span>}
        {aside !== undefined && <div className={styles.aside}>{aside}</div>}
      </header>
      <div className={flush ? styles.flush : styles.body}>{children}</div>
    </section>
  );
}

/** A group in a side column. */
export function SideGroup({ title, aside, children }: { title: ReactNode; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.group}>
      <h2 className={styles.groupTitle}>
        <span>{title}</span>
        {aside !== undefined && <span className={styles.hint}>{aside}</span>}
      </h2>
      {children}
    </section>
  );
}

export interface Fact {
  readonly name: ReactNode;
  readonly value: ReactNode;
}

/** Name on the left, value on the right. Facts without a value are left out. */
export function Facts({ facts }: { facts: readonly (Fact | undefined)[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map((fact, index) =>
        fact === undefined || fact.value === undefined || fact.value === null || fact.value === "" ? null : (
          <div key={index} className={styles.fact}>
            <dt>{fact.name}</dt>
            <dd>{fact.value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
