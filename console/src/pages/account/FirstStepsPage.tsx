import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ownAccountQuery } from "../../api/access.ts";
import { request } from "../../api/client.ts";
import { safeNext } from "../../access/safe-next.ts";
import styles from "../../access/access.module.css";
import { Loading, Refused } from "../../ui/Feedback.tsx";
import { PasskeyPanel, PasswordPanel, TotpPanel } from "./Factors.tsx";

const route = getRouteApi("/first-steps");
const KEYS = ["account"];

/** What must be done before the rest of the console opens: another password, a second factor. */
export function FirstStepsPage() {
  const { t } = useTranslation("account");
  const { next } = route.useSearch();
  const client = useQueryClient();
  const router = useRouter();
  const own = useQuery(ownAccountQuery);
  if (own.isPending) return <Loading />;
  if (own.isError) return <Refused error={own.error} />;
  const { pending } = own.data;
  const leave = async (to: string): Promise<void> => {
    client.clear();
    router.history.push(to);
  };
  return (
    <main className={styles.narrow}>
      <h1>{t("first.title")}</h1>
      <p>{t(pending.length === 0 ? "first.done" : "first.lead")}</p>
      {pending.includes("password") && <PasswordPanel own={own.data} keys={KEYS} />}
      {!pending.includes("password") &&
        (pending.includes("second-factor") || own.data.totp || own.data.passkeys.length > 0) && (
          <>
            <TotpPanel own={own.data} keys={KEYS} />
            <PasskeyPanel own={own.data} keys={KEYS} />
          </>
        )}
      <div className={styles.row}>
        <Button variant="filled" disabled={pending.length > 0} onClick={() => void leave(safeNext(next))}>
          {t("first.go")}
        </Button>
        <Button onClick={() => void request("/session", { method: "DELETE" }).finally(() => void leave("/sign-in"))}>
          {t("first.leave")}
        </Button>
      </div>
    </main>
  );
}
