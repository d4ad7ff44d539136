import { Button, PasswordInput, TextInput } from "@mantine/core";
import { browserSupportsWebAuthn, startAuthentication } from "@simplewebauthn/browser";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { safeNext } from "../../access/safe-next.ts";
import { providersQuery, type FactorMethod, type SessionAnswer, type SignInQuestion } from "../../api/access.ts";
import { API_BASE, ApiError, request, withQuery } from "../../api/client.ts";
import { sessionQuery } from "../../api/queries.ts";
import { Logo } from "../../brand/Logo.tsx";
import { applyLanguage } from "../../i18n/index.ts";
import { useErrorText } from "../../i18n/use-error-text.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import styles from "./sign-in.module.css";

const route = getRouteApi("/sign-in");

/** Why somebody was sent here, of those codes that a person can do something about. */
const EXPLAINED = ["SG_UNAUTHENTICATED", "SG_SESSION_REFUSED", "SG_SSO_REFUSED", "SG_SSO_UNAVAILABLE"] as const;
const isExplained = (code: string): code is (typeof EXPLAINED)[number] => EXPLAINED.some((each) => each === code);

interface Factor {
  readonly challenge: string;
  readonly methods: readonly FactorMethod[];
}

export function SignInPage() {
  const { t } = useTranslation(["shell", "common"]);
  const language = useLanguage();
  const { next, refused } = route.useSearch();
  const client = useQueryClient();
  const router = useRouter();
  const { data: providers = [] } = useQuery(providersQuery);
  const [account, setAccount] = useState("");
  const [password, setPassword] = useState("");
  const [factor, setFactor] = useState<Factor>();
  const [method, setMethod] = useState<FactorMethod>("totp");
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const errorText = useErrorText(error);
  // The password was right already; the server does not say so, but here it was seen.
  const isWrongFactor = factor !== undefined && error instanceof ApiError && error.code === "SG_SESSION_REFUSED";

  /** Runs one step of the sign-in and goes where its answer leads. */
  const step = async (work: () => Promise<SessionAnswer>): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const answer = await work();
      if (answer.secondFactor) {
        setFactor(answer.secondFactor);
        setMethod(answer.secondFactor.methods[0] ?? "totp");
        setPassword("");
        return;
      }
      client.clear();
      const pending = answer.pending ?? [];
      client.setQueryData(
        sessionQuery.queryKey,
        answer.actor && pending.length > 0 ? { ...answer.actor, pending } : answer.actor,
      );
      router.history.push(safeNext(next));
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };

  const withPassword = (event: FormEvent): void => {
    event.preventDefault();
    void step(() => request("/session", { method: "POST", body: { account, password } }));
  };
  const withCode = (event: FormEvent): void => {
    event.preventDefault();
    if (factor === undefined) return;
    void step(() =>
      request("/session/second-factor", { method: "POST", body: { challenge: factor.challenge, [method]: code } }),
    );
  };
  /** With a challenge the passkey is the second factor; without, it is the whole sign-in. */
  const withPasskey = (challenge?: string): void =>
    void step(async () => {
      const question = await request<SignInQuestion>("/session/passkey/options", {
        method: "POST",
        body: challenge === undefined ? {} : { challenge },
      });
      const passkey = await startAuthentication({ optionsJSON: question.options });
      return request(challenge === undefined ? "/session/passkey" : "/session/second-factor", {
        method: "POST",
        body: { challenge: question.challenge, passkey },
      });
    });

  return (
    <main className={styles.page}>
      <form className={styles.card} onSubmit={factor === undefined ? withPassword : withCode}>
        <div className={styles.brand}>
          <Logo size={56} />
          <div>
            <h1>
              沙漏 <span>Sandglass</span>
            </h1>
            <p className="quiet">{factor === undefined ? t("shell:signIn.lead") : t("shell:signIn.factor")}</p>
          </div>
        </div>
        {factor === undefined && (
          <>
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
          </>
        )}
        {factor !== undefined && method !== "passkey" && (
          <TextInput
            key={method}
            label={t(method === "totp" ? "shell:signIn.totp" : "shell:signIn.recovery")}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            autoComplete="one-time-code"
            inputMode={method === "totp" ? "numeric" : "text"}
            required
            autoFocus
            withAsterisk={false}
            size="sm"
          />
        )}
        {error === undefined && refused !== undefined && (
          <div className={styles.refused} role="alert">
            <strong>{t(refused === "SG_UNAUTHENTICATED" ? "shell:signIn.ended" : "shell:signIn.refused")}</strong>
            {isExplained(refused) && <span>{t(`shell:signIn.because.${refused}`)}</span>}
            <code>{refused}</code>
          </div>
        )}
        {error !== undefined && (
          <div className={styles.refused} role="alert">
            <strong>{t("shell:signIn.refused")}</strong>
            <span>{isWrongFactor ? t("shell:signIn.wrongFactor") : errorText}</span>
            {error instanceof ApiError && <code>{error.code}</code>}
          </div>
        )}
        {method === "passkey" && factor !== undefined ? (
          <Button variant="filled" size="sm" loading={busy} onClick={() => withPasskey(factor.challenge)}>
            {t("shell:signIn.usePasskey")}
          </Button>
        ) : (
          <Button type="submit" variant="filled" size="sm" loading={busy}>
            {t("shell:signIn.submit")}
          </Button>
        )}
        {factor !== undefined && (
          <div className={styles.foot}>
            {factor.methods
              .filter((each) => each !== method)
              .map((each) => (
                <button
                  key={each}
                  type="button"
                  className="link"
                  onClick={() => (setMethod(each), setCode(""), setError(undefined))}
                >
                  {t(
                    each === "totp"
                      ? "shell:signIn.useTotp"
                      : each === "passkey"
                        ? "shell:signIn.usePasskey"
                        : "shell:signIn.useRecovery",
                  )}
                </button>
              ))}
            <button
              type="button"
              className="link"
              onClick={() => (setFactor(undefined), setCode(""), setError(undefined))}
            >
              {t("shell:signIn.back")}
            </button>
          </div>
        )}
        {factor === undefined &&
          browserSupportsWebAuthn() &&
          window.isSecureContext &&
          !/^[\d.]+$|^\[/.test(location.hostname) && (
            <Button size="sm" disabled={busy} onClick={() => withPasskey()}>
              {t("shell:signIn.passkey")}
            </Button>
          )}
        {factor === undefined &&
          providers.map(({ id, title }) => (
            <Button
              key={id}
              component="a"
              size="sm"
              href={API_BASE + withQuery(`/session/sso/${id}`, { next: safeNext(next) })}
            >
              {t("shell:signIn.sso", { provider: title[language] })}
            </Button>
          ))}
        <div className={styles.foot}>
          <span className="faint">{factor === undefined ? t("shell:signIn.note") : ""}</span>
          <button type="button" className="link" onClick={() => applyLanguage(language === "zh" ? "en" : "zh")}>
            {language === "zh" ? "English" : "中文"}
          </button>
        </div>
      </form>
    </main>
  );
}
