// Small repositories with a program in each language that misfit reads: what the fuzzer starts from for manifests, Dockerfiles, source and configuration.

const compose = 'services:\n  redis:\n    image: redis:7.4\n    command: redis-server --maxmemory 64mb --maxmemory-policy allkeys-lru\n  kafka:\n    image: apache/kafka:3.9.0\n  app:\n    build: .\n    environment:\n      REDIS_URL: redis://redis:6379/0\n      KAFKA_BROKERS: kafka:9092\n'
const docker = (...lines: readonly string[]): string => ['FROM debian:12 AS base', 'ARG VERSION=1', 'WORKDIR /app', 'COPY . .', ...lines].join('\n') + '\n'

export const programs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  node: {
    'compose.yaml': compose,
    'package.json': '{\n  "name": "shop",\n  "dependencies": {"bullmq": "^5.0.0", "ioredis": "^5.0.0", "kafkajs": "2", "express-session": "1", "connect-redis": "7"},\n  "devDependencies": {"jest": "1"},\n  "scripts": {"start": "node src/main.js"}\n}\n',
    'Dockerfile': docker('RUN npm ci', 'CMD ["npm", "start"]'),
    'src/main.ts': "import { Queue, Worker } from 'bullmq'\nimport Redis from 'ioredis'\nconst redis = new Redis(process.env.REDIS_URL ?? 'redis://redis:6379')\nexport const mails = new Queue('mails', { connection: redis })\nnew Worker('mails', async job => { await redis.setex(`cache:${job.id}`, 60, 'x') })\nawait redis.set(`lock:${id}`, token, 'PX', 1000, 'NX')\nawait redis.publish('news', text)\n",
    'src/events.ts': "import { Kafka } from 'kafkajs'\nconst kafka = new Kafka({ clientId: 'shop', brokers: ['kafka:9092'] })\nconst consumer = kafka.consumer({ groupId: 'billing' })\nawait consumer.subscribe({ topic: 'orders', fromBeginning: true })\nawait kafka.producer().send({ topic: 'orders', acks: 1, messages: [] })\n",
  },
  python: {
    'compose.yaml': compose,
    'requirements.txt': 'Celery[redis]>=5.3\ndjango\ndjango-redis\nconfluent-kafka==2\n-r base.txt\n', 'base.txt': 'rq==1.0; python_version > "3.8"\n',
    'pyproject.toml': '[project]\nname = "shop"\ndependencies = [\n  "rq>=1", # "no"\n]\n[tool.poetry.dependencies]\ncelery = { extras = ["redis"], version = "^5" }\n',
    'Dockerfile': docker('RUN pip install -r requirements.txt', 'CMD celery -A shop worker'),
    'shop/settings.py': 'import os\nREDIS_HOST = os.environ.get("REDIS_HOST", "redis")\nCACHES = {"default": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": f"redis://{REDIS_HOST}:6379/1"}}\nSESSION_ENGINE = "django.contrib.sessions.backends.cache"\nCELERY_BROKER_URL = os.environ.get("BROKER", "redis://redis:6379/0")\n',
    'shop/tasks.py': 'from celery import Celery\nimport redis\napp = Celery("shop", broker="redis://redis:6379/0")\nr = redis.Redis(host="redis", port=6379)\n"""text"""\n@app.task\ndef send(id):\n    r.setex(f"cache:{id}", 60, "x")\n    r.incr(f"rate:{id}"); r.expire(f"rate:{id}", 60)\n',
  },
  ruby: {
    'compose.yaml': compose, 'Gemfile': "source 'https://rubygems.org'\ngem 'rails'\ngem 'redis'\ngem 'sidekiq', '~> 7'\ngroup :development, :test do\n  gem 'resque'\nend\n",
    'Dockerfile': docker('CMD ["bundle", "exec", "sidekiq"]'),
    'config/application.rb': 'class App < Rails::Application\nend\n', 'config/environments/production.rb': 'config.cache_store = :redis_cache_store, { url: ENV["REDIS_URL"] }\nconfig.active_job.queue_adapter = :sidekiq\n',
    'config/cable.yml': 'default: &default\n  adapter: redis\n  url: <%= ENV["REDIS_URL"] %>\nproduction:\n  <<: *default\n',
    'app/models/price.rb': "class Price\n  def self.cached(id)\n    redis = Redis.new\n    redis.setex(\"price_cache:#{id}\", 300, load(id))\n  end\nend\n",
  },
  php: {
    'compose.yaml': compose, 'composer.json': '{"name": "acme/shop", "require": {"php": ">=8", "laravel/framework": "^11", "predis/predis": "2"}, "require-dev": {"phpunit/phpunit": "9"}}',
    'config/queue.php': "<?php return ['default' => env('QUEUE_CONNECTION', 'redis')];", 'config/cache.php': "<?php return ['default' => env('CACHE_STORE', env('CACHE_DRIVER', 'redis'))];", '.env.example': 'QUEUE_CONNECTION=redis\nSESSION_DRIVER=redis\n',
    'app/Http/Controller.php': "<?php\nuse Illuminate\\Support\\Facades\\Redis;\nclass A { function run($id) {\n  Redis::setex(\"cache:$id\", 60, 'x');\n  Cache::lock('import', 10)->get();\n} }\n",
    'Dockerfile': docker('CMD php artisan queue:work'),
  },
  java: {
    'compose.yaml': compose,
    'pom.xml': '<project><artifactId>shop</artifactId><dependencies><dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-streams</artifactId></dependency><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-data-redis</artifactId></dependency></dependencies></project>\n',
    'src/main/resources/application.yml': 'spring:\n  cache:\n    type: redis\n  session: {store-type: redis}\n  kafka: {bootstrap-servers: "kafka:9092", consumer: {group-id: billing}}\n---\nspring:\n  config:\n    activate:\n      on-profile: test\n',
    'src/main/resources/application.properties': 'quarkus.kafka-streams.application-id=app\nspring.data.redis.host=redis\n',
    'src/main/java/App.java': 'package shop;\nimport org.springframework.kafka.annotation.KafkaListener;\nimport org.springframework.data.redis.core.StringRedisTemplate;\nclass App {\n  StringRedisTemplate template;\n  @KafkaListener(topics = "orders", groupId = "billing")\n  void on(String text) { template.opsForValue().set("cache:" + text, text, 60, TimeUnit.SECONDS); }\n}\n',
    'Dockerfile': docker('ENTRYPOINT ["java", "-jar", "/app.jar"]'),
  },
  gradle: {
    'compose.yaml': compose,
    'settings.gradle.kts': 'include("app")\n', 'gradle/libs.versions.toml': '[versions]\nkafka = "3.7.0"\n[libraries]\nkafka-streams = { module = "org.apache.kafka:kafka-streams", version.ref = "kafka" }\n',
    'build.gradle.kts': 'dependencies {\n    implementation(libs.kafka.streams)\n    implementation("redis.clients:jedis:5")\n    testImplementation("a:tested:1")\n}\n',
    'src/main/kotlin/App.kt': 'import redis.clients.jedis.Jedis\nfun main() {\n  val jedis = Jedis("redis", 6379)\n  jedis.setex("cache:$id", 60L, "x")\n  jedis.lpush("jobs", """raw""")\n}\n',
  },
  go: {
    'compose.yaml': compose, 'go.mod': 'module example.org/shop\n\ngo 1.22\n\nrequire (\n\tgithub.com/redis/go-redis/v9 v9.5.1\n\tgithub.com/hibiken/asynq v0.24.1\n)\nreplace example.org/lib => ../lib\n',
    'main.go': 'package main\n\nimport (\n\t"context"\n\t"github.com/redis/go-redis/v9"\n\t"github.com/hibiken/asynq"\n)\n\nfunc main() {\n\trdb := redis.NewClient(&redis.Options{Addr: "redis:6379"})\n\trdb.Set(ctx, "cache:"+id, v, time.Hour)\n\trdb.SetNX(ctx, `lock:`+id, v, time.Second)\n\tasynq.NewClient(asynq.RedisClientOpt{Addr: addr})\n}\n',
    'Dockerfile': 'FROM golang:1.22 AS build\nCOPY . .\nRUN go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n',
  },
  dotnet: {
    'compose.yaml': compose, 'App.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><PackageReference Include="StackExchange.Redis" Version="2" /><PackageReference Include="Confluent.Kafka" Version="2" /></ItemGroup></Project>\n',
    'appsettings.json': '{"ConnectionStrings": {"Redis": "redis:6379,password=x"}, "Kafka": {"BootstrapServers": "kafka:9092"}}',
    'Program.cs': 'using StackExchange.Redis;\nbuilder.Services.AddStackExchangeRedisCache(o => o.Configuration = "redis:6379");\nclass A { async Task Run(string id) { await _db.StringSetAsync($"user-cache:{id}", @"j""son", TimeSpan.FromMinutes(5)); await _db.ListLeftPushAsync("job-queue", job); } }\n',
  },
  others: {
    'compose.yaml': compose.replace('build: .', 'build: {context: ., dockerfile: docker/app.Dockerfile, args: {VERSION: "2"}, target: base}'), 'docker/app.Dockerfile': docker('CMD ["./run.sh"]'), 'run.sh': '#!/bin/sh\nexec ./shop --redis redis://redis:6379\n',
    'Cargo.toml': '[package]\nname = "shop"\n[dependencies]\nredis = { version = "0.25", features = ["tokio-comp"] }\nqueue = { package = "apalis-redis", version = "0.5" }\n',
    'src/main.rs': "use redis::AsyncCommands;\nasync fn f<'a>(con: MultiplexedConnection) { con.set_ex(\"user-cache\", r#\"v\"#, 60).await?; con.publish(\"news\", text); }\n",
    'mix.exs': 'defp deps do\n  [\n    {:exq, "~> 0.19"},\n    {:redix, "1.0", only: [:dev, :test]}\n  ]\nend\n', 'lib/app.ex': 'Exq.enqueue(Exq, "default", Mailer, [1])\nRedix.command(conn, ["SETEX", "cache:#{id}", 60, value])\n',
    'build.sbt': 'name := "shop"\nlibraryDependencies ++= Seq("org.apache.kafka" %% "kafka-streams-scala" % "3.7.0")\n', 'src/App.scala': 'import org.apache.kafka.streams.scala._\nval builder = new StreamsBuilder\nbuilder.stream[String, String]("orders").to("bills")\n',
    'config/packages/cache.yaml': "framework:\n  cache:\n    app: cache.adapter.redis\n  lock: '%env(REDIS_URL)%'\n",
    '.github/workflows/ci.yaml': 'jobs:\n  build:\n    steps:\n      - uses: docker/build-push-action@v6\n        with: {context: ., tags: "acme/shop:1"}\n', 'skaffold.yaml': 'apiVersion: skaffold/v4beta6\nkind: Config\nbuild:\n  artifacts: [{image: acme/shop, context: .}]\n',
  },
}
