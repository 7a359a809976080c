/** An error that the user can correct: shown as one line, without a stack. */
export class UserMistake extends Error {
  override readonly name = "UserMistake";
}
