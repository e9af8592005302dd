/** The batch of the current month, `AAMM`, in Paris. */
export const monthOfToday = (now: Date): string => {
  const parts = new Intl.DateTimeFormat('fr-FR', { timeZone: 'Europe/Paris', year: '2-digit', month: '2-digit' }).formatToParts(now)
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '00'
  return `${of('year')}${of('month')}`
}
