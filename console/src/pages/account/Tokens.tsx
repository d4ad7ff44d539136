import { Button, MultiSelect, NumberInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { TOKEN_SCOPES } from "@sandglass/casework";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { tokensQuery } from "../../api/access.ts";
import { request } from "../../api/client.ts";
import { Problem } from "../../ui/Problem.tsx";
import styles from "../../access/access.module.css";
import { TokenTable, useScopeText } from "../../access/TokenTable.tsx";
import { useAct } from "../../access/use-act.ts";
import { Panel } from "../../ui/Panel.tsx";

/** One's own tokens: made, shown once, revoked. */
export function TokensPanel({ account }: { account: string }) {
  const { t } = useTranslation("account");
  const { data = [] } = useQuery(tokensQuery);
  const { busy, error, act } = useAct("tokens");
  const [name, setName] = useState("");
  const [days, setDays] = useState<string | number>(30);
  const [scopes, setScopes] = useState<string[]>([]);
  const [made, setMade] = useState<string>();
  const own = data.filter((token) => token.owner === account && !token.revoked);
  const scopeText = useScopeText();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void act(async () => {
      const body = { name, days: Number(days), ...(scopes.length > 0 ? { scopes } : {}) };
      setMade((await request<{ token: string }>("/tokens", { method: "POST", body })).token);
      setName("");
    });
  };
  return (
    <Panel title={t("token.title")}>
      <p className="quiet">{t("token.lead")}</p>
      {own.length > 0 && <TokenTable rows={own} canRevoke />}
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
        <Problem text={error} />
        <Button type="submit" loading={busy}>
          {t("token.make")}
        </Button>
      </form>
    </Panel>
  );
}
