import ssh2 from 'ssh2'

/** A new Ed25519 pair. About one pair in a hundred that ssh2 1.17.0 makes cannot be read back by it: such a pair is made again. */
export function newSshKey(): { readonly private: string; readonly public: string } {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519')
    if ([pair.private, pair.public].every((key) => !(ssh2.utils.parseKey(key) instanceof Error))) return pair
  }
  throw new Error('making an SSH key pair: 20 pairs in a row could not be read back')
}
