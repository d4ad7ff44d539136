import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { projectsQuery } from "../../api/queries.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatShort, parseTime } from "../../lib/format.ts";
import { inLanguage, STAGES, stageOf } from "../../lib/vocabulary.ts";
import { projectVehicleCount } from "../../lib/project.ts";
import { ProjectStateTag } from "../../ui/StateTags.tsx";
import styles from "./situation.module.css";

const SHOWN = 8;

/** The sandbox projects that matter now: those under test first. */
export function ProjectStrip() {
  const { t } = useTranslation("situation");
  const language = useLanguage();
  // Asked for by themselves: among hundreds of projects, the newest are not those that somebody must look at.
  const urgent = useInfiniteQuery(projectsQuery({ state: "SUSPENDED,RESTRICTED" }, SHOWN));
  const projects = useInfiniteQuery(projectsQuery({}, 50));
  const items = [urgent, projects].flatMap(({ data }) => (data?.pages ?? []).flatMap((page) => page.items));
  const urgency = (state: string): number =>
    ["SUSPENDED", "RESTRICTED", "TERMINATING", "TESTING"].indexOf(state) + 1 || 9;
  const shown = [...new Map(items.map((each) => [each.id, each])).values()]
    .sort((a, b) => urgency(a.state) - urgency(b.state))
    .slice(0, SHOWN);
  return (
    <section className={styles.strip} aria-label={t("projects.title")}>
      <header className={styles.stripHead}>
        <h2>{t("projects.title")}</h2>
        <Link to="/projects" className="link">
          {t("projects.all")}
        </Link>
      </header>
      <div className={styles.stripRow}>
        {projects.isSuccess && shown.length === 0 && <span className="quiet">{t("projects.empty")}</span>}
        {shown.map((project) => {
          const stage = stageOf(project.state);
          const reached = STAGES.findIndex(({ code }) => code === stage);
          const count = projectVehicleCount(project);
          const since = parseTime(project.since);
          return (
            <Link
              key={project.id}
              to="/projects/$projectId"
              params={{ projectId: project.id }}
              search={{}}
              className={styles.project}
              data-state={project.state}
            >
              <b className="ellipsis">{inLanguage(project.title, language)}</b>
              <span className={styles.projectFacts}>
                <ProjectStateTag state={project.state} />
                {since !== undefined && (
                  <span className="quiet num">{t("projects.since", { time: formatShort(since) })}</span>
                )}
                {(project.openFindings ?? 0) > 0 && (
                  <span className={styles.warn}>{t("projects.findings", { count: project.openFindings ?? 0 })}</span>
                )}
                {count !== undefined && <span className="quiet">{t("projects.subjects", { count })}</span>}
              </span>
              <span className={styles.steps} aria-hidden>
                {STAGES.map(({ code }, index) => (
                  <i key={code} data-done={index < reached || undefined} data-now={index === reached || undefined} />
                ))}
              </span>
            </Link>
          );
        })}
      </div>
    </section>
  );
}
