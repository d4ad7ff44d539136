import { IconAlertTriangle, IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Check, CheckedTrigger, CheckProblem } from "../../api/rules.ts";
import { signalName } from "../../lib/finding.ts";
import { formatBytes, formatDuration, formatNumber, shortHash, type Language } from "../../lib/format.ts";
import { CERTAINTY, label } from "../../lib/vocabulary.ts";
import { Facts, SideGroup } from "../../ui/Panel.tsx";
import { SeverityIcon } from "../../ui/Severity.tsx";
import styles from "./draft.module.css";

interface CheckSideProps {
  readonly check: Check;
  readonly language: Language;
  /** The answer is about a text before the last keys. */
  readonly isOld: boolean;
  goTo(offset: number): void;
}

/** What the compiler says: problems with place, cause and suggestion, or what the triggers mean and cost. */
export function CheckSide({ check, language, isOld, goTo }: CheckSideProps) {
  const { t } = useTranslation("draft");
  const problems = [...check.errors, ...check.warnings];
  return (
    <div aria-busy={isOld}>
      <p className={styles.verdict} role="status" data-ok={check.ok || undefined}>
        {check.ok ? (
          <IconCircleCheck size={16} stroke={1.5} aria-hidden />
        ) : (
          <IconCircleX size={16} stroke={1.5} aria-hidden />
        )}
        <strong>
          {check.ok
            ? t("write.ok", { count: formatNumber(check.triggers.length, language) })
            : t("write.errors", { count: formatNumber(check.errors.length, language) })}
        </strong>
      </p>
      {problems.length > 0 && (
        <ol className={styles.problems}>
          {problems.map((problem, index) => (
            <li key={index} data-warning={index >= check.errors.length || undefined}>
              <Problem problem={problem} language={language} goTo={goTo} />
            </li>
          ))}
        </ol>
      )}
      {check.triggers.map((trigger) => (
        <Meaning key={trigger.id} trigger={trigger} language={language} />
      ))}
    </div>
  );
}

function Problem({ problem, language, goTo }: { problem: CheckProblem; language: Language; goTo(at: number): void }) {
  const { t } = useTranslation("draft");
  const suggestion = (language === "zh" ? problem.suggestionZh : undefined) ?? problem.suggestion;
  return (
    <>
      <button type="button" className={styles.place} onClick={() => goTo(problem.start)}>
        <IconAlertTriangle size={13} stroke={1.5} aria-hidden />
        {t("write.place", { line: problem.line, column: problem.column })}
      </button>{" "}
      <span className="faint mono">{problem.code}</span>
      <p>{language === "zh" ? problem.messageZh : problem.message}</p>
      {suggestion !== null && (
        <p className="quiet">
          {t("write.suggestion")} <code>{suggestion}</code>
        </p>
      )}
    </>
  );
}

function Meaning({ trigger, language }: { trigger: CheckedTrigger; language: Language }) {
  const { t } = useTranslation(["draft", "rule"]);
  const other = language === "zh" ? "en" : "zh";
  return (
    <SideGroup
      title={
        <span className={styles.titleLine}>
          {trigger.levels.map((level) => (
            <SeverityIcon key={level} level={level} />
          ))}
          {trigger.title[language]}
        </span>
      }
      aside={
        <span className="mono">
          {trigger.id} v{trigger.version}
        </span>
      }
    >
      <p className={styles.meaning}>{trigger.sentence[language]}</p>
      <p className={`${styles.meaning} faint`} lang={other === "zh" ? "zh-CN" : "en"}>
        {trigger.sentence[other]}
      </p>
      <Facts
        facts={[
          {
            name: t("rule:inputs"),
            value: trigger.inputs.map((id) => signalName(id, language)).join(language === "zh" ? "、" : ", "),
          },
          { name: t("rule:basis"), value: (language === "zh" ? trigger.basisZh : undefined) ?? trigger.basis },
          {
            name: t("rule:certainty"),
            value: trigger.certainty ? `${trigger.certainty} · ${label(CERTAINTY, trigger.certainty, language)}` : "",
          },
          { name: t("draft:write.bytes"), value: formatBytes(trigger.bytesPerSubject, language) },
          { name: t("draft:write.horizon"), value: formatDuration(trigger.horizonMs, language) },
          {
            name: t("rule:hash"),
            value: (
              <span className="mono" title={trigger.versionHash}>
                {shortHash(trigger.versionHash)}
              </span>
            ),
          },
        ]}
      />
    </SideGroup>
  );
}
