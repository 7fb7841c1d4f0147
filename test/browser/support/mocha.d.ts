/** The globals that mocha puts into each test page, as far as the tests use them. */
type Test = (this: { timeout(milliseconds: number): void; skip(): never }) => void | Promise<void>;
type Suite = (title: string, body: () => void) => void;
type Case = (title: string, body: Test) => void;

declare const describe: Suite & { only: Suite; skip: Suite };
declare const it: Case & { only: Case; skip: Case };
declare const before: (body: Test) => void;
declare const after: (body: Test) => void;
declare const beforeEach: (body: Test) => void;
declare const afterEach: (body: Test) => void;
