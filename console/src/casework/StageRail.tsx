import { useTranslation } from "react-i18next";
import { useLanguage } from "../i18n/use-language.ts";
import { inLanguage, label, PROJECT_STATES, stageOf, STAGES, statesOf } from "../lib/vocabulary.ts";
import styles from "./casework.module.css";

/** The six stages of a sandbox project; the present state is named inside its stage. */
export function StageRail({
  state,
  rail,
}: {
  state: string;
  rail: readonly { readonly code: string; readonly status: string }[] | undefined;
}) {
  const { t } = useTranslation("project");
  const language = useLanguage();
  const passed = new Set(rail?.filter((part) => part.status === "done").map((part) => part.code));
  const current = STAGES.findIndex(({ code }) => code === stageOf(state));
  return (
    <ol className={styles.rail} aria-label={t("stages")}>
      {STAGES.map(({ code, title }, index) => {
        const states = statesOf(code)
          .filter((name) => !name.startsWith("EXITED") || name === state)
          .filter(
            (name) =>
              index === current || !["LAPSED", "REFUSED", "TERMINATED", "TERMINATING", "RETURNED"].includes(name),
          );
        return (
          <li
            key={code}
            data-done={(rail ? passed.has(code) && index !== current : index < current) || undefined}
            data-now={index === current || undefined}
            aria-current={index === current ? "step" : undefined}
          >
            <span className={styles.stage}>
              <i aria-hidden>{index + 1}</i>
              {inLanguage(title, language)}
            </span>
            <span className={styles.states}>
              {states.map((name) => (
                <em key={name} data-state={name} data-current={name === state || undefined} title={name}>
                  {label(PROJECT_STATES, name, language)}
                </em>
              ))}
              {states.length === 0 && <em>–</em>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
