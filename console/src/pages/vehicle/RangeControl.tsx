import { Button, SegmentedControl } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { RANGES, type RangeName } from "../../app/search.ts";
import { formatInstant } from "../../lib/format.ts";

const route = getRouteApi("/inside/vehicles/$vehicleId");

/** A moving range that ends with the newest data, or a fixed one after zooming. */
export function RangeControl() {
  const { t } = useTranslation("vehicle");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const fixed = search.from !== undefined && search.to !== undefined;
  return (
    <>
      {fixed && search.from !== undefined && search.to !== undefined && (
        <>
          <span className="quiet num">
            {formatInstant(search.from)} – {formatInstant(search.to).slice(11)}
          </span>
          <Button
            variant="subtle"
            onClick={() =>
              void navigate({ search: (previous) => ({ ...previous, from: undefined, to: undefined }), replace: true })
            }
          >
            {t("range.follow")}
          </Button>
        </>
      )}
      <SegmentedControl
        aria-label={t("range.label")}
        value={fixed ? "" : (search.range ?? "1h")}
        data={RANGES.map((value) => ({ value, label: t(`range.${value}`) }))}
        onChange={(value) =>
          void navigate({
            search: (previous) => ({
              ...previous,
              from: undefined,
              to: undefined,
              range: value === "1h" ? undefined : (value as RangeName),
            }),
            replace: true,
          })
        }
      />
    </>
  );
}
