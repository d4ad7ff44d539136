/** The filter of a list by level: one level alone, or that and what is above it. One choice for a person, two names in the address. */

/** What a list of findings is asked for; neither is every level. */
export interface LevelFilter {
  /** That level and above. */
  readonly level?: number | undefined;
  /** That level alone. */
  readonly exactLevel?: number | undefined;
}

export interface LevelChoice {
  /** Distinct among the choices, for a field. */
  readonly value: string;
  readonly level: number;
  readonly andAbove: boolean;
}

const HIGHEST = 4;

function choice(level: number, andAbove: boolean): LevelChoice {
  return { value: `${andAbove ? "from" : "only"}-${level}`, level, andAbove };
}

/** Above the highest level is none, and above the lowest is every one: neither is offered. */
export const LEVEL_CHOICES: readonly LevelChoice[] = [
  ...[4, 3, 2, 1].map((level) => choice(level, false)),
  ...[3, 2].map((level) => choice(level, true)),
];

/** Which choice an address stands for; one level alone is the narrower where it has both. */
export function chosenLevel({ level, exactLevel }: LevelFilter): string {
  if (exactLevel !== undefined) return choice(exactLevel, false).value;
  if (level === undefined || level <= 1) return "";
  return choice(level, level < HIGHEST).value;
}

export function levelFilterOf(value: string | null): LevelFilter {
  const found = LEVEL_CHOICES.find((each) => each.value === value);
  return {
    level: found?.andAbove === true ? found.level : undefined,
    exactLevel: found?.andAbove === false ? found.level : undefined,
  };
}
