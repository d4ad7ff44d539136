import { Button, PasswordInput, TextInput } from "@mantine/core";
import { browserSupportsWebAuthn, startRegistration } from "@simplewebauthn/browser";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { OwnAccount, RegistrationQuestion } from "../../api/access.ts";
import { request } from "../../api/client.ts";
import { Problem } from "../../ui/Problem.tsx";
import styles from "../../access/access.module.css";
import { QrCode } from "../../access/QrCode.tsx";
import { useAct } from "../../access/use-act.ts";
import { formatInstant, parseTime } from "../../lib/format.ts";
import { Panel } from "../../ui/Panel.tsx";
import { Tag } from "../../ui/Tag.tsx";

interface FactorProps {
  readonly own: OwnAccount;
  /** What was asked anew after a change. */
  readonly keys: readonly string[];
}

/** The password again, for a session that is not fresh: the server says when it is needed. */
function useProof() {
  const { t } = useTranslation("account");
  const [password, setPassword] = useState("");
  const field = (
    <PasswordInput
      label={t("proof")}
      description={t("proofHint")}
      value={password}
      onChange={(event) => setPassword(event.currentTarget.value)}
      autoComplete="current-password"
      visibilityToggleButtonProps={{ "aria-label": t("showPassword") }}
    />
  );
  return { proof: password === "" ? {} : { password }, field };
}

function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const { t } = useTranslation("account");
  return (
    <div role="status">
      <p>
        <strong>{t("recovery.once")}</strong>
      </p>
      <div className={styles.codes}>
        {codes.map((code) => (
          <span key={code}>{code}</span>
        ))}
      </div>
    </div>
  );
}

export function TotpPanel({ own, keys }: FactorProps) {
  const { t } = useTranslation("account");
  const { proof, field } = useProof();
  const { busy, error, act } = useAct(...keys);
  const [begun, setBegun] = useState<{ readonly secret: string; readonly uri: string }>();
  const [code, setCode] = useState("");
  const [codes, setCodes] = useState<readonly string[]>();

  const begin = () => act(async () => setBegun(await request("/account/totp", { method: "POST", body: proof })));
  const confirm = (event: FormEvent) => {
    event.preventDefault();
    void act(async () => {
      const answer = await request<{ recoveryCodes: string[] }>("/account/totp/confirm", {
        method: "POST",
        body: { code },
      });
      setCodes(answer.recoveryCodes);
      setBegun(undefined);
      setCode("");
    });
  };
  const renew = () =>
    act(async () => {
      const answer = await request<{ recoveryCodes: string[] }>("/account/recovery-codes", {
        method: "POST",
        body: proof,
      });
      setCodes(answer.recoveryCodes);
    });
  return (
    <Panel title={t("totp.title")} aside={<Tag>{t(own.totp ? "on" : "off")}</Tag>}>
      <div className={styles.form}>
        <p className="quiet">{t("totp.lead")}</p>
        {codes !== undefined && <RecoveryCodes codes={codes} />}
        {begun !== undefined && (
          <form className={styles.form} onSubmit={confirm}>
            <QrCode text={begun.uri} label={t("totp.qr")} />
            <span>
              {t("totp.secret")} <span className={styles.secret}>{begun.secret}</span>
            </span>
            <TextInput
              label={t("totp.code")}
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
              inputMode="numeric"
              autoComplete="one-time-code"
              required
              autoFocus
            />
            <div className={styles.row}>
              <Button type="submit" variant="filled" loading={busy}>
                {t("totp.confirm")}
              </Button>
              <Button onClick={() => (setBegun(undefined), setCode(""))}>{t("totp.cancel")}</Button>
            </div>
          </form>
        )}
        {begun === undefined && field}
        <Problem text={error} />
        {begun === undefined && (
          <div className={styles.row}>
            {own.totp ? (
              <>
                <Button loading={busy} onClick={() => void renew()}>
                  {t("recovery.renew", { left: own.recoveryCodes })}
                </Button>
                <Button
                  loading={busy}
                  onClick={() => void act(() => request("/account/totp/remove", { method: "POST", body: proof }))}
                >
                  {t("remove")}
                </Button>
              </>
            ) : (
              <Button variant="filled" loading={busy} onClick={() => void begin()}>
                {t("totp.begin")}
              </Button>
            )}
          </div>
        )}
      </div>
    </Panel>
  );
}

