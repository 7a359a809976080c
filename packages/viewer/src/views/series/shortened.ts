/** A name that fits beside an axis. */
export function shortened(name: string, most = 14): string {
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}
