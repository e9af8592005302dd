/** When a list was last hidden to be computed anew: a date of publication from before does not show it again. Null: never. */
export const retrait = /* sql */ `
alter table liste add column retire_le timestamptz;
`
