/** Offers a file to the browser's download, without leaving the page. */
export const enregistrer = (contenu: Blob, nom: string): void => {
  const adresse = URL.createObjectURL(contenu)
  const lien = document.createElement('a')
  lien.href = adresse
  lien.download = nom
  lien.click()
  setTimeout(() => URL.revokeObjectURL(adresse), 1000)
}
