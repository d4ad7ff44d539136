/** Vehicles and services to choose from: those of the case, and those that a search finds. */
import { Button, Checkbox } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { allSubjectIds, foundSubjectsQuery, type FoundSubject, type SubjectKind } from "../api/subjects.ts";
import { useErrorText } from "../i18n/use-error-text.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { regionName } from "../lib/regions.ts";
import { useMakerName, useOrganisationName } from "../ui/use-organisation-name.ts";
import { VehicleName } from "../ui/VehicleName.tsx";
import styles from "./casework.module.css";

interface Choosing {
  readonly chosen: ReadonlySet<string>;
  readonly maximum: number;
  change(ids: readonly string[], isIn: boolean): void;
}

/** So many of the case are listed to choose from; its others are found by search. */
const LISTED = 20;
/** So many are added at once: more belong into a list of their own. */
const ADDED_AT_ONCE = 5_000;

export function OwnSubjects({ ids, ...choosing }: Choosing & { readonly ids: readonly string[] }) {
  const { t } = useTranslation("casework");
  return (
    <div className={styles.found}>
      <p className="quiet">{t("subjects.ofCase", { count: ids.length })}</p>
      <ul>
        {ids.slice(0, LISTED).map((id) => (
          <Choice key={id} id={id} {...choosing}>
            <VehicleName id={id} />
          </Choice>
        ))}
      </ul>
      {choosing.maximum > 1 && (
        <p className={styles.foundEnd}>
          <Button size="compact-xs" onClick={() => choosing.change(ids, true)}>
            {t("subjects.addAll")}
          </Button>
        </p>
      )}
    </div>
  );
}

export function FoundSubjects({
  kind,
  text,
  ...choosing
}: Choosing & { readonly kind: SubjectKind; readonly text: string }) {
  const { t } = useTranslation("casework");
  const [isAdding, setIsAdding] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const found = useInfiniteQuery(foundSubjectsQuery(kind, text));
  const refusal = useErrorText(found.error ?? failure);
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  const addAll = async (): Promise<void> => {
    setIsAdding(true);
    setFailure(undefined);
    try {
      choosing.change(await allSubjectIds(kind, text, Math.min(choosing.maximum, ADDED_AT_ONCE)), true);
    } catch (error) {
      setFailure(error);
    } finally {
      setIsAdding(false);
    }
  };
  return (
    <div className={styles.found}>
      <p className="quiet">{t(`subjects.found.${kind}`)}</p>
      <ul aria-busy={found.isPending}>
        {items.map((item) => (
          <Choice key={item.id} id={item.id} {...choosing}>
            <SubjectFacts subject={item} />
          </Choice>
        ))}
      </ul>
      {(found.error ?? failure) ? (
        <p role="alert" className={styles.refused}>
          {refusal}
        </p>
      ) : (
        items.length === 0 && <p role="status">{found.isPending ? t("subjects.searching") : t("subjects.nothing")}</p>
      )}
      {items.length > 1 && (
        <p className={styles.foundEnd}>
          {found.hasNextPage && (
            <Button size="compact-xs" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              {t("subjects.more")}
            </Button>
          )}
          {choosing.maximum > 1 && (
            <Button size="compact-xs" loading={isAdding} onClick={() => void addAll()}>
              {t("subjects.addAll")}
            </Button>
          )}
        </p>
      )}
    </div>
  );
}

function Choice({ id, chosen, change, children }: Choosing & { readonly id: string; readonly children: ReactNode }) {
  return (
    <li>
      <Checkbox
        label={children}
        checked={chosen.has(id)}
        onChange={(event) => change([id], event.currentTarget.checked)}
      />
    </li>
  );
}

function SubjectFacts({ subject: { id, name, maker, model, organisation, region } }: { subject: FoundSubject }) {
  const language = useLanguage();
  const organisationName = useOrganisationName();
  const makerName = useMakerName();
  const owner = organisation === undefined ? undefined : organisationName(organisation);
  const facts = [
    [makerName(maker), model].filter(Boolean).join(" · "),
    // The maker is most often the owner.
    owner !== undefined && makerName(maker) === owner ? undefined : owner,
    region === undefined ? undefined : regionName(region, language),
  ];
  return (
    <>
      <span className={id.startsWith("veh_") ? "mono" : undefined}>{name}</span>{" "}
      <span className="quiet">{facts.filter(Boolean).join(" · ")}</span>
    </>
  );
}
