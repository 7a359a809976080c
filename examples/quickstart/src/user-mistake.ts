/** Something that the user can mend: shown as one line, without a stack. */
export class UserMistake extends Error {
  override readonly name = "UserMistake";
}
