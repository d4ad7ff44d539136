import { diffLines } from "@sandglass/triggers";
import { useMemo } from "react";
import styles from "./rules.module.css";

/** What a text lost and gained against another, line by line; the sign says it, the colour supports it. */
export function DiffLines({ before, after, label }: { before: string; after: string; label: string }) {
  const lines = useMemo(() => diffLines(before, after), [before, after]);
  return (
    <pre className={styles.diff} tabIndex={0} aria-label={label} role="region">
      {lines.map((line, index) => (
        <span key={index} data-sign={line[0]}>
          {line === "" ? " " : line}
        </span>
      ))}
    </pre>
  );
}
