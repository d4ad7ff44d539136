import styles from "./feedback.module.css";

/** One line beside what was refused, told to a screen reader at once. Nothing while there is no problem. */
export function Problem({ text }: { text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p role="alert" className={styles.problem}>
      {text}
    </p>
  );
}
