// The part of Block Kit that a person operates. What is only shown goes to the renderer untouched.

export interface Text {
  type: "plain_text" | "mrkdwn";
  text: string;
}

export interface Option {
  text: Text;
  value: string;
  description?: Text;
  url?: string;
}

export interface OptionGroup {
  label: Text;
  options: Option[];
}

export interface Confirm {
  title?: Text;
  text?: Text;
  confirm?: Text;
  deny?: Text;
  style?: "primary" | "danger";
}

/** One interactive element: the union of every type's properties, since the payload is JSON that others wrote. */
export interface Element {
  type: string;
  action_id: string;
  text?: Text | string;
  value?: string;
  url?: string;
  style?: "primary" | "danger";
  accessibility_label?: string;
  confirm?: Confirm;
  placeholder?: Text;
  options?: Option[];
  option_groups?: OptionGroup[];
  initial_option?: Option;
  initial_options?: Option[];
  initial_value?: string | number;
  initial_date?: string;
  initial_time?: string;
  initial_date_time?: number;
  initial_user?: string;
  initial_users?: string[];
  initial_channel?: string;
  initial_channels?: string[];
  initial_conversation?: string;
  initial_conversations?: string[];
  min_query_length?: number;
  max_selected_items?: number;
  multiline?: boolean;
  min_length?: number;
  max_length?: number;
  min_value?: string | number;
  max_value?: string | number;
  is_decimal_allowed?: boolean;
  focus_on_load?: boolean;
  dispatch_action_config?: { trigger_actions_on?: string[] };
  positive_button?: { text: Text; value: string; accessibility_label?: string };
  negative_button?: { text: Text; value: string; accessibility_label?: string };
  icon?: string;
}

export interface Block {
  type: string;
  block_id?: string;
  text?: Text;
  label?: Text;
  hint?: Text;
  optional?: boolean;
  dispatch_action?: boolean;
  element?: Element;
  elements?: Element[];
  accessory?: Element;
  [property: string]: unknown;
}

/** What Slack keeps per input in `state.values`, and repeats in the action. */
export interface ElementState {
  type: string;
  value?: string | null;
  selected_option?: Option | null;
  selected_options?: Option[];
  selected_date?: string | null;
  selected_time?: string | null;
  selected_date_time?: number | null;
  selected_user?: string | null;
  selected_users?: string[];
  selected_channel?: string | null;
  selected_channels?: string[];
  selected_conversation?: string | null;
  selected_conversations?: string[];
  rich_text_value?: unknown;
}

export interface ElementRef {
  block: string;
  action: string;
}

/** A text object's words; some elements (the icon button) carry a bare string. */
export function words(text: Text | string | undefined): string {
  return typeof text === "string" ? text : (text?.text ?? "");
}
