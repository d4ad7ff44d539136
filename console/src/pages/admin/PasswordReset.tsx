import { Button, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Account } from "../../api/access.ts";
import { request } from "../../api/client.ts";
import { Problem } from "../../ui/Problem.tsx";
import styles from "../../access/access.module.css";
import { useAct } from "../../access/use-act.ts";

/** A new first password, and for who has lost them, no second factors. */
export function PasswordReset({ account, done }: { account: Account; done(): void }) {
  const { t } = useTranslation("admin");
  const { busy, error, act } = useAct("accounts", "sessions");
  const [password, setPassword] = useState("");
  const finish = (work: () => Promise<unknown>) => void act(work).then((ok) => ok && done());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    finish(() => request(`/accounts/${account.id}/password`, { method: "POST", body: { password } }));
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <p className="quiet">{t("reset.note")}</p>
      <TextInput
        label={t("people.first")}
        description={t("people.firstHint")}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        required
        minLength={12}
        autoComplete="off"
      />
      <Problem text={error} />
      <div className={styles.row}>
        <Button type="submit" variant="filled" loading={busy}>
          {t("reset.password")}
        </Button>
        <Button
          loading={busy}
          onClick={() => finish(() => request(`/accounts/${account.id}/factors/reset`, { method: "POST" }))}
        >
          {t("reset.factors")}
        </Button>
      </div>
    </form>
  );
}
