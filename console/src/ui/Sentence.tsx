import { Fragment } from "react";
import styles from "./sentence.module.css";

/** Comparisons in a sentence of either language: "above 60 °C for 30 seconds", "高于60 °C，持续30 秒", "> 60 °C". */
const FACT =
  /((?:高于|低于|不低于|不高于|不小于|不大于|大于|小于|等于|above|below|at least|at most|equal to|is (?=\d)|[<>≥≤=]+)\s*-?\d+(?:\.\d+)?\s*(?:°C\/s|°C|℃|Ω\/V|km\/h|kΩ|mV|V|A|%)?(?:(?:，|\s)*(?:持续|for)\s*\d+(?:\.\d+)?\s*(?:毫秒|秒|分钟|小时|天|seconds?|minutes?|hours?|days?|s|min|h|d)(?![a-z]))?)/g;

/** A sentence with its comparisons set off. */
export function Sentence({ text, level }: { text: string; level: number }) {
  return (
    <p className={styles.sentence} data-level={level}>
      {text
        .split(FACT)
        .map((part, index) => (index % 2 === 1 ? <b key={index}>{part}</b> : <Fragment key={index}>{part}</Fragment>))}
    </p>
  );
}
