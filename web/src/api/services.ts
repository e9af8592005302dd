import { type InjectionKey, inject, ref } from 'vue'
import type { Configuration } from '../boot/configuration.ts'
import type { Session } from '../boot/session.ts'
import type { Client } from './client.ts'

/** What every page may need. Provided once by the application, taken with `useServices`. */
export type Services = {
  configuration: Configuration
  session: Session
  api: Client
}

export const SERVICES: InjectionKey<Services> = Symbol('services')

export const useServices = (): Services => {
  const services = inject(SERVICES)
  if (services === undefined) throw new Error('services are not provided')
  return services
}

/** True after two failures in a row, until an answer comes (web §2.4). */
export const serviceDegrade = ref(false)
let suite = 0
export const noterEchec = (echec: boolean): void => {
  suite = echec ? suite + 1 : 0
  serviceDegrade.value = suite >= 2
}
