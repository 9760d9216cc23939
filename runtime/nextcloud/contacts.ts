import ICAL from 'ical.js'
import type { Caller } from './caller.ts'
import { parseMultistatus, textOf } from './dav/multistatus.ts'
import { xmlText } from './dav/xml-text.ts'
import { davPath } from './file-path.ts'
import { NextcloudError } from './nextcloud-error.ts'
import { pathPart } from './ocs.ts'

/** All texts are other people's words. */
export interface Contact {
  readonly uid: string
  readonly etag: string
  readonly name: string
  readonly emails: readonly string[]
  readonly phones: readonly string[]
  readonly organisation: string
}

export interface Contacts {
  readonly addressBooks: () => Promise<readonly { readonly name: string; readonly displayName: string }[]>
  /** Contacts whose name or address holds `text`; all of them for `''`. */
  readonly find: (addressBook: string, text: string) => Promise<readonly Contact[]>
}

const carddav = 'urn:ietf:params:xml:ns:carddav'
const xml = { 'Content-Type': 'application/xml', Accept: 'application/xml', Depth: '1' }

function values(card: ICAL.Component, name: string): readonly string[] {
  return card.getAllProperties(name).map((property) => [property.getFirstValue()].flat().join(', '))
}

function contactOf(data: string, etag: string): Contact {
  const card = new ICAL.Component(ICAL.parse(data))
  const first = (name: string): string => values(card, name)[0] ?? ''
  return {
    uid: first('uid'),
    etag,
    name: first('fn'),
    emails: values(card, 'email'),
    phones: values(card, 'tel'),
    organisation: first('org'),
  }
}

function query(text: string): string {
  const match = (name: string): string =>
    `<c:prop-filter name="${name}"><c:text-match collation="i;unicode-casemap" match-type="contains">${xmlText(text)}</c:text-match></c:prop-filter>`
  const filters = text === '' ? '<c:prop-filter name="FN"/>' : `${match('FN')}${match('EMAIL')}`
  return `<?xml version="1.0"?><c:addressbook-query xmlns:d="DAV:" xmlns:c="${carddav}"><d:prop><d:getetag/><c:address-data/></d:prop><c:filter test="anyof">${filters}</c:filter></c:addressbook-query>`
}

/** Address books of an account (CardDAV, RFC 6352), read only. */
export function createContacts(caller: Caller, account: string): Contacts {
  const home = `/remote.php/dav/addressbooks/users/${pathPart(account)}`
  return {
    addressBooks: async () => {
      const doing = 'listing address books'
      const response = await caller({ doing, method: 'PROPFIND', path: `${home}/`, headers: xml, expected: [207] })
      return parseMultistatus(doing, response).flatMap((resource) => {
        const isBook = resource.properties.get('{DAV:}resourcetype')?.children.some((type) => type.name === `{${carddav}}addressbook`)
        const name = resource.path.split('/').findLast((part) => part !== '') ?? ''
        return isBook ? [{ name, displayName: textOf(resource, '{DAV:}displayname') }] : []
      })
    },
    find: async (addressBook, text) => {
      const doing = `searching the address book ${addressBook}`
      const response = await caller({
        doing,
        method: 'REPORT',
        path: `${davPath(home, addressBook)}/`,
        headers: xml,
        body: query(text),
        expected: [207],
      })
      try {
        return parseMultistatus(doing, response).map((resource) =>
          contactOf(textOf(resource, `{${carddav}}address-data`), textOf(resource, '{DAV:}getetag')),
        )
      } catch (error) {
        if (error instanceof NextcloudError) throw error
        const detail = `a contact cannot be read: ${error instanceof Error ? error.message : String(error)}`
        throw new NextcloudError({ kind: 'bad-answer', doing, status: response.status, retryAfterMs: null, detail }, { cause: error })
      }
    },
  }
}
