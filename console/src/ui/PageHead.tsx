import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import styles from "./page-head.module.css";

export interface TrailPart {
  readonly text: string;
  readonly to?:
    | "/findings"
    | "/vehicles"
    | "/projects"
    | "/programmes"
    | "/cases"
    | "/cases/bulk"
    | "/rules"
    | "/rules/drafts"
    | "/quality";
  readonly mono?: boolean;
}

interface PageHeadProps {
  readonly trail?: readonly TrailPart[];
  readonly title: ReactNode;
  readonly summary?: ReactNode;
  readonly facts?: readonly { readonly name: ReactNode; readonly value: ReactNode }[];
  readonly actions?: ReactNode;
}

/** Where we are, what it is, the facts to know at once, what can be done. */
export function PageHead({ trail, title, summary, facts, actions }: PageHeadProps) {
  return (
    <header className={styles.head}>
      <div className={styles.words}>
        {trail && (
          <p className={styles.trail}>
            {trail.map((part, index) => (
              <span key={index} className={part.mono ? "mono" : undefined}>
                {index > 0 && <i aria-hidden> / </i>}
                {part.to ? <Link to={part.to}>{part.text}</Link> : part.text}
              </span>
            ))}
          </p>
        )}
        <div className={styles.line}>
          <h1>{title}</h1>
          {summary !== undefined && <span className={styles.summary}>{summary}</span>}
        </div>
        {facts && (
          <dl className={styles.facts}>
            {facts
              .filter((fact) => fact.value !== undefined && fact.value !== null && fact.value !== "")
              .map((fact, index) => (
                <div key={index}>
                  <dt>{fact.name}</dt>
                  <dd>{fact.value}</dd>
                </div>
              ))}
          </dl>
        )}
      </div>
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
    </header>
  );
}
