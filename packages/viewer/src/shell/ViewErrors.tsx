import { errorMessage } from "@tvb-storage/files/internal";
import { Component, type ReactNode } from "react";

interface State {
  readonly error?: unknown;
}

/** Shows why a view failed in its place; the rest of the page goes on. */
export class ViewErrors extends Component<{ readonly children: ReactNode }, State> {
  override state: State = {};

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render(): ReactNode {
    if (!("error" in this.state)) return this.props.children;
    return <p role="alert">{errorMessage(this.state.error)}</p>;
  }
}
