// What PHP shows by its calls: each pattern with a case that shows it and one that does not.
import { describe, expect, it } from 'vitest'
import { addresses, settings, shows, traffic, uses, weakly } from './shows.ts'

const file = 'src/App.php'

describe('packages with one purpose', () => {
  it.each([
    ['cache', 'use Symfony\\Component\\Cache\\Adapter\\RedisAdapter;\n$cache = new RedisAdapter($client);'],
    ['cache', 'use Illuminate\\Support\\Facades\\Cache;\nCache::store("redis")->put("x", 1);'],
    ['lock', 'use Symfony\\Component\\Lock\\Store\\RedisStore;\n$store = new RedisStore($redis);'],
    ['session-store', 'use Symfony\\Component\\HttpFoundation\\Session\\Storage\\Handler\\RedisSessionHandler;\nnew RedisSessionHandler($redis);'],
    ['session-store', "ini_set('session.save_handler', 'redis');"],
    ['job-queue', 'use Laravel\\Horizon\\Horizon;\nHorizon::auth(function ($request) { return true; });'],
    ['job-queue', 'SendMail::dispatch($order)->onConnection("redis");'],
    ['job-queue', 'Resque::enqueue("default", "Mail", []); // redis'],
    ['rate-limiter', 'use Illuminate\\Support\\Facades\\Redis;\nRedis::throttle("api")->allow(10)->every(60)->then($f);'],
  ])('show %s: %s', (use, text) => {
    expect(uses(file, `<?php\n${text}`)).toEqual([use])
  })

  it('show nothing outside PHP, in comments, or with another store', () => {
    expect(shows(file, '<p>redis: $redis->publish("a", "b")</p>\n<?php\n# $redis->publish("a", "b");\n/* $redis->brpop("jobs", 0); */\n$a = <<<TXT\n$redis->publish("a", "b")\nTXT;\n?>\n$redis->publish("a", "b")')).toEqual([])
    expect(shows(file, "<?php\nini_set('session.save_handler', 'files'); // redis")).toEqual([])
    expect(shows(file, '<?php // redis\nCache::store("file")->put("x", 1); $job->onConnection("database");')).toEqual([])
  })
})

describe('commands of a Redis client', () => {
  it.each([
    ['cache', '$redis = new \\Redis();\n$redis->setEx("cache:$id", 60, $v);'],
    ['cache', 'use Predis\\Client;\n$client = new Client("tcp://cache:6379");\n$client->setex("user-cache", 60, $v);'],
    ['cache', 'use Illuminate\\Support\\Facades\\Redis;\nRedis::set("user-cache:1", $v, "EX", 60);'],
    ['lock', '$this->redis->set("lock:$id", 1, ["nx", "ex" => 10]);'],
    ['pub-sub', 'use Illuminate\\Support\\Facades\\Redis;\nRedis::publish("news", $text);'],
    ['job-queue', '$redis->brPop(["jobs"], 5);'],
    ['rate-limiter', 'function rateLimit($key) { $n = $this->redis->incr($key); $this->redis->expire($key, 60); }'],
  ])('show %s: %s', (use, text) => {
    expect(uses(file, `<?php\n${text}`)).toEqual([use])
  })

  it('are none on other objects', () => {
    expect(uses(file, '<?php\n// redis\n$mqtt->publish("a", "b"); $this->bus->setex("cache", 1, 2);')).toEqual([])
    expect(weakly(file, '<?php\n$redis->set("user", $v);')).toEqual(['state-store'])
  })

  it('tell the server', () => {
    expect(addresses(file, "<?php\n$c = new \\Predis\\Client('redis://:secret@cache:6379/1');")).toEqual(['redis cache:6379/1'])
  })
})

describe('Kafka', () => {
  it('reads in a group', () => {
    const text = "<?php\n$conf = new RdKafka\\Conf();\n$conf->set('group.id', 'mailer');\n$conf->set('auto.offset.reset', 'earliest');\n$consumer = new RdKafka\\KafkaConsumer($conf);\n$consumer->subscribe(['orders']);"
    expect(uses(file, text)).toEqual(['event-bus'])
    expect(traffic(file, text)).toEqual(['kafka reads orders'])
    expect(settings(file, text)).toEqual(['group.id=mailer', 'auto.offset.reset=earliest'])
  })

  it('writes', () => {
    expect(traffic(file, '<?php\nuse RdKafka\\Producer;\n$producer = new Producer($conf);\n$topic = $producer->newTopic("orders");')).toEqual(['kafka writes orders'])
    expect(traffic(file, '<?php\nuse Junges\\Kafka\\Facades\\Kafka;\nKafka::publish()->onTopic("orders")->send();')).toEqual(['kafka writes orders'])
    expect(traffic(file, '<?php // kafka\n$producer->newTopic("orders");')).toEqual([])
  })
})
