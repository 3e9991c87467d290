import { naming, type Slot, useHeld } from "./slot";

/** Date, time, and both: the browser's own pickers know the keyboard and the reader's locale. */
export function DateControl(slot: Slot) {
  const [state, hold] = useHeld(slot);
  const shared = { ...naming(slot), className: "field field-date" };
  switch (slot.element.type) {
    case "timepicker":
      return (
        <input
          {...shared}
          type="time"
          value={state.selected_time ?? ""}
          onChange={({ target }) => hold({ selected_time: target.value || null })}
        />
      );
    case "datetimepicker":
      return (
        <input
          {...shared}
          type="datetime-local"
          value={state.selected_date_time ? localMinute(state.selected_date_time) : ""}
          onChange={({ target }) => hold({ selected_date_time: target.value ? unixOf(target.value) : null })}
        />
      );
    default:
      return (
        <input
          {...shared}
          type="date"
          value={state.selected_date ?? ""}
          onChange={({ target }) => hold({ selected_date: target.value || null })}
        />
      );
  }
}

function unixOf(local: string): number {
  return Math.floor(new Date(local).getTime() / 1000);
}

function localMinute(unix: number): string {
  const date = new Date(unix * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
