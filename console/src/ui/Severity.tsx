/** Severity is a shape, a colour and a word, never a colour alone. */
import { useLanguage } from "../i18n/use-language.ts";
import { label, LEVELS } from "../lib/vocabulary.ts";
import styles from "./severity.module.css";

export const SEVERITIES = [4, 3, 2, 1] as const;

export function severityColor(level: number): string {
  return level >= 1 ? `var(--sg-sev${Math.min(4, level)})` : "var(--sg-text2)";
}

interface IconProps {
  readonly level: number;
  readonly size?: number;
  /** Spoken name; decorative when absent. */
  readonly title?: string;
}

function shapeOf(level: number) {
  switch (level) {
    case 4:
      return (
        <>
          <path d="M5 .8h6l4.2 4.2v6L11 15.2H5L.8 11V5z" fill="currentColor" />
          <path d="M8 4v5M8 10.8v1.6" stroke="var(--sg-bg)" strokeWidth="1.8" />
        </>
      );
    case 3:
      return (
        <>
          <path d="M8 1.2 15.4 14.6H.6z" fill="currentColor" />
          <path d="M8 5.8v4.4M8 11.4v1.5" stroke="var(--sg-bg)" strokeWidth="1.7" />
        </>
      );
    case 2:
      return (
        <>
          <path d="M8 1.5 14.5 8 8 14.5 1.5 8z" fill="none" stroke="currentColor" strokeWidth="1.6" />
          <circle cx="8" cy="8" r="1.7" fill="currentColor" />
        </>
      );
    default:
      return (
        <>
          <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" strokeWidth="1.6" />
          <path d="M5 8h6" stroke="currentColor" strokeWidth="1.6" />
        </>
      );
  }
}

export function SeverityIcon({ level, size = 14, title }: IconProps) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      className={styles.icon}
      data-level={level}
      focusable="false"
      {...(title ? { role: "img", "aria-label": title } : { "aria-hidden": true })}
    >
      {shapeOf(level)}
    </svg>
  );
}

/** Shape and word. */
export function SeverityLabel({ level, size }: { level: number; size?: number }) {
  const language = useLanguage();
  return (
    <span className={styles.label} data-level={level}>
      <SeverityIcon level={level} {...(size ? { size } : {})} />
      {label(LEVELS, level, language)}
    </span>
  );
}

/** Shape and how many. */
export function SeverityCount({ level, count, size = 16 }: { level: number; count: string | number; size?: number }) {
  const language = useLanguage();
  return (
    <span className={styles.count} data-level={level} title={label(LEVELS, level, language)}>
      <SeverityIcon level={level} size={size} title={label(LEVELS, level, language)} />
      {count}
    </span>
  );
}
