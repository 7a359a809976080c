/**
 * What is drawn before the names of a tree: `├── `, `│   └── `. `depths` are those of the rows in the order in which
 * they are printed, each row after the one that it belongs to; 0 is the root, which has no branch.
 */
export function treeBranches(depths: readonly number[]): string[] {
  const isLast = new Array<boolean>(depths.length);
  const hasSibling: boolean[] = [];
  for (let index = depths.length - 1; index >= 0; index--) {
    const depth = depths[index] ?? 0;
    isLast[index] = hasSibling[depth] !== true;
    hasSibling.length = depth; // what is deeper belongs to another row from here on
    hasSibling[depth] = true;
  }
  const above: string[] = [];
  return depths.map((depth, index) => {
    if (depth === 0) return "";
    above.length = depth - 1;
    const branch = above.join("") + (isLast[index] === true ? "└── " : "├── ");
    above[depth - 1] = isLast[index] === true ? "    " : "│   ";
    return branch;
  });
}
