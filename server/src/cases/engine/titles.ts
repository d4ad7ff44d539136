/** Names of actions as people read them, the engine's own included. */
import { DECLINE, MIGRATE, type Lifecycle, type Text } from "@sandglass/casework";

const OWN: { readonly [name: string]: Text } = {
  [DECLINE]: { en: "Proposal not confirmed", zh: "未予确认" },
  [MIGRATE]: { en: "Moved to another version of the procedure", zh: "迁移到其他流程版本" },
};

export function titleOfAction(lifecycle: Pick<Lifecycle, "actions">, name: string): Text {
  const found = Object.hasOwn(lifecycle.actions, name) ? lifecycle.actions[name]?.title : OWN[name];
  return found ?? { en: name, zh: name };
}
