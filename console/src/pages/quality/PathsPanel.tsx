import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { pathsQuery } from "../../api/quality.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatNumber } from "../../lib/format.ts";
import { CertaintyTag } from "../../ui/CertaintyTag.tsx";
import page from "../../ui/page.module.css";
import { Panel } from "../../ui/Panel.tsx";
import { VehicleName } from "../../ui/VehicleName.tsx";

/** What came of vehicles from their enterprise and by a local platform; nothing where no local platform passes anything on. */
export function PathsPanel({ day }: { day: string | undefined }) {
  const { t } = useTranslation("quality");
  const language = useLanguage();
  const { data } = useQuery(pathsQuery(day));
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Panel flush title={t("rates.paths")} hint={t("rates.pathsHint")} aside={<CertaintyTag basis={data.basis} />}>
      <div className={page.scroll}>
        <table className={page.table}>
          <thead>
            <tr>
              <th>{t("vehicle")}</th>
              <th>{t("day")}</th>
              <th>{t("rates.enterprise")}</th>
              <th>{t("rates.local")}</th>
              <th>{t("rates.missing")}</th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((row) => (
              <tr key={`${row.vehicle} ${row.day}`}>
                <td>
                  <Link className="link" to="/vehicles/$vehicleId" params={{ vehicleId: row.vehicle }} search={{}}>
                    <VehicleName id={row.vehicle} />
                  </Link>
                </td>
                <td className="num">{row.day}</td>
                <td className="num">{formatNumber(row.enterprise, language)}</td>
                <td className="num">{formatNumber(row.local, language)}</td>
                <td className="num">{formatNumber(row.missing, language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
