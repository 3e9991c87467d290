import { type FormEvent, useState } from "react";
import type { Outcome } from "../model";
import { comment } from "./desk";

interface CommentFormProps {
  id: number;
  act: (outcome: Promise<Outcome>, said: string) => void;
}

export function CommentForm({ id, act }: CommentFormProps) {
  const [text, setText] = useState("");
  const [internal, setInternal] = useState(false);

  function submit(event: FormEvent) {
    event.preventDefault();
    act(comment(id, text, internal), "Commented.");
    setText("");
  }

  return (
    <form className="beside-tools" onSubmit={submit}>
      <input className="field" aria-label="Comment" placeholder="Comment; a line like /close is run" value={text} onChange={({ target }) => setText(target.value)} />
      <label>
        <input type="checkbox" checked={internal} onChange={({ target }) => setInternal(target.checked)} /> internal
      </label>
      <button type="submit" className="btn btn-small" disabled={!text.trim()}>
        Comment
      </button>
    </form>
  );
}
