import { findEntry } from "@sandglass/signals";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { FindingDetail } from "../../api/shapes/findings.ts";
import { kindOfSubject } from "../../api/subjects.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { signalName } from "../../lib/finding.ts";
import { formatDate, formatDuration, formatTime, parseTime, type Language } from "../../lib/format.ts";
import { heldFor, truthOf, type Atom } from "../../lib/ribbons.ts";
import { label, LEVELS } from "../../lib/vocabulary.ts";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { Ribbons, type Ribbon } from "../../ui/Ribbons.tsx";
import { SignalPlot, type PlotMark } from "../../ui/SignalPlot.tsx";
import type { Evidence } from "./use-evidence.ts";
import styles from "./finding.module.css";

const route = getRouteApi("/inside/findings/$findingId");
const GUTTER = 150;

function wordAtom(atom: Atom, language: Language): string {
  const signal = findEntry(atom.signal);
  const named = signal?.values?.[atom.value]?.[language];
  return `${signalName(atom.signal, language)} ${atom.operator} ${named ?? atom.value}${signal && signal.display !== "" && !named ? ` ${signal.display}` : ""}`;
}

/** The plots and the truth of each comparison below them, on one time axis. */
export function VerdictPanel({ finding, evidence }: { finding: FindingDetail; evidence: Evidence }) {
  const { t } = useTranslation("finding");
  const language = useLanguage();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { from, to, signals, atoms } = evidence;
  const onset = Date.parse(finding.onset);
  const isVehicle = kindOfSubject(finding) === "vehicle";

  const marks = useMemo<PlotMark[]>(() => {
    const [first, ...rises] = finding.levels ?? [];
    const begun = first?.level ?? finding.level;
    const list: PlotMark[] = [
      { time: onset, level: begun, text: `${label(LEVELS, begun, language)} ${formatTime(onset)}` },
    ];
    for (const { level, at } of rises) {
      const time = Date.parse(at);
      list.push({ time, level, text: `${t("escalated")} ${formatTime(time)}` });
    }
    const cleared = parseTime(finding.clearedAt);
    if (cleared !== undefined)
      list.push({ time: cleared, level: 1, text: `${t("clearedMark")} ${formatTime(cleared)}` });
    return list;
  }, [finding, onset, language, t]);
  const bands = useMemo(
    () => (evidence.conditionSince < onset ? [{ from: evidence.conditionSince, to: onset, level: finding.level }] : []),
    [evidence.conditionSince, onset, finding.level],
  );
  const ribbons = useMemo<Ribbon[]>(() => {
    const rows: Ribbon[] = [];
    for (const atom of atoms) {
      const points = signals.find((entry) => entry.signal === atom.signal)?.points;
      if (!points || points.length === 0) continue;
      const plain = truthOf(atom, points, from, to, findEntry(atom.signal)?.holdMs ?? 90_000);
      rows.push({
        key: atom.text,
        label: (
          <span title={wordAtom(atom, language)}>
            {language === "zh" || signals.length > 1
              ? wordAtom(atom, language)
              : wordAtom(atom, language).slice(signalName(atom.signal, language).length + 1)}
          </span>
        ),
        intervals: plain,
        level: atom.level ?? finding.level,
        deciding: atom.forMs === undefined,
      });
      if (atom.forMs !== undefined) {
        rows.push({
          key: `${atom.text} for`,
          label: t("heldFor", { duration: formatDuration(atom.forMs, language) }),
          intervals: heldFor(plain, atom.forMs),
          level: atom.level ?? finding.level,
          deciding: true,
        });
      }
    }
    return rows.slice(0, 8);
  }, [atoms, signals, from, to, finding.level, language, t]);

  return (
    <Panel
      flush
      title={t("verdict")}
      hint={
        <span className="num">
          {t("collected")} {formatDate(from)} {formatTime(from)}–{formatTime(to)}
        </span>
      }
      aside={
        <>
          <span>{t("legend.realtime")}</span>
          {isVehicle && <span>{t("legend.reissued")}</span>}
          <span>{t("legend.gap")}</span>
        </>
      }
    >
      {evidence.error ? (
        <Refused error={evidence.error} retry={evidence.retry} />
      ) : evidence.loading ? (
        <Loading />
      ) : signals.every((entry) => entry.points.length === 0) ? (
        <Empty title={t("noSamples")} next={t(isVehicle ? "ofVehicle.noSamplesNext" : "ofOther.noSamplesNext")} />
      ) : (
        <div className={styles.plots}>
          {signals.map((entry, index) => {
            const signal = findEntry(entry.signal);
            const name = signalName(entry.signal, language);
            return (
              <div key={entry.signal} className={styles.plotRow}>
                <span className={styles.plotName}>
                  {name}
                  {signal && signal.display !== "" ? <em>{signal.display}</em> : null}
                </span>
                <SignalPlot
                  label={name}
                  unit={signal?.display ?? ""}
                  samples={entry.points}
                  from={from}
                  to={to}
                  holdMs={signal?.holdMs ?? 90_000}
                  height={signals.length === 1 ? 190 : index === 0 ? 150 : 110}
                  gutter={GUTTER}
                  syncKey={`finding-${finding.id}`}
                  showTimes={index === signals.length - 1}
                  marks={index === 0 ? marks : marks.map(({ time, level }) => ({ time, level }))}
                  bands={bands}
                  thresholds={atoms
                    .filter((atom) => atom.signal === entry.signal)
                    .map((atom) => ({
                      value: atom.value,
                      level: atom.level ?? finding.level,
                      text: `${atom.operator} ${atom.value}${signal?.display ? ` ${signal.display}` : ""}${atom.forMs === undefined ? "" : ` · ${formatDuration(atom.forMs, language)}`}`,
                    }))}
                  {...(signal?.values
                    ? {
                        valueName: (value: number) =>
                          signal.values?.[value]?.[language] ?? (Number.isInteger(value) ? String(value) : ""),
                      }
                    : {})}
                  at={search.at}
                  onPick={(time) => void navigate({ search: (previous) => ({ ...previous, at: time }), replace: true })}
                />
              </div>
            );
          })}
          <Ribbons ribbons={ribbons} from={from} to={to} gutter={GUTTER} marks={marks} />
        </div>
      )}
    </Panel>
  );
}
