/** What findings do to a sandbox project, by the trigger's own hand: every action here belongs to `system:trigger`. */
import { BASES } from "../basis.ts";
import { actionsFor, type Context } from "../lifecycle/definition.ts";
import { effectOfFiring, type FiringInput, type ProjectFinding, type SandboxProjectData } from "./data.ts";
import { added } from "./data-review.ts";
import { SUSPENSION_EFFECTS, TEST_ENDS } from "./effects.ts";
import * as guard from "./guards.ts";
import * as input from "./inputs.ts";
import { OPEN_STATES, RUNNING_STATES, TEST_STATES, type SandboxFlag, type SandboxState } from "./states.ts";
import { PARTIES_TOLD_AT_ONCE } from "./told.ts";

const action = actionsFor<SandboxState, SandboxFlag, SandboxProjectData>();

const KEPT_FINDINGS = 100;

function withFinding(
  context: Context<SandboxState, SandboxFlag, SandboxProjectData, FiringInput>,
): readonly ProjectFinding[] {
  const { data, input: fields, at, id } = context;
  const { finding, trigger, level, vehicle, effect = effectOfFiring(data.triggerSet, trigger, level) } = fields;
  return [...data.findings.slice(-(KEPT_FINDINGS - 1)), { finding, trigger, level, vehicle, effect, action: id, at }];
}

export const TRIGGERED_ACTIONS = {
  warnTrigger: action(input.FIRING, {
    title: { en: "Trigger warns", zh: "触发预警" },
    from: RUNNING_STATES,
    to: "same",
    roles: ["system:trigger"],
    basis: BASES.trigger,
    change: (context) => ({ findings: withFinding(context) }),
    effects: [{ kind: "open", obligation: "correctiveTask", subject: (context) => context.input.finding }],
    summary: ({ sentence }) => sentence,
  }),
  restrictTrigger: action(input.FIRING, {
    title: { en: "Trigger restricts", zh: "触发限制" },
    from: RUNNING_STATES,
    to: "RESTRICTED",
    roles: ["system:trigger"],
    basis: BASES.trigger,
    change: (context) => {
      const { data, input: fields, at } = context;
      return {
        findings: withFinding(context),
        restriction: {
          ...data.restriction,
          since: data.restriction?.since ?? at,
          stoppedVehicles: [...new Set([...(data.restriction?.stoppedVehicles ?? []), fields.vehicle])],
          reason: fields.sentence,
          finding: fields.finding,
        },
      };
    },
    effects: [
      { kind: "issue", document: "restrictionOrder" },
      { kind: "open", obligation: "correctiveTask", subject: (context) => context.input.finding },
      {
        kind: "open",
        obligation: "confirmSuspension",
        subject: (context) => context.input.finding,
        when: ({ input: fields, before }) => fields.confirmAtOnce === true && !before.flags.includes("CONFIRM_AT_ONCE"),
      },
      { kind: "raise", flag: "CONFIRM_AT_ONCE", when: ({ input: fields }) => fields.confirmAtOnce === true },
    ],
    summary: ({ sentence }) => sentence,
  }),
  riskTrigger: action(input.FIRING, {
    title: { en: "Trigger suspends", zh: "触发中止" },
    from: RUNNING_STATES,
    to: "SUSPENDED",
    roles: ["system:trigger"],
    basis: BASES.trigger,
    guards: [guard.ASSURED],
    change: (context) => {
      const { input: fields, actor, at } = context;
      return {
        findings: withFinding(context),
        suspension: { since: at, by: actor, reason: fields.sentence, finding: fields.finding },
      };
    },
    effects: SUSPENSION_EFFECTS,
    summary: ({ sentence }) => sentence,
  }),
  terminateTrigger: action(input.FIRING, {
    title: { en: "Trigger demands review for termination", zh: "触发终止审查" },
    from: TEST_STATES,
    to: "TERMINATING",
    roles: ["system:trigger"],
    basis: BASES.trigger,
    guards: [guard.ASSURED],
    notifies: PARTIES_TOLD_AT_ONCE,
    change: (context) => ({ findings: withFinding(context) }),
    effects: [
      ...TEST_ENDS,
      { kind: "open", obligation: "informCoAuthorities" },
      { kind: "open", obligation: "terminationReview", subject: (context) => context.input.finding },
    ],
    summary: ({ sentence }) => sentence,
  }),
  noteFinding: action(input.FIRING, {
    title: { en: "Note finding", zh: "记录触发结果" },
    from: OPEN_STATES,
    to: "same",
    roles: ["system:trigger"],
    basis: BASES.trigger,
    change: (context) => ({ findings: withFinding(context) }),
    summary: ({ sentence }) => sentence,
  }),
  noteBreach: action(input.BREACH, {
    title: { en: "Note activity after suspension", zh: "记录中止后活动" },
    from: ["SUSPENDED", "TERMINATING"],
    to: "same",
    roles: ["system:trigger"],
    basis: BASES.suspend,
    change: ({ data, input: { vehicle, seenAt }, at }) => ({
      breaches: added(data.breaches, { vehicle, seenAt: Date.parse(seenAt), at }),
    }),
    effects: [
      { kind: "raise", flag: "BREACH" },
      {
        kind: "open",
        obligation: "breachReview",
        subject: (context) => context.input.vehicle,
        when: ({ before }) => !before.flags.includes("BREACH"),
      },
    ],
    summary: ({ sentence }) => sentence,
  }),
  noteRetraction: action(input.RETRACTION, {
    title: { en: "Finding retracted", zh: "触发结果撤回" },
    from: OPEN_STATES,
    to: "same",
    roles: ["system:trigger"],
    basis: BASES.trigger,
    change: ({ data, input: { finding }, at }) => ({
      findings: data.findings.map((each) => (each.finding === finding ? { ...each, retractedAt: at } : each)),
      ...(data.suspension?.finding === finding ? { suspension: { ...data.suspension, findingRetractedAt: at } } : {}),
      ...(data.restriction?.finding === finding
        ? { restriction: { ...data.restriction, findingRetractedAt: at } }
        : {}),
    }),
    effects: [{ kind: "open", obligation: "retractionReview", subject: (context) => context.input.finding }],
    summary: ({ sentence }) => sentence,
  }),
} as const;
