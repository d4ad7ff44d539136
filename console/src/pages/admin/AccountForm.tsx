import { Button, Select, TextInput } from "@mantine/core";
import { ASSIGNABLE_ROLES } from "@sandglass/casework";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { providersQuery, type Account, type Organisation } from "../../api/access.ts";
import { request } from "../../api/client.ts";
import { Problem } from "../../ui/Problem.tsx";
import styles from "../../access/access.module.css";
import { useAct } from "../../access/use-act.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { label, ROLE_NAMES } from "../../lib/vocabulary.ts";

interface AccountFormProps {
  readonly organisations: readonly Organisation[];
  /** Absent: a new one. */
  readonly account?: Account;
  done(): void;
}

export function AccountForm({ organisations, account, done }: AccountFormProps) {
  const { t } = useTranslation(["admin", "common"]);
  const language = useLanguage();
  const { data: providers = [] } = useQuery(providersQuery);
  const { busy, error, act } = useAct("accounts");
  const [login, setLogin] = useState(account?.account ?? "");
  const [name, setName] = useState(account?.name ?? "");
  const [role, setRole] = useState<string | null>(account?.role ?? null);
  const [organisation, setOrganisation] = useState<string | null>(account?.organisation ?? null);
  const [region, setRegion] = useState(account?.region ?? "");
  const [password, setPassword] = useState("");
  const [provider, setProvider] = useState<string | null>(account?.sso?.provider ?? null);
  const [subject, setSubject] = useState(account?.sso?.subject ?? "");

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const rights = { name, role, organisation };
    const work = () =>
      account === undefined
        ? request("/accounts", {
            method: "POST",
            body: {
              ...rights,
              account: login,
              password,
              mustChangePassword: true,
              ...(region === "" ? {} : { region }),
            },
          })
        : request(`/accounts/${account.id}`, {
            method: "PATCH",
            body: {
              ...rights,
              region: region === "" ? null : region,
              sso: provider === null || subject === "" ? null : { provider, subject },
            },
          });
    void act(work).then((ok) => ok && done());
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      {account === undefined && (
        <TextInput
          label={t("admin:people.account")}
          value={login}
          onChange={(event) => setLogin(event.currentTarget.value)}
          required
          pattern="[A-Za-z0-9][A-Za-z0-9._@\-]{0,63}"
          autoComplete="off"
        />
      )}
      <TextInput
        label={t("admin:people.name")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        required
        maxLength={100}
      />
      <Select
        label={t("admin:people.role")}
        data={ASSIGNABLE_ROLES.map((code) => ({ value: code, label: label(ROLE_NAMES, code, language) }))}
        value={role}
        onChange={setRole}
        searchable
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
      <TextInput
        label={t("admin:people.region")}
        description={t("admin:people.regionHint")}
        value={region}
        onChange={(event) => setRegion(event.currentTarget.value)}
        pattern="[0-9]{6}"
        inputMode="numeric"
      />
      {account === undefined && (
        <TextInput
          label={t("admin:people.first")}
          description={t("admin:people.firstHint")}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          required
          minLength={12}
          autoComplete="off"
        />
      )}
      {account !== undefined && providers.length > 0 && (
        <div className={styles.row}>
          <Select
            label={t("admin:people.provider")}
            data={providers.map(({ id, title }) => ({ value: id, label: title[language] }))}
            value={provider}
            onChange={setProvider}
            clearable
            clearButtonProps={{ "aria-label": t("common:clear") }}
          />
          <TextInput
            label={t("admin:people.subject")}
            description={t("admin:people.subjectHint")}
            value={subject}
            onChange={(event) => setSubject(event.currentTarget.value)}
            required={provider !== null}
          />
        </div>
      )}
      {account !== undefined && <p className="quiet">{t("admin:people.changeNote")}</p>}
      <Problem text={error} />
      <Button type="submit" variant="filled" loading={busy}>
        {t("admin:save")}
      </Button>
    </form>
  );
}
