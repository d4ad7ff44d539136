/** Under the text: how each sub-condition fared on a chosen vehicle at a chosen time. Vehicle and time are in the address. */
import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { samplesQuery } from "../../api/queries.ts";
import type { CheckedTrigger } from "../../api/rules.ts";
import type { VehicleCounts } from "../../api/shapes/telemetry.ts";
import { useErrorText } from "../../i18n/use-error-text.ts";
import { formatInstant, parseTime } from "../../lib/format.ts";
import { Problem } from "../../ui/Problem.tsx";
import rules from "../../rules/rules.module.css";
import { Loading, Refused } from "../../ui/Feedback.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { Ribbons } from "../../ui/Ribbons.tsx";
import { findVehicle } from "./find-vehicle.ts";
import { VehicleName } from "../../ui/VehicleName.tsx";
import styles from "./draft.module.css";

const route = getRouteApi("/inside/rules/drafts/$draftId");
const HOUR = 3_600_000;
const WIDTHS = { h1: HOUR, h6: 6 * HOUR, d1: 24 * HOUR } as const;
type Width = keyof typeof WIDTHS;
const GUTTER = 300;
/** Samples before the shown time, so that windows are filled when it begins; longer ones begin unknown. */
const MOST_LEAD = 6 * HOUR;

interface TruthPanelProps {
  readonly text: string;
  readonly triggers: readonly CheckedTrigger[];
  goTo(offset: number): void;
}

export function TruthPanel({ text, triggers, goTo }: TruthPanelProps) {
  const { t } = useTranslation("draft");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [width, setWidth] = useState<Width>("h1");
  const { vehicle, at } = search;
  const choose = (patch: { vehicle?: string; at?: number }): void =>
    void navigate({ search: (previous) => ({ ...previous, ...patch }), replace: true });
  return (
    <Panel
      className={styles.truth}
      title={t("truth.title")}
      hint={t("truth.hint")}
      aside={
        <>
          <VehicleForm onChosen={choose} />
          <SegmentedControl
            aria-label={t("truth.width")}
            value={width}
            data={(Object.keys(WIDTHS) as Width[]).map((value) => ({ value, label: t(`truth.widths.${value}`) }))}
            onChange={(value) => setWidth(value === "h6" || value === "d1" ? value : "h1")}
          />
        </>
      }
    >
      {vehicle === undefined || at === undefined ? (
        <p className={styles.note}>{t("truth.choose")}</p>
      ) : (
        <TruthRibbons
          text={text}
          triggers={triggers}
          vehicle={vehicle}
          from={at - WIDTHS[width] / 2}
          to={at + WIDTHS[width] / 2}
          goTo={goTo}
          shift={(by) => choose({ at: at + by * WIDTHS[width] })}
        />
      )}
    </Panel>
  );
}

/** Takes a VIN or id and begins at the newest data of the vehicle. */
function VehicleForm({ onChosen }: { onChosen(patch: { vehicle: string; at: number }): void }) {
  const { t } = useTranslation("draft");
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string>();
  const [error, setError] = useState<unknown>();
  const errorText = useErrorText(error);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setProblem(undefined);
    setError(undefined);
    try {
      const id = await findVehicle(text);
      if (id === null) return setProblem(t("backtest.noVehicle", { text: text.trim() }));
      const counts = await request<VehicleCounts>(`/vehicles/${id}/counts`);
      onChosen({ vehicle: id, at: parseTime(counts.lastEvent) ?? Date.now() });
      setText("");
    } catch (cause) {
      setError(cause);
    }
  };
  return (
    <form className={styles.inline} onSubmit={(event) => void submit(event)} noValidate>
      <Problem text={problem ?? (error === undefined ? undefined : errorText)} />
      <TextInput
        aria-label={t("truth.vehicle")}
        placeholder={t("truth.vehicle")}
        w={170}
        maxLength={40}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" disabled={text.trim() === ""}>
        {t("truth.show")}
      </Button>
    </form>
  );
}

interface TruthRibbonsProps extends TruthPanelProps {
  readonly vehicle: string;
  readonly from: number;
  readonly to: number;
  /** By so many widths. */
  shift(by: number): void;
}

function TruthRibbons({ text, triggers, vehicle, from, to, goTo, shift }: TruthRibbonsProps) {
  const { t } = useTranslation(["draft", "finding"]);
  const inputs = [...new Set(triggers.flatMap((trigger) => trigger.inputs))].sort();
  const lead = Math.min(MOST_LEAD, Math.max(0, ...triggers.map(({ horizonMs }) => horizonMs)));
  const samples = useQuery(samplesQuery(vehicle, inputs, from - lead, to));
  const truth = useQuery({
    queryKey: ["truth", text, vehicle, from, to, samples.dataUpdatedAt],
    queryFn: async () => {
      const { truthOf } = await import("../../rules/truth.ts");
      return truthOf(text, samples.data?.items ?? [], from, to) ?? null;
    },
    enabled: samples.data !== undefined && !samples.isPlaceholderData,
    gcTime: 10_000,
  });
  if (samples.error && !samples.data) return <Refused error={samples.error} retry={() => void samples.refetch()} />;
  if (truth.error) return <Refused error={truth.error} />;
  if (!truth.data) return <Loading what={t("draft:truth.lazy")} />;
  const { rows, onsets } = truth.data;
  const levels = new Map(triggers.map((trigger) => [trigger.id, Math.max(1, ...trigger.levels)]));
  const shown = onsets.filter(({ time }) => time >= from && time <= to);
  return (
    <>
      <p className={styles.note}>
        <VehicleName id={vehicle} /> · {t("draft:truth.onsets", { count: shown.length })}
        {samples.data?.items.length === 0 && ` · ${t("draft:truth.none")}`}
        {samples.data?.truncated && ` · ${t("draft:truth.cut")}`}
      </p>
      <Ribbons
        gutter={GUTTER}
        from={from}
        to={to}
        marks={shown}
        ribbons={rows.map((row) => ({
          key: row.key,
          label: (
            <button
              type="button"
              className={styles.part}
              style={{ paddingLeft: row.depth * 12 }}
              title={row.text}
              onClick={() => goTo(row.start)}
            >
              {row.role === "when" ? "" : `${t(`draft:truth.role.${row.role}`)} `}
              {row.text}
            </button>
          ),
          intervals: row.intervals,
          level: levels.get(row.trigger) ?? 1,
          deciding: row.depth === 0,
        }))}
      />
      <div className={rules.ends} style={{ paddingLeft: GUTTER }}>
        <Button variant="subtle" size="compact-xs" onClick={() => shift(-0.5)}>
          ← {formatInstant(from)}
        </Button>
        <Button variant="subtle" size="compact-xs" onClick={() => shift(0.5)}>
          {formatInstant(to)} →
        </Button>
      </div>
    </>
  );
}
