/** What words are found in: cases, findings, vehicles, the first of each; the lists have the rest. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { casesQuery, findingsQuery, vehiclesQuery } from "../../api/queries.ts";
import { CaseLink } from "../../casework/CaseLink.tsx";
import { SubjectName } from "../../casework/SubjectName.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatWhen } from "../../lib/format.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import page from "../../ui/page.module.css";
import { Panel } from "../../ui/Panel.tsx";
import { SeverityLabel } from "../../ui/Severity.tsx";
import { CaseStateTag, FindingStatusTag } from "../../ui/StateTags.tsx";
import { WordsInput } from "../../ui/WordsInput.tsx";
import { useMakerName } from "../../ui/use-organisation-name.ts";

const route = getRouteApi("/inside/search");
const SHOWN = 10;

export function SearchPage() {
  const { t } = useTranslation("search");
  const { q = "" } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <div className={page.page}>
      <FilterBar title={t("title")}>
        <WordsInput
          value={q === "" ? undefined : q}
          label={t("label")}
          apply={(words) => void navigate({ search: (previous) => ({ ...previous, q: words }), replace: true })}
        />
      </FilterBar>
      <div className={page.left}>
        {q === "" ? (
          <Empty title={t("label")} next={t("hint")} />
        ) : (
          <>
            <CaseHits q={q} />
            <FindingHits q={q} />
            <VehicleHits q={q} />
          </>
        )}
      </div>
    </div>
  );
}

function CaseHits({ q }: { q: string }) {
  const { t } = useTranslation("search");
  const language = useLanguage();
  const query = useInfiniteQuery(casesQuery({ q }));
  const rows = query.data?.pages[0]?.items ?? [];
  return (
    <Hits
      title={t("cases")}
      query={query}
      count={rows.length}
      all={
        <Link to="/cases" search={{ q }}>
          {t("all")}
        </Link>
      }
    >
      {rows.slice(0, SHOWN).map((row) => (
        <tr key={row.id}>
          <td className="quiet">{inLanguage(row.kindTitle, language)}</td>
          <td>
            <CaseLink id={row.id}>
              <b>{row.title ? inLanguage(row.title, language) : row.id}</b>
            </CaseLink>
          </td>
          <td>
            <SubjectName subject={row.subject} />
          </td>
          <td>
            <CaseStateTag state={row.state} title={row.stateTitle} />
          </td>
          <td className="quiet">{formatWhen(row.openedAt ?? row.createdAt, "")}</td>
        </tr>
      ))}
    </Hits>
  );
}

function FindingHits({ q }: { q: string }) {
  const { t } = useTranslation("search");
  const language = useLanguage();
  const query = useInfiniteQuery(findingsQuery({ q }));
  const rows = query.data?.pages[0]?.items ?? [];
  return (
    <Hits
      title={t("findings")}
      query={query}
      count={rows.length}
      all={
        <Link to="/findings" search={{ q }}>
          {t("all")}
        </Link>
      }
    >
      {rows.slice(0, SHOWN).map((row) => (
        <tr key={row.id}>
          <td>
            <SeverityLabel level={row.level} />
          </td>
          <td>
            <Link to="/findings/$findingId" params={{ findingId: row.id }} search={{}}>
              <b>{inLanguage(row.title, language)}</b>
            </Link>
          </td>
          <td>
            <FindingStatusTag status={row.status} />
          </td>
          <td className="quiet">{formatWhen(row.onset, "")}</td>
        </tr>
      ))}
    </Hits>
  );
}

function VehicleHits({ q }: { q: string }) {
  const { t } = useTranslation("search");
  const makerName = useMakerName();
  const query = useInfiniteQuery(vehiclesQuery({ q }));
  const rows = query.data?.pages[0]?.items ?? [];
  return (
    <Hits
      title={t("vehicles")}
      query={query}
      count={rows.length}
      all={
        <Link to="/vehicles" search={{ q }}>
          {t("all")}
        </Link>
      }
    >
      {rows.slice(0, SHOWN).map((row) => (
        <tr key={row.id}>
          <td className="quiet">{makerName(row.maker)}</td>
          <td>
            <Link to="/vehicles/$vehicleId" params={{ vehicleId: row.id }} search={{}} className="mono">
              {row.vin}
            </Link>
          </td>
          <td>{row.model ?? ""}</td>
          <td className="quiet">{formatWhen(row.lastSeenAt, "")}</td>
        </tr>
      ))}
    </Hits>
  );
}

interface HitsProps {
  readonly title: string;
  readonly query: { readonly error: unknown; readonly data: unknown; refetch(): unknown };
  readonly count: number;
  /** Link to the whole list under the same words. */
  readonly all: ReactNode;
  readonly children: ReactNode;
}

function Hits({ title, query, count, all, children }: HitsProps) {
  const { t } = useTranslation("search");
  return (
    <Panel flush title={title} hint={count > 0 ? all : undefined}>
      {query.error && !query.data ? (
        <Refused error={query.error} retry={() => void query.refetch()} />
      ) : !query.data ? (
        <Loading />
      ) : count === 0 ? (
        <Empty title={t("none")} />
      ) : (
        <div className={page.scroll}>
          <table className={page.table} aria-label={title}>
            <tbody>{children}</tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
