import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { actOnWebhook, removeWebhook, WEBHOOKS, webhooksQuery, type Webhook } from "../../api/webhooks.ts";
import { Problem } from "../../ui/Problem.tsx";
import access from "../../access/access.module.css";
import { useAct } from "../../access/use-act.ts";
import { formatWhen } from "../../lib/format.ts";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import page from "../../ui/page.module.css";
import { Panel } from "../../ui/Panel.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { deliveryErrorText } from "./delivery-error.ts";
import { Deliveries } from "./Deliveries.tsx";
import { WebhookForm } from "./WebhookForm.tsx";

/** A person's webhooks: added, tested, paused, removed; and what became of each delivery. */
export function Webhooks() {
  const { t } = useTranslation(["webhook", "inbox"]);
  const query = useQuery(webhooksQuery);
  const { busy, error, act } = useAct(WEBHOOKS);
  const [shown, setShown] = useState<string>();
  const [removing, setRemoving] = useState<string>();
  if (query.error && !query.data) return <Refused error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  const open = query.data.find(({ id }) => id === shown);
  const test = (id: string) => {
    setShown(id);
    void act(() => actOnWebhook(id, "test"));
  };
  return (
    <>
      <Panel title={t("webhook:title")} hint={t("webhook:lead")} flush>
        <Problem text={error} />
        {query.data.length === 0 ? (
          <Empty title={t("webhook:none")} next={t("webhook:noneNext")} />
        ) : (
          <div className={page.scroll}>
            <table className={`${page.table} ${access.wrap}`}>
              <thead>
                <tr>
                  <th>{t("webhook:url")}</th>
                  <th>{t("webhook:kinds")}</th>
                  <th>{t("webhook:state")}</th>
                  <th>{t("webhook:created")}</th>
                  <th>{t("webhook:actions")}</th>
                </tr>
              </thead>
              <tbody>
                {query.data.map((hook) => (
                  <tr key={hook.id}>
                    <td className="mono">{hook.url}</td>
                    <td>{hook.kinds.map((kind) => t(`inbox:kinds.${kind}`)).join(t("inbox:comma"))}</td>
                    <td>
                      <HookState hook={hook} />
                    </td>
                    <td className="num">{formatWhen(hook.createdAt, "")}</td>
                    <td>
                      <div className={access.row}>
                        <Button disabled={busy || hook.disabledAt !== null} onClick={() => test(hook.id)}>
                          {t("webhook:test")}
                        </Button>
                        <Button
                          aria-expanded={shown === hook.id}
                          onClick={() => setShown(shown === hook.id ? undefined : hook.id)}
                        >
                          {t(shown === hook.id ? "webhook:hide" : "webhook:show")}
                        </Button>
                        <Button
                          disabled={busy}
                          onClick={() =>
                            void act(() => actOnWebhook(hook.id, hook.disabledAt === null ? "disable" : "enable"))
                          }
                        >
                          {t(hook.disabledAt === null ? "webhook:disable" : "webhook:enable")}
                        </Button>
                        <Button
                          disabled={busy}
                          onClick={() =>
                            removing === hook.id ? void act(() => removeWebhook(hook.id)) : setRemoving(hook.id)
                          }
                        >
                          {t(removing === hook.id ? "webhook:removeSure" : "webhook:remove")}
                        </Button>
                      </div>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
      {open !== undefined && <Deliveries key={open.id} hook={open} />}
      <WebhookForm />
    </>
  );
}

function HookState({ hook }: { hook: Webhook }) {
  const { t } = useTranslation("webhook");
  if (hook.disabledAt === null) return <Tag tone="ok">{t("on")}</Tag>;
  if (hook.disabledReason === "paused") return <Tag tone="quiet">{t("paused")}</Tag>;
  return (
    <>
      <Tag tone="bad">{t("off")}</Tag>{" "}
      <span className="quiet">{t("offBecause", { reason: deliveryErrorText(hook.disabledReason ?? "", t) })}</span>
    </>
  );
}
