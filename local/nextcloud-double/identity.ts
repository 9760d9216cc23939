export const productName = 'Nextcloud double (Moltagent): not a real Nextcloud'

/** The release whose recorded contract the double keeps. */
export const version = { full: '32.0.1.2', text: '32.0.1' }
