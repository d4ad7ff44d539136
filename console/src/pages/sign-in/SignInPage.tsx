import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, request } from "../../api/client.ts";
import { sessionQuery } from "../../api/queries.ts";
import type { Actor } from "../../api/types.ts";
import { Logo } from "../../brand/Logo.tsx";
import { applyLanguage } from "../../i18n/index.ts";
import { useErrorText } from "../../i18n/use-error-text.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import styles from "./sign-in.module.css";

const route = getRouteApi("/sign-in");

/** Only a path of this console is followed after signing in. */
function safeNext(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : "/";
}

export function SignInPage() {
  const { t } = useTranslation(["shell", "common"]);
  const language = useLanguage();
  const { next } = route.useSearch();
  const client = useQueryClient();
  const router = useRouter();
  const [account, setAccount] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const errorText = useErrorText(error);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const answer = await request<{ actor: Actor }>("/session", { method: "POST", body: { account, password } });
      client.clear();
      client.setQueryData(sessionQuery.queryKey, answer.actor);
      router.history.push(safeNext(next));
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className={styles.page}>
      <form className={styles.card} onSubmit={(event) => void submit(event)}>
        <div className={styles.brand}>
          <Logo size={56} />
          <div>
            <h1>
              沙漏 <span>Sandglass</span>
            </h1>
            <p className="quiet">{t("shell:signIn.lead")}</p>
          </div>
        </div>
        <TextInput
          label={t("shell:signIn.account")}
          value={account}
          onChange={(event) => setAccount(event.currentTarget.value)}
          autoComplete="username"
          name="account"
          required
          autoFocus
          withAsterisk={false}
          size="sm"
        />
        <PasswordInput
          label={t("shell:signIn.password")}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="current-password"
          name="password"
          required
          withAsterisk={false}
          size="sm"
          visibilityToggleButtonProps={{ "aria-label": t("common:showPassword") }}
        />
        {error !== undefined && (
          <div className={styles.refused} role="alert">
            <strong>{t("shell:signIn.refused")}</strong>
            <span>{errorText}</span>
            {error instanceof ApiError && <code>{error.code}</code>}
          </div>
        )}
        <Button type="submit" variant="filled" size="sm" loading={busy}>
          {t("shell:signIn.submit")}
        </Button>
        <div className={styles.foot}>
          <span className="faint">{t("shell:signIn.note")}</span>
          <button type="button" className="link" onClick={() => applyLanguage(language === "zh" ? "en" : "zh")}>
            {language === "zh" ? "English" : "中文"}
          </button>
        </div>
      </form>
    </main>
  );
}
