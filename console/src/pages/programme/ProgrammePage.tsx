import { Button } from "@mantine/core";
import { sourceIn, type Programme, type ProgrammeBasis } from "@sandglass/casework";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Fragment, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { programmeQuery, type ProgrammeDetail } from "../../api/programmes.ts";
import { sessionQuery } from "../../api/queries.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatInstant, formatNumber, parseTime, type Language } from "../../lib/format.ts";
import { inLanguage, label, RISK_TIERS, ROLE_NAMES, type Term } from "../../lib/vocabulary.ts";
import { CertaintyTag } from "../../ui/CertaintyTag.tsx";
import { Loading, Refused } from "../../ui/Feedback.tsx";
import page from "../../ui/page.module.css";
import { PageHead } from "../../ui/PageHead.tsx";
import { Facts, Panel, SideGroup } from "../../ui/Panel.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { ProgrammeOfForms } from "../../casework/registers.ts";
import { ApplyDialog } from "./ApplyDialog.tsx";
import { PublishPanel } from "./PublishPanel.tsx";
import styles from "./programme.module.css";

const route = getRouteApi("/inside/programmes/$programmeId");

/** One programme: every rule of it with where it comes from and how sure that is. */
export function ProgrammePage() {
  const { programmeId } = route.useParams();
  const { version } = route.useSearch();
  const query = useQuery(programmeQuery(programmeId, version));
  if (query.error && !query.data) return <Refused error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  return <Detail detail={query.data} />;
}

interface Row {
  readonly key: string;
  readonly cells: readonly ReactNode[];
  readonly basis: ProgrammeBasis;
}

