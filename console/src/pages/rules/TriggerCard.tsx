import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { TriggerSummary } from "../../api/shapes/findings.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { signalName } from "../../lib/finding.ts";
import { shortHash } from "../../lib/format.ts";
import { levelsOf } from "../../lib/rule-filter.ts";
import { CERTAINTY, EFFECTS, inLanguage, label } from "../../lib/vocabulary.ts";
import { SeverityIcon } from "../../ui/Severity.tsx";
import { Tag } from "../../ui/Tag.tsx";
import styles from "./rules.module.css";

interface TriggerCardProps {
  readonly trigger: TriggerSummary;
  readonly selected: boolean;
  /** That it was published from. */
  readonly draft?: string;
}

/** One trigger: what it says in words and in its language, what it rests on and how sure that is. */
export function TriggerCard({ trigger, selected, draft }: TriggerCardProps) {
  const { t } = useTranslation("rule");
  const language = useLanguage();
  const other = language === "zh" ? "en" : "zh";
  return (
    <article id={`trigger-${trigger.id}`} className={styles.card} data-selected={selected || undefined}>
      <header>
        {levelsOf(trigger).map((level) => (
          <SeverityIcon key={level} level={level} size={15} />
        ))}
        <h3>{inLanguage(trigger.title, language)}</h3>
        <span className="faint">{trigger.title[other]}</span>
        <span className="mono quiet">
          {trigger.id} v{trigger.version}
        </span>
        {trigger.effect && <Tag>{label(EFFECTS, trigger.effect, language)}</Tag>}
        <Link className="link" to="/findings" search={{ trigger: trigger.id }}>
          {t("findings")}
        </Link>
        {draft !== undefined && (
          <Link className="link" to="/rules/drafts/$draftId" params={{ draftId: draft }} search={{ tab: "govern" }}>
            {t("draft")}
          </Link>
        )}
      </header>
      <div className={styles.body}>
        <div>
          {trigger.sentence && <p>{inLanguage(trigger.sentence, language)}</p>}
          {trigger.sentence && (
            <p className="faint" lang={other === "zh" ? "zh-CN" : "en"}>
              {trigger.sentence[other]}
            </p>
          )}
          <dl className={styles.facts}>
            {trigger.basis && (
              <div>
                <dt>{t("basis")}</dt>
                <dd>{(language === "zh" ? trigger.basisZh : undefined) ?? inLanguage(trigger.basis, language)}</dd>
              </div>
            )}
            {trigger.certainty && (
              <div>
                <dt>{t("certainty")}</dt>
                <dd>
                  {trigger.certainty} · {label(CERTAINTY, trigger.certainty, language)}
                </dd>
              </div>
            )}
            {trigger.effectiveFrom && (
              <div>
                <dt>{t("effective")}</dt>
                <dd>{trigger.effectiveFrom.slice(0, 10)}</dd>
              </div>
            )}
            {trigger.inputs && trigger.inputs.length > 0 && (
              <div>
                <dt>{t("inputs")}</dt>
                <dd>{trigger.inputs.map((id) => signalName(id, language)).join(language === "zh" ? "、" : ", ")}</dd>
              </div>
            )}
            {trigger.versionHash && (
              <div>
                <dt>{t("hash")}</dt>
                <dd className="mono" title={trigger.versionHash}>
                  {shortHash(trigger.versionHash)}
                </dd>
              </div>
            )}
          </dl>
        </div>
        {(trigger.texts ?? trigger.text) && <pre tabIndex={0}>{trigger.texts?.[language] ?? trigger.text}</pre>}
      </div>
    </article>
  );
}
