import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { fixturesPlugin } from './dev/plugin.ts'

/**
 * `vite build web` writes `web/dist`. Two ways to develop: `vite web --mode fixtures` serves recorded-like answers and needs nothing else;
 * `SF_EDGE=http://localhost:PORT vite web` forwards everything that is not a page to a running stack.
 */
export default defineConfig(({ mode }) => {
  const edge = process.env.SF_EDGE
  return {
    root: fileURLToPath(new URL('.', import.meta.url)),
    // Its sources instead of what is compiled for browsers of 2015: half of its weight.
    resolve: { alias: [{ find: /^tus-js-client$/, replacement: 'tus-js-client/lib/browser/index.js' }] },
    plugins: [vue(), ...(mode === 'fixtures' ? [fixturesPlugin()] : [])],
    define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
    build: {
      outDir: 'dist',
      emptyOutDir: true,
      target: 'es2022',
      // The content security policy refuses data: scripts and styles, so nothing is inlined (web §6.2).
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // Few files before the first row: the framework, what the pages share, the page. Charts and uploads stay apart (web §5.8).
      rolldownOptions: {
        output: {
          advancedChunks: {
            groups: [
              { name: 'cadre', test: /node_modules\/(@vue|vue|vue-router|@tanstack)\// },
              { name: 'commun', test: /web\/src\/((api|design|format|resume)\/.*|charts\/figure)\.(ts|vue)/ },
            ],
          },
        },
      },
    },
    server:
      edge === undefined
        ? {}
        : {
            proxy: Object.fromEntries(['/api', '/files', '/config.json', '/oidc'].map((path) => [path, { target: edge, changeOrigin: false }])),
          },
  }
})
