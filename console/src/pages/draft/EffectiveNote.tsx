import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { checkQuery } from "../../api/rules.ts";
import { dayOf } from "../../lib/backtest-figures.ts";
import styles from "./draft.module.css";

/** A rule judges nothing outside of its effective days, which explains an empty report. */
export function EffectiveNote({ text, from, to }: { text: string; from: string; to: string }) {
  const { t } = useTranslation("draft");
  const { data } = useQuery({ ...checkQuery(text), placeholderData: undefined });
  const [first, last] = [dayOf(Date.parse(from)), dayOf(Date.parse(to) - 1)];
  return (data?.triggers ?? [])
    .filter(({ effectiveFrom, effectiveTo }) => (effectiveFrom ?? first) > first || (effectiveTo ?? last) < last)
    .map(({ id, effectiveFrom, effectiveTo }) => (
      <p key={id} className={styles.note} role="note">
        {t("report.notEffective", { trigger: id, from: effectiveFrom ?? "…", to: effectiveTo ?? "…" })}
      </p>
    ));
}
