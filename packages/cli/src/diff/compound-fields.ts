/**
 * The fields of a compound type by the names under which they are read (`"a.b"` for a nested one), from the type's
 * name as `listNodes` gives it: `compound {a: int32, b: compound {c: float64}}`. None for other types.
 */
export function compoundFields(dtype: string): string[] {
  const inner = /^compound \{(.*)\}$/s.exec(dtype)?.[1];
  if (inner === undefined) return [];
  return members(inner).flatMap((member) => {
    const colon = member.indexOf(": ");
    const name = member.slice(0, colon);
    const nested = compoundFields(member.slice(colon + 2));
    return nested.length === 0 ? [name] : nested.map((field) => `${name}.${field}`);
  });
}

/** The parts between commas that are in no inner braces or brackets. */
function members(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "{" || text[at] === "[") depth += 1;
    else if (text[at] === "}" || text[at] === "]") depth -= 1;
    else if (depth === 0 && text.startsWith(", ", at)) {
      parts.push(text.slice(start, at));
      start = at + 2;
    }
  }
  return [...parts, text.slice(start)];
}