/** A table of rules; the last two columns say where each comes from. */
function RuleTable({ heads, rows }: { heads: readonly string[]; rows: readonly Row[] }) {
  const { t } = useTranslation("programme");
  const language = useLanguage();
  return (
    <div className={page.scroll}>
      <table className={`${page.table} ${styles.rules}`}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
            <th scope="col">{t("basis")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              {row.cells.map((cell, index) => (
                <td key={index} className={index === 0 ? page.sentence : undefined}>
                  {cell}
                </td>
              ))}
              <td>
                <span className={styles.basis}>
                  <CertaintyTag basis={row.basis} />
                  <span className="faint" title={sourceIn(row.basis, language)}>
                    {row.basis.requirement}
                    {row.basis.effectiveFrom !== undefined && ` · ${t("effective", { from: row.basis.effectiveFrom })}`}
                  </span>
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Detail({ detail }: { detail: ProgrammeDetail }) {
  const { t } = useTranslation(["programme", "project"]);
  const language = useLanguage();
  const navigate = route.useNavigate();
  const { apply } = route.useSearch();
  const { programme, figures } = detail;
  const { data: actor } = useQuery(sessionQuery);
  const mayPublish = actor?.role === "SUPERVISOR_ALL" || programme.leads.includes(actor?.role ?? "");
  const words = (term: Term): string => inLanguage(term, language);
  const yes = (value: boolean): string => (value ? t("programme:yes") : t("programme:no"));
  const list = (terms: readonly Term[]): ReactNode =>
    terms.map((term, index) => (
      <Fragment key={index}>
        {index > 0 && <br />}
        {words(term)}
      </Fragment>
    ));
  const show = (open: boolean): void =>
    void navigate({ search: (previous) => ({ ...previous, apply: open ? "new" : undefined }), replace: true });
  return (
    <div className={page.page}>
      <PageHead
        trail={[
          { text: t("programme:title"), to: "/programmes" },
          { text: programme.id, mono: true },
        ]}
        title={words(programme.title)}
        facts={[
          { name: t("programme:version"), value: programme.version },
          { name: t("programme:jurisdiction"), value: t(`programme:jurisdictionOf.${programme.jurisdiction}`) },
          {
            name: t("programme:open"),
            value: (
              <Tag tone={detail.open ? "ok" : "quiet"}>
                {detail.open ? t("programme:isOpen") : t("programme:isClosed")}
              </Tag>
            ),
          },
          { name: t("programme:underWay"), value: formatNumber(figures.underWay, language) },
          { name: t("programme:testing"), value: formatNumber(figures.testing, language) },
        ]}
        actions={
          <Button variant="filled" disabled={!detail.open} onClick={() => show(true)}>
            {t("programme:apply")}
          </Button>
        }
      />
      <div className={page.columns}>
        <div className={page.left}>
          <p className={styles.summary}>
            {words(programme.summary)} <CertaintyTag basis={programme.basis} />
          </p>
          <Panel flush title={t("programme:catalogue")}>
            <RuleTable
              heads={[t("programme:catalogue"), t("programme:code")]}
              rows={programme.catalogue.map((each) => ({
                key: each.code,
                cells: [words(each.title), <code key="code">{each.code}</code>],
                basis: each.basis,
              }))}
            />
          </Panel>
          <Panel flush title={t("programme:criteria")} hint={`${t("programme:passMark")} ${programme.passMark.amount}`}>
            <RuleTable
              heads={[
                t("programme:criteria"),
                t("programme:weight"),
                t("programme:speaksFor"),
                t("programme:speaksAgainst"),
              ]}
              rows={programme.criteria.map((each) => ({
                key: each.code,
                cells: [words(each.title), `${each.weight} %`, list(each.positive), list(each.negative)],
                basis: each.basis,
              }))}
            />
          </Panel>
          <Panel flush title={t("programme:exclusions")}>
            <RuleTable
              heads={[t("programme:exclusions")]}
              rows={programme.exclusions.map((each) => ({
                key: each.code,
                cells: [words(each.title)],
                basis: each.basis,
              }))}
            />
          </Panel>
          <Panel flush title={t("programme:documents")}>
            <RuleTable
              heads={[t("programme:documents"), ""]}
              rows={programme.documents.map((each) => ({
                key: each.code,
                cells: [words(each.title), each.required ? t("programme:required") : t("programme:optional")],
                basis: each.basis,
              }))}
            />
          </Panel>
          <GradingPanels programme={programme} words={words} yes={yes} />
          <Panel flush title={t("programme:times")}>
            <RuleTable heads={[t("programme:clock"), t("programme:limit")]} rows={timeRows(programme, t, language)} />
          </Panel>
          {(programme.steps ?? []).length > 0 && (
            <Panel flush title={t("programme:steps")}>
              <RuleTable
                heads={[t("programme:steps"), ""]}
                rows={(programme.steps ?? []).map((each) => ({
                  key: each.code,
                  cells: [words(each.title), each.note === undefined ? "" : words(each.note)],
                  basis: each.basis,
                }))}
              />
            </Panel>
          )}
          {mayPublish && (
            <PublishPanel programme={programme} newest={Math.max(...detail.versions.map((each) => each.version))} />
          )}
        </div>
        <aside className={page.side}>
          <SideGroup title={t("programme:lead")}>
            <Facts
              facts={[
                {
                  name: t("programme:lead"),
                  value: programme.leads.map((role) => label(ROLE_NAMES, role, language)).join(" · "),
                },
              ]}
            />
          </SideGroup>
          <SideGroup title={t("programme:coIssuers")}>
            <Facts
              facts={programme.coIssuers.map((each) => ({
                name: label(ROLE_NAMES, each.role, language),
                value: words(each.concern),
              }))}
            />
          </SideGroup>
          {(programme.notes ?? []).length > 0 && (
            <SideGroup title={t("programme:notes")}>
              {(programme.notes ?? []).map((each, index) => (
                <p key={index} className={styles.note}>
                  {words(each.text)} <CertaintyTag basis={each.basis} />
                </p>
              ))}
            </SideGroup>
          )}
          <SideGroup title={t("programme:versions")}>
            <Facts
              facts={[...detail.versions].reverse().map((each) => {
                const time = parseTime(each.publishedAt);
                return {
                  name: `${t("programme:version")} ${each.version}`,
                  value: time === undefined ? t("programme:shipped") : `${formatInstant(time)} ${each.reason ?? ""}`,
                };
              })}
            />
          </SideGroup>
        </aside>
      </div>
      {apply !== undefined && (
        <ProgrammeOfForms value={programme}>
          <ApplyDialog programme={programme} close={() => show(false)} />
        </ProgrammeOfForms>
      )}
    </div>
  );
}

function GradingPanels({
  programme,
  words,
  yes,
}: {
  programme: Programme;
  words: (term: Term) => string;
  yes: (value: boolean) => string;
}) {
  const { t } = useTranslation("programme");
  const language = useLanguage();
  const { grading, credit, businessModels, tiers } = programme;
  return (
    <>
      <Panel flush title={t("grading")} hint={t("gradingHint", { medium: grading.mediumFrom, high: grading.highFrom })}>
        <RuleTable
          heads={[t("grading"), t("points")]}
          rows={[
            ...grading.factors.map((each) => ({
              key: each.code,
              cells: [words(each.title), formatNumber(each.points, language)],
              basis: each.basis,
            })),
            ...businessModels.map((each) => ({
              key: `model-${each.code}`,
              cells: [`${t("businessModels")}: ${words(each.title)}`, formatNumber(each.points, language)],
              basis: each.basis,
            })),
            ...credit.map((each) => ({
              key: `credit-${each.grade}`,
              cells: [
                `${t("credit")} ${each.grade}: ${words(each.title)}${each.priority ? ` (${t("priority")})` : ""} · ${t("interval")} ${each.interval}`,
                formatNumber(each.points, language),
              ],
              basis: each.basis,
            })),
          ]}
        />
      </Panel>
      <Panel flush title={t("tiers")}>
        <RuleTable
          heads={[t("tier"), t("panel"), t("reports"), t("assessments"), t("changes")]}
          rows={(["low", "medium", "high"] as const).map((code) => {
            const tier = tiers[code];
            return {
              key: code,
              cells: [
                label(RISK_TIERS, code, language),
                `≥ ${tier.panelSize}`,
                t("months", { count: tier.reportMonths }),
                t("months", { count: tier.assessmentMonths }),
                yes(tier.approvesChanges),
              ],
              basis: tier.basis,
            };
          })}
        />
      </Panel>
    </>
  );
}

type Translate = ReturnType<typeof useTranslation<["programme", "project"]>>["t"];

function timeRows({ times, extension, insuranceMinimum }: Programme, t: Translate, language: Language): readonly Row[] {
  const row = (code: keyof Programme["times"], unit: "months" | "days" | "workingDays"): readonly Row[] => {
    const time = times[code];
    if (time === undefined) return [];
    return [
      {
        key: code,
        cells: [t(`programme:clocks.${code}`), t(`programme:${unit}`, { count: time.amount })],
        basis: time.basis,
      },
    ];
  };
  return [
    ...row("completenessDays", "workingDays"),
    ...row("completionDays", "days"),
    ...row("opinionDays", "workingDays"),
    ...row("decisionMonths", "months"),
    ...row("tacitDays", "days"),
    ...row("appealDays", "days"),
    ...row("testMonths", "months"),
    {
      key: "extension",
      cells: [
        t("programme:extension"),
        t("programme:extensionText", {
          times: extension.times,
          months: extension.months,
          condition: inLanguage(extension.condition, language),
        }),
      ],
      basis: extension.basis,
    },
    ...row("finalReportDays", "days"),
    ...row("trackingMonths", "months"),
    ...(insuranceMinimum === undefined
      ? []
      : [
          {
            key: "insurance",
            cells: [t("programme:insurance"), insuranceMinimum.amount.toLocaleString("en")],
            basis: insuranceMinimum.basis,
          },
        ]),
  ];
}
