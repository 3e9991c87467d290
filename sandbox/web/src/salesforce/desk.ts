// What the view of Salesforce asks of `sandbox/salesforce/desk.py`.
import { get, post } from "../api";
import type { Outcome } from "../model";

export interface Account {
  id: string;
  name: string;
  arr: number | null;
  currency: string | null;
  renewal: string | null;
  owner: string | null;
  owner_name: string | null;
  deleted: boolean;
  merged_into: string | null;
}

export interface Mood {
  key: string;
  label: string;
  detail: string;
}

export interface Call {
  at: string | null;
  operation: string;
  status: number | null;
  code: string;
}

export interface DeskState {
  note: string;
  owners: { id: string; name: string }[];
  currencies: string[];
  mood: string;
  moods: Mood[];
  calls: { used: number; allowed: number; last: Call[] };
}

export interface AccountValues {
  name: string;
  arr: string;
  currency: string;
  owner: string;
  renewal: string;
}

export function findAccounts(text: string) {
  return get<{ accounts: Account[]; total: number }>(`salesforce/accounts?text=${encodeURIComponent(text)}`);
}

export function readState() {
  return get<DeskState>("salesforce/state");
}

export const addAccount = (values: AccountValues) => tell("account/add", values);
export const changeAccount = (id: string, values: AccountValues) => tell("account/change", { id, ...values });
export const deleteAccount = (id: string) => tell("account/delete", { id });
export const undeleteAccount = (id: string) => tell("account/undelete", { id });
export const mergeAccounts = (master: string, others: string[]) => tell("account/merge", { master, others });
export const feel = (mood: string) => tell("mood", { mood });

function tell(path: string, body: object) {
  return post<Outcome>(`salesforce/${path}`, body);
}
