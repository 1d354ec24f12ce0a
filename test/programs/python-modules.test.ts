// Several Python programs in one folder: each workload shows what the modules do that it starts.
import { describe, expect, it } from 'vitest'
import { usesIn } from '../support/programs.ts'

const queue = "import redis\nclient = redis.from_url('redis://redis')\ndef submit(job):\n    client.lpush('jobs', job)\ndef work():\n    return client.brpop('jobs')\n"
const pages = "import redis\nclient = redis.from_url('redis://redis')\ndef page(path):\n    found = client.get(f'page:{path}')\n    if found is None:\n        client.setex(f'page:{path}', 60, render(path))\n    return found\n"
const stack = (command: string, files: Record<string, string> = {}): Record<string, string> => ({
  'compose.yaml': `services:\n  redis: { image: "redis:7" }\n  api:\n    build: .\n    command: ${command}\n    environment: { REDIS_URL: "redis://redis" }\n`,
  'Dockerfile': 'FROM python:3\nCOPY . .\nCMD ["python", "-m", "services.api.main"]\n',
  'requirements.txt': 'redis\n',
  'services/api/__init__.py': '',
  'services/api/main.py': 'from fastapi import FastAPI\nfrom .pages import (\n    page,  # of the shop\n)\napp = FastAPI()\n',
  'services/api/pages.py': pages,
  'services/backend/tasks.py': queue,
  ...files,
})

describe('a module that a workload starts', () => {
  it.each(['python -m services.api.main', 'uvicorn services.api.main:app --port 8000', '["python", "services/api/main.py"]', '["python", "-m", "uvicorn", "services.api.main:app"]'])('shows what it imports, and no other program: %s', command => {
    expect(usesIn(stack(command))).toEqual(['cache'])
  })

  it('shows what it imports by way of others, relative or by name, and what it names in a text', () => {
    const all = ['cache', 'job-queue']
    expect(usesIn(stack('python -m services.api.main', { 'services/api/pages.py': `${pages}from ..backend import tasks\n` }))).toEqual(all)
    expect(usesIn(stack('python -m services.api.main', { 'services/api/__init__.py': 'from services.backend.tasks import submit as send\n' }))).toEqual(all)
    expect(usesIn(stack('python -m services.api.main', { 'services/api/pages.py': `${pages}runner.start("services.backend.tasks:work")\n` }))).toEqual(all)
  })

  it('shows all of them where it is found in another way', () => {
    const all = ['cache', 'job-queue']
    for (const command of ['./start.sh', 'supervisord', 'python -m shop.api', 'gunicorn wsgi']) expect(usesIn(stack(command))).toEqual(all)
    expect(usesIn(stack('python -m services.api.main', { 'services/api/pages.py': `${pages}import importlib\nimportlib.import_module(name)\n` }))).toEqual(all)
  })

  it('is that of the image where the deployment says nothing else', () => {
    const files = stack('python')
    expect(usesIn({ ...files, 'compose.yaml': files['compose.yaml']?.replace(/ {4}command.*\n/, '') ?? '' })).toEqual(['cache'])
  })
})
