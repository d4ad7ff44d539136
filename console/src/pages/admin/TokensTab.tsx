import { Button, NumberInput, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { organisationsQuery, tokensQuery } from "../../api/access.ts";
import { request } from "../../api/client.ts";
import { Problem } from "../../ui/Problem.tsx";
import styles from "../../access/access.module.css";
import { TokenTable } from "../../access/TokenTable.tsx";
import { useAct } from "../../access/use-act.ts";
import { useMay } from "../../access/use-may.ts";
import { useLanguage } from "../../i18n/use-language.ts";
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
            <Problem text={error} />
            <Button type="submit" variant="filled" loading={busy}>
              {t("account:token.make")}
            </Button>
          </form>
        </Panel>
      )}
      <Panel title={t("admin:tabs.tokens")} flush>
        <TokenTable rows={tokens} canRevoke={mayWrite} everybodys />
      </Panel>
    </>
  );
}
