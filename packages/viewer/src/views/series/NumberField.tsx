import { type ReactNode, useEffect, useState } from "react";

/** A number that takes effect when it is entered; where `value` is undefined, the field is empty and shows `automatic`. */
export function NumberField({
  label,
  value,
  automatic,
  onChange,
}: {
  readonly label: string;
  readonly value: string | undefined;
  readonly automatic?: string;
  /** Gets undefined for an empty field. */
  readonly onChange: (value: number | undefined) => void;
}): ReactNode {
  const [text, setText] = useState(value ?? "");
  useEffect(() => setText(value ?? ""), [value]);
  const isWrong = text.trim() !== "" && !Number.isFinite(Number(text));
  const enter = () => {
    if (isWrong || text === (value ?? "")) return;
    onChange(text.trim() === "" ? undefined : Number(text));
  };
  return (
    <label className="series-number">
      {label}{" "}
      <input
        type="text"
        inputMode="decimal"
        size={10}
        value={text}
        placeholder={automatic}
        aria-invalid={isWrong}
        onChange={(event) => setText(event.target.value)}
        onBlur={enter}
        onKeyDown={(event) => event.key === "Enter" && enter()}
      />
    </label>
  );
}
