/** The mark: a square box over a lens, joined at a neck; sand in sand colour, lines in text colour. */
export function Logo({ size }: { size: number }) {
  return (
    <svg viewBox="0 0 64 64" width={size} height={size} aria-hidden="true" focusable="false">
      <g fill="none" stroke="currentColor" strokeWidth="4">
        <path d="M29 33V30H17V4H47V30H35V33" />
        <path d="M35 32.2A14 14 0 1 1 29 32.2" />
        <path d="M42.4 55.4L49.5 62.5" strokeWidth="5" />
      </g>
      <g fill="var(--sg-sand)">
        <path d="M21 15H43V26H35.2L32 29.5 28.8 26H21Z" />
        <rect x="30.5" y="32.5" width="3" height="3" />
        <rect x="30.5" y="38" width="3" height="3" />
        <path d="M22.6 49.3 32 43 41.4 49.3A9.8 9.8 0 0 1 22.6 49.3Z" />
      </g>
    </svg>
  );
}
