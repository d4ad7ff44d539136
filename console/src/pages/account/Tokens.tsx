import { Button, MultiSelect, NumberInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { TOKEN_AREAS, TOKEN_SCOPES } from "@sandglass/casework";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { tokensQuery, type TokenRow } from "../../api/access.ts";
import { request } from "../../api/client.ts";
import styles from "../../access/access.module.css";
import { useAct } from "../../access/use-act.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatInstant, parseTime } from "../../lib/format.ts";
import { Panel } from "../../ui/Panel.tsx";
import page from "../../ui/page.module.css";

/** One's own tokens: made, shown once, revoked. */
export function TokensPanel({ account }: { account: string }) {
  const { t } = useTranslation("account");
  const language = useLanguage();
  const { data = [] } = useQuery(tokensQuery);
  const { busy, error, act } = useAct("tokens");
  const [name, setName] = useState("");
  const [days, setDays] = useState<string | number>(30);
  const [scopes, setScopes] = useState<string[]>([]);
  const [made, setMade] = useState<string>();
  const own = data.filter((token) => token.owner === account && !token.revoked);
  const scopeText = (scope: string): string => {
    const [area = "", right = ""] = scope.split(":");
    const title = TOKEN_AREAS[area as keyof typeof TOKEN_AREAS];
    return `${title[language]} · ${t(right === "write" ? "token.write" : "token.read")}`;
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void act(async () => {
      const body = { name, days: Number(days), ...(scopes.length > 0 ? { scopes } : {}) };
      setMade((await request<{ token: string }>("/tokens", { method: "POST", body })).token);
      setName("");
    });
  };
  const time = (text: string | null): string => {
    const at = parseTime(text);
    return at === undefined ? t("neverUsed") : formatInstant(at);
  };
  return (
    <Panel title={t("token.title")}>
      <p className="quiet">{t("token.lead")}</p>
      {own.length > 0 && (
        <div className={page.scroll}>
          <table className={page.table}>
            <thead>
              <tr>
                <th>{t("token.name")}</th>
                <th>{t("token.scopes")}</th>
                <th>{t("token.expires")}</th>
                <th>{t("token.used")}</th>
                <th>
                  <span className="sr-only">{t("token.revoke")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {own.map((token: TokenRow) => (
                <tr key={token.id}>
                  <td>{token.name}</td>
                  <td>{token.scopes === null ? t("token.all") : token.scopes.map(scopeText).join(", ")}</td>
                  <td>{time(token.expiresAt)}</td>
                  <td>{time(token.lastUsedAt)}</td>
                  <td>
                    <Button
                      loading={busy}
                      onClick={() => void act(() => request(`/tokens/${token.id}`, { method: "DELETE" }))}
                    >
                      {t("token.revoke")}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <form className={styles.form} onSubmit={submit}>
        {made !== undefined && (
          <p role="status">
            <strong>{t("token.once")}</strong> <span className={styles.secret}>{made}</span>
          </p>
        )}
        <TextInput
          label={t("token.name")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          maxLength={100}
        />
        <MultiSelect
          label={t("token.scopes")}
          description={t("token.scopesHint")}
          data={TOKEN_SCOPES.map((scope) => ({ value: scope, label: scopeText(scope) }))}
          value={scopes}
          onChange={setScopes}
          hidePickedOptions
          comboboxProps={{ withinPortal: true }}
        />
        <NumberInput label={t("token.days")} value={days} onChange={setDays} min={1} max={366} required hideControls />
        {error !== undefined && (
          <span role="alert" className={styles.bad}>
            {error}
          </span>
        )}
        <Button type="submit" loading={busy}>
          {t("token.make")}
        </Button>
      </form>
    </Panel>
  );
}
