import { useTranslation } from "react-i18next";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatNumber } from "../../lib/format.ts";
import { drawRegion } from "../../lib/region-drawing.ts";
import styles from "./regions.module.css";

const WIDTH = 286;
const HEIGHT = 200;

/** The shape, without a map: which way it lies and how large it is. */
export function RegionPreview({ geometry, label }: { geometry: unknown; label: string }) {
  const { t } = useTranslation("region");
  const language = useLanguage();
  const drawn = drawRegion(geometry, WIDTH, HEIGHT);
  if (drawn === undefined) return <p className="quiet">{t("nothingDrawn")}</p>;
  const { west, south, east, north } = drawn.box;
  return (
    <figure className={styles.preview}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        <path d={drawn.areas} className={styles.area} fillRule="evenodd" />
        <path d={drawn.lines} className={styles.road} />
      </svg>
      <figcaption className="quiet num">
        {formatNumber(west, language, 4)}–{formatNumber(east, language, 4)}° E · {formatNumber(south, language, 4)}–
        {formatNumber(north, language, 4)}° N · {t("across", { km: formatNumber(drawn.widthM / 1000, language, 1) })}
      </figcaption>
    </figure>
  );
}
