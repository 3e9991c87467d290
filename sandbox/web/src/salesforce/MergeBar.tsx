import { useState } from "react";
import type { Account } from "./desk";

interface MergeBarProps {
  accounts: Account[];
  merge: (master: string, others: string[]) => void;
  cancel: () => void;
}

/** Ask which of the ticked accounts stays; the others' opportunities become its own. */
export function MergeBar({ accounts, merge, cancel }: MergeBarProps) {
  const [chosen, setChosen] = useState("");
  const master = accounts.find(({ id }) => id === chosen) ?? accounts[0];
  if (!master) return null;
  const others = accounts.filter(({ id }) => id !== master.id).map(({ id }) => id);
  return (
    <div className="beside-bar" role="group" aria-label="Merge accounts">
      <label>
        Keep{" "}
        <select className="field" value={master.id} onChange={({ target }) => setChosen(target.value)}>
          {accounts.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <button type="button" className="btn btn-primary" onClick={() => merge(master.id, others)}>
        Merge {accounts.length} accounts
      </button>
      <button type="button" className="btn btn-quiet" onClick={cancel}>
        Cancel
      </button>
    </div>
  );
}
