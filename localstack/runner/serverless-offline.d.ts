/** The package has no types; this is the part that the runner uses. */
declare module 'serverless-offline' {
  export default class ServerlessOffline {
    constructor(framework: object, options: Record<string, unknown>, tools: { log: object; progress: object; writeText: (text: string) => void })
    start(): Promise<void>
    end(skipExit: boolean): Promise<void>
  }
}
