import type { ReactNode } from "react";
import styles from "./tag.module.css";

export type TagTone = "plain" | "strong" | "ok" | "warn" | "bad" | "quiet" | "unknown";

/** A small bordered word: a state, a kind. The word carries the meaning; the tone only supports it. */
export function Tag({ tone = "plain", children, title }: { tone?: TagTone; children: ReactNode; title?: string }) {
  return (
    <span className={styles.tag} data-tone={tone} title={title}>
      {children}
    </span>
  );
}
