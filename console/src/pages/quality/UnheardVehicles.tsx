import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { unheardQuery } from "../../api/quality.ts";
import { formatDate } from "../../lib/format.ts";
import { ListBody } from "../../ui/ListBody.tsx";
import styles from "./quality.module.css";

/** The vehicles of a maker that were registered and have never sent anything, read once somebody looks; nothing where there is none. */
export function UnheardVehicles({ organisation, count }: { organisation: string; count: number }) {
  const { t } = useTranslation("quality");
  const [isOpen, setOpen] = useState(false);
  if (count === 0) return null;
  return (
    <details className={styles.unheard} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("rates.unheard", { count })}</summary>
      {isOpen && <UnheardList organisation={organisation} />}
    </details>
  );
}

function UnheardList({ organisation }: { organisation: string }) {
  const { t } = useTranslation("quality");
  const query = useQuery(unheardQuery(organisation));
  return (
    <ListBody query={query}>
      {() => (
        <ul>
          {(query.data?.items ?? []).map(({ id, model, registeredAt }) => (
            <li key={id}>
              <Link className="link mono" to="/vehicles/$vehicleId" params={{ vehicleId: id }} search={{}}>
                {id}
              </Link>{" "}
              {model}{" "}
              <span className="quiet">{t("rates.registered", { at: formatDate(Date.parse(registeredAt)) })}</span>
            </li>
          ))}
          {query.data?.next != null && <li className="quiet">…</li>}
        </ul>
      )}
    </ListBody>
  );
}
