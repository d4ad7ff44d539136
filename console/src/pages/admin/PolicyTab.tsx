import { NativeSelect } from "@mantine/core";
import { SECOND_FACTOR_RULES } from "@sandglass/casework";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { policiesQuery } from "../../api/access.ts";
import { request } from "../../api/client.ts";
import { Problem } from "../../ui/Problem.tsx";
import { useAct } from "../../access/use-act.ts";
import { useMay } from "../../access/use-may.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { label, ROLE_NAMES } from "../../lib/vocabulary.ts";
import page from "../../ui/page.module.css";

/** Which roles must have a second factor. */
export function PolicyTab() {
  const { t } = useTranslation("admin");
  const language = useLanguage();
  const { data = [] } = useQuery(policiesQuery);
  const mayWrite = useMay("identity", "write");
  const { busy, error, act } = useAct("policies");
  return (
    <>
      <p className="quiet">{t("policy.lead")}</p>
      <Problem text={error} />
      <div className={page.scroll}>
        <table className={page.table}>
          <thead>
            <tr>
              <th>{t("people.role")}</th>
              <th>{t("policy.secondFactor")}</th>
              <th>{t("policy.source")}</th>
            </tr>
          </thead>
          <tbody>
            {data.map(({ role, secondFactor, isDefault }) => (
              <tr key={role}>
                <td>{label(ROLE_NAMES, role, language)}</td>
                <td>
                  <NativeSelect
                    aria-label={`${t("policy.secondFactor")}: ${label(ROLE_NAMES, role, language)}`}
                    data={SECOND_FACTOR_RULES.map((value) => ({ value, label: t(`policy.rules.${value}`) }))}
                    value={secondFactor}
                    disabled={!mayWrite || busy || role === "SUPERVISOR_ALL"}
                    onChange={(event) => {
                      const next = event.currentTarget.value;
                      void act(() =>
                        request(`/sign-in-policies/${role}`, { method: "PUT", body: { secondFactor: next } }),
                      );
                    }}
                  />
                </td>
                <td>{t(isDefault ? "policy.default" : "policy.own")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
