import type { Completion } from "./completions";

interface CompletionListProps {
  id: string;
  completions: Completion[];
  active: number;
  choose: (completion: Completion) => void;
}

export function CompletionList({ id, completions, active, choose }: CompletionListProps) {
  return (
    <div className="completions">
      <div role="listbox" id={id} aria-label="Suggestions">
        {completions.map((completion, index) => (
          <div
            key={completion.key}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            data-active={index === active || undefined}
            className="listbox-option"
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => choose(completion)}
          >
            <span className="menu-words">
              <span className="menu-label">
                {completion.label} {completion.hint && <span className="usage-hint">{completion.hint}</span>}
              </span>
              <span className="menu-detail">{completion.detail}</span>
            </span>
          </div>
        ))}
      </div>
      <p className="completions-help" aria-hidden="true">
        <kbd>↑</kbd> <kbd>↓</kbd> to move <kbd>Enter</kbd> to {completions[active]?.exact ? "send" : "choose"}
      </p>
    </div>
  );
}
