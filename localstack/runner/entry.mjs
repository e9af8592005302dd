/**
 * What serverless-offline loads in place of a handler. TypeScript it would compile with a loader of its own (a process of esbuild and the source maps of
 * everything, for each container), whereas Node reads these files as they are. The extension is why it is found first.
 */
import { enableCompileCache, flushCompileCache } from 'node:module'
import { pathToFileURL } from 'node:url'

const handlerAt = process.env.LOCAL_HANDLER ?? ''
const dot = handlerAt.lastIndexOf('.')
enableCompileCache(process.env.LOCAL_CODE_CACHE)
const loaded = await import(pathToFileURL(`${handlerAt.slice(0, dot)}.ts`).href)
// A container is killed more often than it ends: what it compiled is kept at once.
flushCompileCache()

export const handler = loaded[handlerAt.slice(dot + 1)]
