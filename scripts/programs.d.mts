export declare function programsOnPath(name: string): string[];
export declare function pythonWith(...modules: readonly string[]): string | undefined;