export function PasskeyPanel({ own, keys }: FactorProps) {
  const { t } = useTranslation("account");
  const { proof, field } = useProof();
  const { busy, error, act } = useAct(...keys);
  const [name, setName] = useState("");
  const isOffered = own.passkeysOffered && browserSupportsWebAuthn();

  const add = (event: FormEvent) => {
    event.preventDefault();
    void act(async () => {
      const question = await request<RegistrationQuestion>("/account/passkeys/options", {
        method: "POST",
        body: proof,
      });
      const passkey = await startRegistration({ optionsJSON: question.options });
      await request("/account/passkeys", { method: "POST", body: { challenge: question.challenge, name, passkey } });
      setName("");
    });
  };
  return (
    <Panel title={t("passkey.title")} aside={<Tag>{own.passkeys.length}</Tag>}>
      <form className={styles.form} onSubmit={add}>
        <p className="quiet">{t(isOffered ? "passkey.lead" : "passkey.notHere")}</p>
        {own.passkeys.map((passkey) => {
          const used = parseTime(passkey.lastUsedAt);
          return (
            <div key={passkey.id} className={styles.line}>
              <span>
                {passkey.name}{" "}
                <span className="quiet">{used === undefined ? t("neverUsed") : formatInstant(used)}</span>
              </span>
              <Button
                loading={busy}
                onClick={() =>
                  void act(() => request(`/account/passkeys/${passkey.id}/remove`, { method: "POST", body: proof }))
                }
              >
                {t("remove")}
              </Button>
            </div>
          );
        })}
        {isOffered && (
          <>
            <TextInput
              label={t("passkey.name")}
              placeholder={t("passkey.example")}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              required
              maxLength={60}
            />
            {field}
            <Button type="submit" loading={busy}>
              {t("passkey.add")}
            </Button>
          </>
        )}
        <Problem text={error} />
      </form>
    </Panel>
  );
}

export function PasswordPanel({ own, keys }: FactorProps) {
  const { t } = useTranslation("account");
  const { busy, error, act } = useAct(...keys);
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [done, setDone] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setDone(false);
    void act(async () => {
      await request("/account/password", { method: "POST", body: { current, next } });
      setCurrent("");
      setNext("");
      setDone(true);
    });
  };
  return (
    <Panel title={t("password.title")}>
      <form className={styles.form} onSubmit={submit}>
        <p className="quiet">{t(own.demo ? "password.demo" : "password.lead")}</p>
        {!own.demo && own.hasPassword && (
          <>
            <input type="text" name="account" autoComplete="username" value={own.account} readOnly hidden />
            <PasswordInput
              label={t("password.current")}
              value={current}
              onChange={(event) => setCurrent(event.currentTarget.value)}
              autoComplete="current-password"
              required
              visibilityToggleButtonProps={{ "aria-label": t("showPassword") }}
            />
            <PasswordInput
              label={t("password.next")}
              description={t("password.rule")}
              value={next}
              onChange={(event) => setNext(event.currentTarget.value)}
              autoComplete="new-password"
              minLength={12}
              required
              visibilityToggleButtonProps={{ "aria-label": t("showPassword") }}
            />
            <Button type="submit" loading={busy}>
              {t("password.change")}
            </Button>
          </>
        )}
        {done && <span role="status">{t("password.done")}</span>}
        <Problem text={error} />
      </form>
    </Panel>
  );
}
