import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../i18n/use-language.ts";
import { shortHash } from "../../lib/format.ts";
import { PublishedRuleState } from "../../rules/PublishedRuleState.tsx";
import { EFFECTS, inLanguage, label } from "../../lib/vocabulary.ts";
import { Panel } from "../../ui/Panel.tsx";
import { SeverityIcon } from "../../ui/Severity.tsx";
import { Tag } from "../../ui/Tag.tsx";
import styles from "./project.module.css";
import type { ProjectTriggers } from "./use-project-triggers.ts";

/** The triggers that watch the project's vehicles, in plain sentences, with what each of them does. */
export function TriggerPanel({ set }: { set: ProjectTriggers }) {
  const { t } = useTranslation("project");
  const language = useLanguage();
  return (
    <Panel
      flush
      title={t("triggers.title")}
      hint={set.pack}
      aside={
        set.hash ? (
          <span className="mono" title={set.hash}>
            {shortHash(set.hash)}
          </span>
        ) : undefined
      }
    >
      <ul className={styles.triggers}>
        {set.triggers.map((trigger) => {
          const effect = set.effectOf(trigger);
          return (
            <li key={`${trigger.id}-${trigger.version}`}>
              <SeverityIcon level={Math.max(trigger.level ?? 0, ...(trigger.levels ?? []))} size={14} />
              <div>
                <p>
                  <Link className="link" to="/rules" search={{ trigger: trigger.id }}>
                    <b>{inLanguage(trigger.title, language)}</b>
                  </Link>{" "}
                  <span className="faint">
                    {trigger.id} v{trigger.version}
                  </span>
                </p>
                {trigger.newer !== undefined && trigger.endedAt !== undefined && (
                  <PublishedRuleState rule={{ newer: trigger.newer, endedAt: trigger.endedAt }} />
                )}
                {trigger.sentence && <p className="quiet">{inLanguage(trigger.sentence, language)}</p>}
              </div>
              {effect && (
                <Tag
                  tone={
                    effect === "suspend" || effect === "terminate" ? "bad" : effect === "restrict" ? "warn" : "plain"
                  }
                >
                  {label(EFFECTS, effect, language)}
                </Tag>
              )}
            </li>
          );
        })}
        {set.triggers.length === 0 && <li className="faint">{t("triggers.none")}</li>}
      </ul>
    </Panel>
  );
}
