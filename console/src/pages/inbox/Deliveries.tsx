import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { deliveriesQuery, retryDelivery, WEBHOOKS, type Webhook, type WebhookDelivery } from "../../api/webhooks.ts";
import { Problem } from "../../ui/Problem.tsx";
import access from "../../access/access.module.css";
import { useAct } from "../../access/use-act.ts";
import { CaseLink } from "../../casework/CaseLink.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatWhen } from "../../lib/format.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import page from "../../ui/page.module.css";
import { Panel } from "../../ui/Panel.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { deliveryErrorText } from "./delivery-error.ts";

const TONES = { waiting: "plain", done: "ok", failed: "bad" } as const;

/** The newest deliveries of a webhook, with their outcome; what was not delivered can be tried again. */
export function Deliveries({ hook }: { hook: Webhook }) {
  const { t } = useTranslation(["webhook", "inbox"]);
  const { t: tell } = useTranslation("webhook");
  const query = useQuery(deliveriesQuery(hook.id));
  const { busy, error, act } = useAct(WEBHOOKS);
  return (
    <Panel title={t("webhook:deliveries", { url: hook.url })} flush>
      <Problem text={error} />
      {query.error && !query.data ? (
        <Refused error={query.error} retry={() => void query.refetch()} />
      ) : !query.data ? (
        <Loading />
      ) : query.data.length === 0 ? (
        <Empty title={t("webhook:noDeliveries")} next={t("webhook:noDeliveriesNext")} />
      ) : (
        <div className={page.scroll}>
          <table className={`${page.table} ${access.wrap}`}>
            <thead>
              <tr>
                <th>{t("webhook:time")}</th>
                <th>{t("webhook:kind")}</th>
                <th>{t("webhook:case")}</th>
                <th>{t("webhook:attempts")}</th>
                <th>{t("webhook:result")}</th>
                <th>{t("webhook:ended")}</th>
                <th>
                  <span className="sr-only">{t("webhook:retry")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {query.data.map((each) => (
                <tr key={each.id}>
                  <td className="num">{formatWhen(each.createdAt)}</td>
                  <td>{each.kind === "test" ? t("webhook:isTest") : t(`inbox:kinds.${each.kind}`)}</td>
                  <td>
                    <DeliveredCase about={each.case} />
                  </td>
                  <td className="num">{each.attempts}</td>
                  <td>
                    <Tag tone={TONES[each.state]}>{t(`webhook:states.${each.state}`)}</Tag>{" "}
                    {each.state !== "done" && each.lastError !== null && (
                      <span>{deliveryErrorText(each.lastError, tell)}</span>
                    )}{" "}
                    {each.state === "waiting" && each.attempts > 0 && (
                      <span className="faint">{t("webhook:next", { time: formatWhen(each.nextAt) })}</span>
                    )}
                  </td>
                  <td className="num">{formatWhen(each.endedAt)}</td>
                  <td>
                    {mayRetry(each) && (
                      <Button
                        disabled={busy || hook.disabledAt !== null}
                        onClick={() => void act(() => retryDelivery(hook.id, each.id))}
                      >
                        {t("webhook:retry")}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

/** By its title with its number; by the number alone where the reader may not see the case. */
function DeliveredCase({ about }: { readonly about: WebhookDelivery["case"] }) {
  const language = useLanguage();
  if (about === null) return "–";
  const { id, title } = about;
  if (title === null) return <span className="mono quiet">{id}</span>;
  return (
    <>
      <CaseLink id={id}>{inLanguage(title, language)}</CaseLink> <small className="mono faint">{id}</small>
    </>
  );
}

/** One that has not been tried yet is about to be. */
function mayRetry({ state, attempts }: WebhookDelivery): boolean {
  return state === "failed" || (state === "waiting" && attempts > 0);
}
