/** Sandbox programmes as data, and the pure rules over them. */
export {
  BASIS as PROGRAMME_BASIS,
  CREDIT_GRADES,
  PROGRAMME as PROGRAMME_SCHEMA,
  TIERS,
  type CreditGrade,
  type Programme,
  type ProgrammeBasis,
  type RiskTier,
} from "./schema.ts";
export { BUILT_IN_PROGRAMMES } from "./built-in.ts";
export { programmeFaults, type ProgrammeFault } from "./check.ts";
export {
  departmentsOf,
  gradeOf,
  isInForce,
  isOpenAt,
  strategyOf,
  termsOf,
  type Grade,
  type GradingInput,
  type ProgrammeTerms,
  type Strategy,
  type TierTerms,
} from "./terms.ts";
export { programmeWord } from "./words.ts";
