import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import page from "../../ui/page.module.css";
import { Panel } from "../../ui/Panel.tsx";
import styles from "./project.module.css";

interface RecordTableProps {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly heads: readonly string[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
}

/** Records of one kind, the newest as the API gives them; says so when there are none. */
export function RecordTable({ title, hint, heads, rows }: RecordTableProps) {
  const { t } = useTranslation("review");
  return (
    <Panel flush={rows.length > 0} title={title} hint={hint}>
      {rows.length === 0 ? (
        <p className="faint">{t("none")}</p>
      ) : (
        <div className={page.scroll}>
          <table className={page.table}>
            <thead>
              <tr>
                {heads.map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.key}>
                  {row.cells.map((cell, index) => (
                    <td key={index} className={styles.cell}>
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
