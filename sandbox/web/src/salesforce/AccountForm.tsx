import { type FormEvent, type ReactNode, useId, useState } from "react";
import { Dialog } from "../components/Dialog";
import { CloseIcon } from "../components/icons";
import type { Account, AccountValues, DeskState } from "./desk";

interface AccountFormProps {
  /** Null for a new one. */
  account: Account | null;
  state: DeskState;
  close: () => void;
  /** Resolves to what is wrong, or null when it is saved. */
  save: (values: AccountValues) => Promise<string | null>;
}

export function AccountForm({ account, state, close, save }: AccountFormProps) {
  const title = useId();
  const [values, setValues] = useState(() => start(account, state));
  const [error, setError] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const field = (name: keyof AccountValues) => ({
    className: "field",
    value: values[name],
    onChange: ({ target }: { target: { value: string } }) => setValues({ ...values, [name]: target.value }),
  });

  async function submit(event: FormEvent) {
    event.preventDefault();
    setSaving(true);
    setError(await save(values));
    setSaving(false);
  }

  return (
    <Dialog labelledBy={title} className="modal modal-small" onEscape={close}>
      <header className="modal-header">
        <h2 id={title}>{account ? "Edit account" : "New account"}</h2>
        <button type="button" className="icon-button" aria-label="Close" onClick={close}>
          <CloseIcon />
        </button>
      </header>
      <form className="modal-view" onSubmit={submit}>
        <div className="modal-body beside-form">
          <Labelled label="Name">
            <input {...field("name")} required maxLength={255} autoFocus />
          </Labelled>
          <Labelled label="ARR">
            <input {...field("arr")} inputMode="decimal" />
          </Labelled>
          <Labelled label="Currency">
            <select {...field("currency")}>
              {state.currencies.map((code) => (
                <option key={code}>{code}</option>
              ))}
            </select>
          </Labelled>
          <Labelled label="Renewal">
            <input {...field("renewal")} type="date" />
          </Labelled>
          <Labelled label="Owner">
            <select {...field("owner")}>
              {state.owners.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </Labelled>
          {error && (
            <p className="beside-error" role="alert">
              {error}
            </p>
          )}
        </div>
        <footer className="modal-footer">
          <button type="button" className="btn" onClick={close}>
            Cancel
          </button>
          <button type="submit" className="btn btn-primary" aria-busy={saving || undefined}>
            Save
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

function Labelled({ label, children }: { label: string; children: ReactNode }) {
  return (
    <label>
      <span className="input-label">{label}</span>
      {children}
    </label>
  );
}

function start(account: Account | null, { owners, currencies }: DeskState): AccountValues {
  return {
    name: account?.name ?? "",
    arr: account?.arr?.toString() ?? "",
    currency: account?.currency ?? currencies.find((code) => code === "USD") ?? currencies[0] ?? "",
    owner: account?.owner ?? owners[0]?.id ?? "",
    renewal: account?.renewal ?? "",
  };
}
