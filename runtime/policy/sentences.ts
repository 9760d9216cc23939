import { quoteUntrusted } from './quote-untrusted.ts'
import type { VerdictCode } from './verdict.ts'

export const languages = ['en', 'de', 'pt'] as const
export type Language = (typeof languages)[number]

/** What a sentence may mention: the tool and the arguments that a rule objected to, by name. */
export interface SentenceFacts {
  readonly tool: string
  readonly arguments: readonly string[]
}

type Sentences = Readonly<Record<VerdictCode, string>>

const english: Sentences = {
  permitted: 'No rule objects.',
  approved: 'A person approved exactly this action.',
  'unknown-tool': 'The tool {tool} is not declared, so it may not run.',
  'effect-mismatch': 'The call claims another effect than {tool} declares.',
  'undeclared-argument': '{tool} does not declare {arguments}.',
  'role-mismatch': 'The call gives {arguments} another role than {tool} declares.',
  'repeated-argument': 'The call gives {arguments} more than once.',
  'effect-not-permitted': 'This policy permits no call with the effect of {tool}.',
  'cap-of-task': 'This task has used up its number of calls like {tool}.',
  'cap-of-day': 'Today’s number of calls like {tool} is used up.',
  'untrusted-control': 'Text from others, not your request, led to this call of {tool}.',
  'untrusted-destination': 'Where it goes ({arguments}) was taken from text of others.',
  'untrusted-selector': 'What is chosen ({arguments}) was taken from text of others.',
  'untrusted-quantity': 'How much ({arguments}) was taken from text of others.',
  'untrusted-content': 'Text of others ({arguments}) would replace something.',
  'destination-not-a-reader': 'Somebody who gets {arguments} could not read it until now.',
  'above-clearance': '{arguments} is more confidential than its destination is cleared for.',
  'link-in-untrusted-content': 'Text of others with a link ({arguments}) would be sent.',
  'always-asks': '{tool} always needs your word.',
  'too-many-questions': 'You would have to be asked, and too much was asked already.',
}

const german: Sentences = {
  permitted: 'Keine Regel spricht dagegen.',
  approved: 'Ein Mensch hat genau diese Handlung genehmigt.',
  'unknown-tool': 'Das Werkzeug {tool} ist nicht bekannt und darf nicht laufen.',
  'effect-mismatch': 'Der Aufruf gibt eine andere Wirkung an, als {tool} erklärt.',
  'undeclared-argument': '{tool} kennt {arguments} nicht.',
  'role-mismatch': 'Der Aufruf gibt {arguments} eine andere Rolle, als {tool} erklärt.',
  'repeated-argument': 'Der Aufruf nennt {arguments} mehr als einmal.',
  'effect-not-permitted': 'Diese Richtlinie erlaubt keinen Aufruf mit der Wirkung von {tool}.',
  'cap-of-task': 'Diese Aufgabe hat ihre Zahl von Aufrufen wie {tool} verbraucht.',
  'cap-of-day': 'Die heutige Zahl von Aufrufen wie {tool} ist verbraucht.',
  'untrusted-control': 'Fremder Text, nicht deine Bitte, hat zu diesem Aufruf von {tool} geführt.',
  'untrusted-destination': 'Das Ziel ({arguments}) stammt aus fremdem Text.',
  'untrusted-selector': 'Die Auswahl ({arguments}) stammt aus fremdem Text.',
  'untrusted-quantity': 'Die Menge ({arguments}) stammt aus fremdem Text.',
  'untrusted-content': 'Fremder Text ({arguments}) würde etwas ersetzen.',
  'destination-not-a-reader': 'Jemand, der {arguments} bekommt, konnte es bisher nicht lesen.',
  'above-clearance': '{arguments} ist vertraulicher, als sein Ziel erhalten darf.',
  'link-in-untrusted-content': 'Fremder Text mit einem Link ({arguments}) würde verschickt.',
  'always-asks': '{tool} braucht immer dein Wort.',
  'too-many-questions': 'Du müsstest gefragt werden, und es wurde schon zu viel gefragt.',
}

const portuguese: Sentences = {
  permitted: 'Nenhuma regra se opõe.',
  approved: 'Uma pessoa aprovou exatamente esta ação.',
  'unknown-tool': 'A ferramenta {tool} não está declarada e não pode ser executada.',
  'effect-mismatch': 'A chamada indica um efeito diferente do que {tool} declara.',
  'undeclared-argument': '{tool} não declara {arguments}.',
  'role-mismatch': 'A chamada dá a {arguments} um papel diferente do que {tool} declara.',
  'repeated-argument': 'A chamada indica {arguments} mais de uma vez.',
  'effect-not-permitted': 'Esta política não permite chamadas com o efeito de {tool}.',
  'cap-of-task': 'Esta tarefa esgotou o número de chamadas como {tool}.',
  'cap-of-day': 'O número de chamadas de hoje como {tool} está esgotado.',
  'untrusted-control': 'Um texto de terceiros, e não o seu pedido, levou a esta chamada de {tool}.',
  'untrusted-destination': 'O destino ({arguments}) vem de um texto de terceiros.',
  'untrusted-selector': 'A escolha ({arguments}) vem de um texto de terceiros.',
  'untrusted-quantity': 'A quantidade ({arguments}) vem de um texto de terceiros.',
  'untrusted-content': 'Um texto de terceiros ({arguments}) substituiria algo.',
  'destination-not-a-reader': 'Alguém que recebe {arguments} não podia lê-lo até agora.',
  'above-clearance': '{arguments} é mais confidencial do que o destino pode receber.',
  'link-in-untrusted-content': 'Um texto de terceiros com um link ({arguments}) seria enviado.',
  'always-asks': '{tool} precisa sempre da sua palavra.',
  'too-many-questions': 'Seria preciso perguntar, e já se perguntou demais.',
}

const sentences: Readonly<Record<Language, Sentences>> = { en: english, de: german, pt: portuguese }

function shownName(name: string): string {
  return /^[A-Za-z][A-Za-z0-9_.-]*$/.test(name) ? name : quoteUntrusted(name, 40)
}

/** The sentence that explains a code to a person, in one of three languages. Names that are not plain identifiers are quoted. */
export function sentenceFor(code: VerdictCode, facts: SentenceFacts, language: Language = 'en'): string {
  const names = facts.arguments.map(shownName).join(', ')
  return sentences[language][code].replaceAll(/\{(tool|arguments)\}/g, (_, what: string) =>
    what === 'tool' ? shownName(facts.tool) : names,
  )
}
