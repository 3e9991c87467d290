import type { Account } from "./desk";
import type { Found } from "./useAccounts";

interface AccountTableProps {
  found: Found;
  ticked: string[];
  tick: (account: Account) => void;
  edit: (account: Account) => void;
  remove: (account: Account) => void;
  restore: (account: Account) => void;
}

export function AccountTable({ found, ...acts }: AccountTableProps) {
  const { accounts, total } = found;
  return (
    <div className="beside-scroll" tabIndex={0} role="region" aria-label="List of accounts">
      <p className="beside-count" role="status">
        {accounts.length < total ? `The first ${accounts.length} of ${total} accounts` : `${total} ${total === 1 ? "account" : "accounts"}`}
      </p>
      <table className="records">
        <thead>
          <tr>
            <th scope="col">
              <span className="sr-only">To merge</span>
            </th>
            <th scope="col">Account</th>
            <th scope="col" className="records-number">
              ARR
            </th>
            <th scope="col">Renewal</th>
            <th scope="col">Owner</th>
            <th scope="col">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {accounts.map((account) => (
            <Row key={account.id} account={account} {...acts} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ account, ticked, tick, edit, remove, restore }: Omit<AccountTableProps, "found"> & { account: Account }) {
  const { name } = account;
  return (
    <tr data-deleted={account.deleted || undefined}>
      <td>
        {!account.deleted && <input type="checkbox" aria-label={`Merge ${name}`} checked={ticked.includes(account.id)} onChange={() => tick(account)} />}
      </td>
      <th scope="row">
        {name}
        {account.deleted && <span className="records-tag">{account.merged_into ? `merged into ${account.merged_into}` : "deleted"}</span>}
      </th>
      <td className="records-number">{money(account)}</td>
      <td className="records-date">{account.renewal ?? "–"}</td>
      <td>{account.owner_name ?? "–"}</td>
      <td className="records-acts">
        {account.deleted ? (
          !account.merged_into && (
            <button type="button" className="btn btn-small" onClick={() => restore(account)}>
              Undelete<span className="sr-only"> {name}</span>
            </button>
          )
        ) : (
          <>
            <button type="button" className="btn btn-small" onClick={() => edit(account)}>
              Edit<span className="sr-only"> {name}</span>
            </button>
            <button type="button" className="btn btn-small btn-quiet" onClick={() => remove(account)}>
              Delete<span className="sr-only"> {name}</span>
            </button>
          </>
        )}
      </td>
    </tr>
  );
}

function money({ arr, currency }: Account): string {
  if (arr === null) return "–";
  if (!currency) return arr.toLocaleString("en");
  return new Intl.NumberFormat("en", { style: "currency", currency, maximumFractionDigits: 0 }).format(arr);
}
