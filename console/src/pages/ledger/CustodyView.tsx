import styles from "./ledger.module.css";
import { ConsistencyPanel } from "./ConsistencyPanel.tsx";
import { KeysPanel } from "./KeysPanel.tsx";
import { TimestampsPanel } from "./TimestampsPanel.tsx";
import { WitnessesPanel } from "./WitnessesPanel.tsx";

/** Who vouches for the log: the keys that sign it, second parties that remember it, clocks of others, and its own past. */
export function CustodyView() {
  return (
    <div className={styles.custody}>
      <KeysPanel />
      <ConsistencyPanel />
      <WitnessesPanel />
      <TimestampsPanel />
    </div>
  );
}
