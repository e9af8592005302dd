import { ACCOUNTS } from './accounts.ts'

const STYLE = `
body{font:16px/1.5 system-ui,sans-serif;color:#1e1e1e;background:#f6f6f6;margin:0;padding:2rem 1rem}
main{max-width:40rem;margin:0 auto;background:#fff;border:1px solid #ddd;border-radius:6px;padding:1.5rem}
h1{font-size:1.4rem;margin:0 0 .5rem}
ul{list-style:none;padding:0;margin:1rem 0 0}
li{margin:.4rem 0}
button{font:inherit;width:100%;text-align:left;padding:.6rem .8rem;border:1px solid #bbb;border-radius:4px;background:#fff;cursor:pointer}
button:hover,button:focus-visible{border-color:#0053b3;outline:2px solid #0053b3}
small{display:block;color:#555}`

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main><h1>${escapeHtml(title)}</h1>${body}</main></body></html>`

/** Sign-in page of the local issuer: one button per sample account, no password. `action` is where the choice is sent. */
export const signInPage = (action: string): string =>
  page(
    'Connexion locale',
    `<p>Comptes d’essai de cette machine : choisissez qui vous êtes.</p><form method="post" action="${escapeHtml(action)}"><ul>${ACCOUNTS.map(
      ({ username, label }) =>
        `<li><button name="account" value="${escapeHtml(username)}">${escapeHtml(username)}<small>${escapeHtml(label)}</small></button></li>`,
    ).join('')}</ul></form>`,
  )

/** `form` is the form that the provider asks to submit. */
export const signOutPage = (form: string): string =>
  page(
    'Déconnexion',
    `${form}<p>Voulez-vous vous déconnecter ?</p><p><button autofocus type="submit" form="op.logoutForm" value="yes" name="logout">Oui, me déconnecter</button></p>`,
  )

export const signedOutPage = (): string => page('Vous êtes déconnecté', '<p>Vous pouvez fermer cette page.</p>')

export const errorPage = (code: string, description: string): string =>
  page('Connexion impossible', `<p>${escapeHtml(description)}</p><p><small>${escapeHtml(code)}</small></p>`)

/** A person types the code that a machine without a browser shows. `refused` when the code is not one that was given. */
export const deviceCodePage = (form: string, refused: boolean): string =>
  page(
    'Connexion d’un autre appareil',
    `<p>${refused ? 'Ce code n’est pas connu, ou n’est plus valable.' : 'Entrez le code que l’appareil affiche.'}</p>${form}<p><button type="submit" form="op.deviceInputForm">Continuer</button></p>`,
  )

export const deviceConfirmPage = (form: string, code: string): string =>
  page(
    'Connexion d’un autre appareil',
    `${form}<p>L’appareil affiche-t-il le code <strong>${escapeHtml(code)}</strong> ?</p><p><button autofocus type="submit" form="op.deviceConfirmForm">Oui, connecter cet appareil</button></p><p><button type="submit" form="op.deviceConfirmForm" value="yes" name="abort">Non</button></p>`,
  )

export const deviceDonePage = (): string => page('L’appareil est connecté', '<p>Vous pouvez fermer cette page.</p>')
