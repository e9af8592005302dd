/** Activity codes of the NAF rév. 2: `52.21Z`, written `5221Z` by the reference of 2023 (switch `apeWithDot` keeps the point). Nothing for another text. */
export const nafRev2 = (activite: string, withDot: boolean): string => {
  if (!/^[0-9]{2}\.[0-9]{2}[A-Z]$/.test(activite)) return ''
  return withDot ? activite : activite.replace('.', '')
}
