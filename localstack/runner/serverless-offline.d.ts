/** The package has no types; these are the parts that the runner uses. */
declare module 'serverless-offline' {
  export default class ServerlessOffline {
    constructor(framework: object, options: Record<string, unknown>, tools: { log: object; progress: object; writeText: (text: string) => void })
    start(): Promise<void>
    end(skipExit: boolean): Promise<void>
  }
}

declare module 'serverless-offline/lambda' {
  export default class Lambda {
    constructor(framework: object, options: Record<string, unknown>)
    create(functions: { functionKey: string; functionDefinition: object }[]): void
    /** A container that serves nobody, made if there is none. */
    getByFunctionName(name: string): { setEvent(event: unknown): void; runHandler(): Promise<unknown> }
  }
}
