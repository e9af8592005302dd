import type { Plugin } from 'vite'
import { handleFixture } from './fixtures.ts'

/** `vite web --mode fixtures`: the pages on invented data, without the platform. */
export const fixturesPlugin = (): Plugin => ({
  name: 'sf-fixtures',
  configureServer(server) {
    server.middlewares.use((incoming, outgoing, next) => {
      handleFixture(incoming, outgoing, 300).then((done) => {
        if (!done) next()
      }, next)
    })
  },
})
