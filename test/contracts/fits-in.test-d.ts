import type { FitsIn } from "./fits-in.js";

// The other files of this folder rely on this: a wrong type does not compile.

interface Expected {
  name: (first: string | number, second?: boolean) => string;
}

export type Fitting = [
  FitsIn<Expected, { name(first: string | number | null): "fixed"; more: number }>,
  // @ts-expect-error A missing name.
  FitsIn<Expected, { other: number }>,
  // @ts-expect-error A method that accepts less than is declared.
  FitsIn<Expected, { name(first: string): string }>,
  // @ts-expect-error A method that requires more than is declared.
  FitsIn<Expected, { name(first: string | number, second: boolean): string }>,
  // @ts-expect-error A method that may return more than is declared.
  FitsIn<Expected, { name(first: string | number): string | undefined }>,
];
