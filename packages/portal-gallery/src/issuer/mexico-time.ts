const MEXICO_CITY = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'America/Mexico_City',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** `2026-11-20T12:30:00`: an instant as Fecha and FechaTimbrado write it, in the time of Mexico City. */
export function mexicoCityTime(instant: Date): string {
  return MEXICO_CITY.format(instant).replace(' ', 'T');
}
