import { rowsOf, SANDBOX_APPLICATION_FIELDS, SANDBOX_PLAN_FIELDS, type Fields, type Json } from "@sandglass/casework";
import { useTranslation } from "react-i18next";
import type { ProjectDetail } from "../../api/shapes/projects.ts";
import { useNameOf } from "../../casework/registers.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { presentOf } from "../../lib/project.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import page from "../../ui/page.module.css";
import { Panel } from "../../ui/Panel.tsx";
import styles from "./project.module.css";

// Limits, vehicles and triggers have panels of their own, which show how they stand.
const {
  limits: _limits,
  vehicles: _vehicles,
  triggerSet: _set,
  title: _title,
  ...APPLICATION
} = SANDBOX_APPLICATION_FIELDS;
const { limits: _bounds, vehicles: _subjects, triggerSet: _triggers, ...PLAN } = SANDBOX_PLAN_FIELDS;
const WRITTEN = { application: APPLICATION, plan: PLAN } as const satisfies Record<string, Fields>;

/** What the parties wrote, as its documents print it: who decides reads it here before deciding. */
export function WrittenPanel({ project, part }: { project: ProjectDetail; part: keyof typeof WRITTEN }) {
  const { t } = useTranslation("review");
  const language = useLanguage();
  const rows = rowsOf(WRITTEN[part], presentOf(project) as Json, useNameOf()).filter(
    ({ value }) => value.en.trim() !== "" && value.en !== "–",
  );
  return (
    <Panel flush={rows.length > 0} title={t(`written.${part}`)}>
      {rows.length === 0 ? (
        <p className="faint">{t("none")}</p>
      ) : (
        <div className={page.scroll}>
          <table className={page.table}>
            <tbody>
              {rows.map(({ label, value }) => (
                <tr key={label.en}>
                  <th scope="row" className={styles.writtenLabel}>
                    {inLanguage(label, language)}
                  </th>
                  <td className={`${styles.cell} ${styles.written}`}>{inLanguage(value, language)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
