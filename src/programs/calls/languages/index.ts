// The languages whose source is read. A new one is one file and one line here.
import type { Language } from '../language.ts'
import { go } from './go.ts'
import { java } from './java.ts'
import { kotlin } from './kotlin.ts'
import { python } from './python.ts'
import { typescript } from './typescript.ts'

export const languages: readonly Language[] = [typescript, python, java, kotlin, go]
