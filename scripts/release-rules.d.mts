interface Repository {
  readonly url: string;
  readonly directory?: string;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly type?: string;
  readonly repository?: Repository;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export declare function releaseProblems(state: {
  readonly branch: string;
  readonly baseBranch: string;
  readonly changedFiles: readonly string[];
}): string[];

export declare function provenanceProblems(state: {
  readonly repository: Repository | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}): string[];

export declare function withRepository(
  manifest: Manifest,
  repository: Repository | undefined,
  directory: string,
): Manifest;

export declare function tarballProblems(tarball: {
  readonly manifest: Manifest;
  readonly files: readonly string[];
  readonly changelog: string | undefined;
  readonly versions: ReadonlyMap<string, string>;
}): string[];
