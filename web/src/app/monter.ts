import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'
import { creerClient } from '../api/client.ts'
import { delaiReessai, fautReessayer } from '../api/probleme.ts'
import { noterEchec, SERVICES } from '../api/services.ts'
import type { Configuration } from '../boot/configuration.ts'
import type { Session } from '../boot/session.ts'
import App from './App.vue'
import { creerRouteur } from './routes.ts'

/** Starts the application once a session exists. */
export const monter = ({ configuration, session }: { configuration: Configuration; session: Session }): void => {
  const api = creerClient(configuration.api, session, noterEchec)
  const requetes = new QueryClient({
    defaultOptions: {
      queries: {
        retry: fautReessayer,
        retryDelay: delaiReessai,
        refetchOnWindowFocus: false,
        staleTime: 30_000,
      },
      mutations: { retry: false },
    },
  })
  createApp(App)
    .provide(SERVICES, { configuration, session, api })
    .use(VueQueryPlugin, { queryClient: requetes })
    .use(creerRouteur(session))
    .mount('#application')
}
