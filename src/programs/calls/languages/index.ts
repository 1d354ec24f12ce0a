// The languages whose source is read. A new one is one file and one line here.
import type { Language } from '../language.ts'
import { csharp } from './csharp.ts'
import { elixir } from './elixir.ts'
import { go } from './go.ts'
import { java } from './java.ts'
import { kotlin } from './kotlin.ts'
import { lua } from './lua.ts'
import { php } from './php.ts'
import { python } from './python.ts'
import { ruby } from './ruby.ts'
import { rust } from './rust.ts'
import { scala } from './scala.ts'
import { typescript } from './typescript.ts'

export const languages: readonly Language[] = [typescript, python, java, kotlin, go, ruby, php, csharp, elixir, rust, scala, lua]
