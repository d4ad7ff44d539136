import { Link } from "@tanstack/react-router";
import { IconBolt, IconPlayerPause } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ProjectDetail } from "../../api/shapes/projects.ts";
import { ActorName } from "../../casework/ActorName.tsx";
import { readRecord } from "../../casework/record.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatInstant, parseTime } from "../../lib/format.ts";
import { ACTION_NAMES, inLanguage, label, PROJECT_STATES } from "../../lib/vocabulary.ts";
import styles from "./project.module.css";

/** Why the project does not run freely now: what put it there, who, and on which finding. */
export function SuspensionNotice({ project }: { project: ProjectDetail }) {
  const { t } = useTranslation(["project", "common"]);
  const language = useLanguage();
  if (!["SUSPENDED", "RESTRICTED", "TERMINATING"].includes(project.state)) return null;
  const cause = [...(project.actions ?? [])]
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .find((record) => (record.to ?? record.state) === project.state && record.from !== project.state);
  const view = cause ? readRecord(cause, language) : undefined;
  const isTerminating = project.state === "TERMINATING";
  const standing = project.state === "RESTRICTED" ? project.restriction : project.suspension;
  // Why it is to end is said by who put it there; what suspended it before is another reason, and still the finding behind both.
  const reason = (isTerminating ? "" : inLanguage(standing?.reason, language)) || (view?.reason ?? "");
  const finding = (isTerminating ? view?.finding : undefined) ?? standing?.finding ?? view?.finding;
  const time = parseTime(cause?.at);
  const retracted = parseTime(standing?.findingRetractedAt);
  return (
    <section className={styles.notice} data-state={project.state}>
      {view?.byTrigger ? (
        <IconBolt size={18} stroke={1.5} aria-hidden />
      ) : (
        <IconPlayerPause size={18} stroke={1.5} aria-hidden />
      )}
      <p>
        <strong>{label(PROJECT_STATES, project.state, language)}</strong>
        {cause && view && (
          <>
            {" · "}
            {cause.title ? inLanguage(cause.title, language) : label(ACTION_NAMES, cause.name, language)}
            {" · "}
            {view.byTrigger ? t("project:byTrigger") : <ActorName actor={view.actor} />}
            {time !== undefined && (
              <span className="num">
                {" "}
                · {formatInstant(time)} {t("common:zone")}
              </span>
            )}
            {reason !== "" && <span className={styles.reason}>{reason}</span>}
            {retracted !== undefined && (
              <strong className={styles.reason} data-retracted>
                {t("project:findingRetracted", { time: formatInstant(retracted) })}
              </strong>
            )}
          </>
        )}
        <span className={styles.reason}>{t(`project:wayOn.${project.state as "SUSPENDED"}`)}</span>
      </p>
      {finding && (
        <Link className="link" to="/findings/$findingId" params={{ findingId: finding }} search={{}}>
          {t("project:openCause")}
        </Link>
      )}
    </section>
  );
}
