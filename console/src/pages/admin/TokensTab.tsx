import { Button, NumberInput, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { organisationsQuery, tokensQuery } from "../../api/access.ts";
import { request } from "../../api/client.ts";
import styles from "../../access/access.module.css";
import { useAct } from "../../access/use-act.ts";
import { useMay } from "../../access/use-may.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatInstant, parseTime } from "../../lib/format.ts";
import { label, ROLE_NAMES } from "../../lib/vocabulary.ts";
import page from "../../ui/page.module.css";
import { Panel } from "../../ui/Panel.tsx";

/** Tokens of everybody, to revoke; credentials for events, to hand out. */
export function TokensTab() {
  const { t } = useTranslation(["admin", "account"]);
  const language = useLanguage();
  const { data: tokens = [] } = useQuery(tokensQuery);
  const { data: organisations = [] } = useQuery(organisationsQuery);
  const mayWrite = useMay("identity", "write");
  const { busy, error, act } = useAct("tokens");
  const [name, setName] = useState("");
  const [organisation, setOrganisation] = useState<string | null>(null);
  const [days, setDays] = useState<string | number>(90);
  const [made, setMade] = useState<string>();
  const time = (text: string | null): string => {
    const at = parseTime(text);
    return at === undefined ? "–" : formatInstant(at);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void act(async () => {
      const body = { name, organisation, scope: "intake", days: Number(days) };
      setMade((await request<{ token: string }>("/tokens", { method: "POST", body })).token);
      setName("");
    });
  };
  return (
    <>
      {mayWrite && (
        <Panel title={t("admin:tokens.intake")}>
          <form className={styles.form} onSubmit={submit}>
            <p className="quiet">{t("admin:tokens.intakeLead")}</p>
            {made !== undefined && (
              <p role="status">
                <strong>{t("account:token.once")}</strong> <span className={styles.secret}>{made}</span>
              </p>
            )}
            <TextInput
              label={t("account:token.name")}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              required
            />
            <Select
              label={t("admin:people.organisation")}
              data={organisations.map(({ id, names }) => ({ value: id, label: `${names[language]} (${id})` }))}
              value={organisation}
              onChange={setOrganisation}
              searchable
              required
            />
            <NumberInput
              label={t("account:token.days")}
              value={days}
              onChange={setDays}
              min={1}
              max={366}
              hideControls
              required
            />
            {error !== undefined && (
              <span role="alert" className={styles.bad}>
                {error}
              </span>
            )}
            <Button type="submit" variant="filled" loading={busy}>
              {t("account:token.make")}
            </Button>
          </form>
        </Panel>
      )}
      <Panel title={t("admin:tabs.tokens")} flush>
        <div className={page.scroll}>
          <table className={page.table}>
            <thead>
              <tr>
                <th>{t("account:token.name")}</th>
                <th>{t("admin:people.role")}</th>
                <th>{t("admin:people.organisation")}</th>
                <th>{t("account:token.scopes")}</th>
                <th>{t("account:token.expires")}</th>
                <th>{t("account:token.used")}</th>
                <th>
                  <span className="sr-only">{t("account:token.revoke")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {tokens.map((token) => (
                <tr key={token.id}>
                  <td>{token.name}</td>
                  <td>{label(ROLE_NAMES, token.role, language)}</td>
                  <td>{token.organisation ?? "–"}</td>
                  <td className="mono">{token.scope ?? token.scopes?.join(", ") ?? t("account:token.all")}</td>
                  <td>{time(token.expiresAt)}</td>
                  <td>{time(token.lastUsedAt)}</td>
                  <td>
                    {token.revoked
                      ? t("admin:tokens.revoked")
                      : mayWrite && (
                          <Button
                            loading={busy}
                            onClick={() => void act(() => request(`/tokens/${token.id}`, { method: "DELETE" }))}
                          >
                            {t("account:token.revoke")}
                          </Button>
                        )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
    </>
  );
}
