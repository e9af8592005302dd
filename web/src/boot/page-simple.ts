/** A page without the application: misconfigured, signed out, sign-in refused. Plain DOM, so that the first load stays tiny. */
export type PageSimple = {
  titre: string
  paragraphes: string[]
  action?: { texte: string; faire: () => void; repere: string }
}

export const afficherPageSimple = ({ titre, paragraphes, action }: PageSimple): void => {
  document.title = `${titre} – Signaux faibles`
  const page = document.createElement('main')
  page.className = 'page-simple'
  page.tabIndex = -1
  page.append(
    Object.assign(document.createElement('p'), {
      className: 'page-simple__produit',
      textContent: 'Signaux faibles',
    }),
  )
  page.append(Object.assign(document.createElement('h1'), { textContent: titre }))
  for (const texte of paragraphes) page.append(Object.assign(document.createElement('p'), { textContent: texte }))
  if (action !== undefined) {
    const bouton = Object.assign(document.createElement('button'), {
      className: 'bouton',
      type: 'button',
      textContent: action.texte,
    })
    bouton.dataset.testid = action.repere
    bouton.addEventListener('click', action.faire)
    page.append(bouton)
  }
  document.querySelector('#application')?.replaceChildren(page)
  page.focus()
}
