/** A text that `like` takes literally: `%`, `_` and `\` are characters like others (datapi §3.3). */
export const escapeLike = (text: string): string => text.replace(/[\\%_]/g, (character) => `\\${character}`)

/** Contains. */
export const containing = (text: string): string => `%${escapeLike(text)}%`

/** Begins with. */
export const beginning = (text: string): string => `${escapeLike(text)}%`
