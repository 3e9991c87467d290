// What the view of GitLab asks of `sandbox/gitlab/desk.py`.
import { get, post } from "../api";
import type { Outcome } from "../model";

export interface IssueLine {
  id: number;
  reference: string;
  title: string;
  state: "opened" | "closed";
  labels: string[];
  milestone_title: string | null;
  confidential: boolean;
  moved_to: string | null;
  author: string;
  updated_at: string;
}

export interface Note {
  id: number;
  author: string;
  body: string;
  internal: boolean;
  at: string;
}

export interface Issue extends IssueLine {
  address: string;
  description: string;
  milestone: number | null;
  weight: number | null;
  health: string | null;
  assignees: string[];
  is_epic: boolean;
  notes: Note[];
}

export interface Seen {
  /** Null when the public sees nothing at all. */
  public: Issue | null;
  members: Issue;
}

export interface Call {
  at: string;
  operation: string;
  status: number | null;
}

export interface Milestone {
  id: number;
  title: string;
  due: string;
}

export type Role = "guest" | "planner" | "maintainer";

export interface DeskState {
  projects: { id: number; path: string }[];
  milestones: Milestone[];
  mood: string;
  moods: { key: string; label: string; detail: string }[];
  role: Role;
  hooks: boolean;
  calls: Call[];
}

export function findIssues(text: string) {
  return get<{ issues: IssueLine[]; total: number }>(`gitlab/issues?text=${encodeURIComponent(text)}`);
}

export const readIssue = (id: number) => get<Seen>(`gitlab/issue?id=${id}`);
export const readState = () => get<DeskState>("gitlab/state");

export const closeIssue = (id: number) => tell("issue/close", { id });
export const mergeIssue = (id: number) => tell("issue/merge", { id });
export const reopenIssue = (id: number) => tell("issue/reopen", { id });
export const deleteIssue = (id: number) => tell("issue/delete", { id });
export const moveIssue = (id: number, project: string) => tell("issue/move", { id, project });
export const planIssue = (id: number, milestone: number | null) => tell("issue/plan", { id, milestone });
export const comment = (id: number, body: string, internal: boolean) => tell("issue/note", { id, body, internal });
export const reschedule = (milestone: number, due: string) => tell("milestone/due", { milestone, due });
export const feel = (mood: string) => tell("mood", { mood });
export const giveRole = (role: Role) => tell("role", { role });
export const turnHooks = (on: boolean) => tell("hooks", { on });

function tell(path: string, body: object) {
  return post<Outcome>(`gitlab/${path}`, body);
}
