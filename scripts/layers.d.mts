export interface Floor {
  readonly name: string;
  readonly job: string;
}

export interface Layer {
  readonly name: string;
  readonly job: string;
  readonly imports: readonly string[];
  readonly exceptions?: Readonly<Record<string, readonly string[]>>;
  readonly browser: boolean;
  readonly isPage?: boolean;
  readonly pages?: readonly string[];
  readonly floors?: readonly Floor[];
}

export declare const layers: readonly Layer[];
