// What Java, Kotlin and Scala show by their calls and annotations: each pattern with a case that shows it and one that does not.
import { describe, expect, it } from 'vitest'
import { settings, shows, traffic, uses, weakly } from './shows.ts'

const file = 'src/main/java/shop/App.java'
const spring = 'import org.springframework.data.redis.core.StringRedisTemplate;\nclass A {\n  private final StringRedisTemplate template;\n'

describe('libraries with one purpose', () => {
  it.each([
    ['cache', 'import org.springframework.data.redis.cache.RedisCacheManager;\nclass A { Object b() { return RedisCacheManager.builder(f).build(); } }'],
    ['session-store', 'import org.springframework.session.data.redis.config.annotation.web.http.EnableRedisHttpSession;\n@EnableRedisHttpSession\nclass A {}'],
    ['lock', 'import org.redisson.api.RedissonClient;\nclass A { void f() { redisson.getLock("import").lock(); } }'],
    ['lock', 'import net.javacrumbs.shedlock.provider.redis.spring.RedisLockProvider;\nclass A { Object b() { return new RedisLockProvider(f); } }'],
    ['lock', 'import org.springframework.integration.redis.util.RedisLockRegistry;\nclass A { Object b() { return new RedisLockRegistry(f, "locks"); } }'],
    ['rate-limiter', 'import org.redisson.api.RedissonClient;\nclass A { void f() { redisson.getRateLimiter("api"); } }'],
    ['rate-limiter', 'import io.github.bucket4j.redis.lettuce.cas.LettuceBasedProxyManager;\nclass A { Object b = LettuceBasedProxyManager.builderFor(c); }'],
    ['pub-sub', 'import org.springframework.data.redis.listener.RedisMessageListenerContainer;\nclass A { RedisMessageListenerContainer b() { return new RedisMessageListenerContainer(); } }'],
    ['job-queue', 'import org.redisson.api.RedissonClient;\nclass A { void f() { redisson.getDelayedQueue(q); } }'],
    ['state-store', 'import org.springframework.data.redis.core.RedisHash;\n@RedisHash(value = "refreshToken", timeToLive = 3600)\nclass A {}'],
    ['stream-processing', 'import org.apache.kafka.streams.StreamsBuilder;\nclass A { void f(StreamsBuilder builder) {} }'],
    ['request-reply', 'import org.springframework.kafka.requestreply.ReplyingKafkaTemplate;\nclass A { ReplyingKafkaTemplate<String, String, String> t; }'],
    ['request-reply', 'import org.springframework.kafka.annotation.KafkaListener;\nimport org.springframework.messaging.handler.annotation.SendTo;\nclass A { @SendTo String f(String m) { return m; } }'],
    ['cdc', 'import io.debezium.engine.DebeziumEngine;\nclass A { DebeziumEngine<?> e; }'],
    ['stream-processing', 'import org.apache.flink.connector.kafka.source.KafkaSource;\nclass A { Object s = KafkaSource.builder(); }'],
  ])('show %s', (use, text) => {
    expect(uses(file, text)).toEqual([use])
  })

  it('take a listener for expired keys for no pub/sub', () => {
    const text = 'import org.springframework.data.redis.listener.RedisMessageListenerContainer;\nclass A { RedisMessageListenerContainer b() { return new RedisMessageListenerContainer(); } }'
    expect(uses('src/RedisKeyspaceConfig.java', text)).toEqual([])
  })

  it('show nothing by an import alone, or where the name is another class', () => {
    expect(uses(file, 'import org.apache.kafka.streams.StreamsBuilder;\nclass A {}')).toEqual([])
    expect(shows(file, 'import shop.locks.RedisLockRegistry;\nclass A { Object b() { return new RedisLockRegistry(f, "locks"); } }')).toEqual([])
    expect(uses(file, 'import java.util.concurrent.locks.Lock;\nclass A { void f() { redissonLike.getLock("x"); } }')).toEqual([])
  })

  it('leave open what Spring caches in', () => {
    const text = 'import org.springframework.cache.annotation.Cacheable;\nclass A { @Cacheable("users")\n User user(long id) { return null; } }'
    expect([uses(file, text), weakly(file, text)]).toEqual([[], ['cache']])
  })
})

describe('commands of a Redis client', () => {
  it.each([
    ['cache', 'void f() { template.opsForValue().set("user-cache:" + id, json, Duration.ofMinutes(5)); }'],
    ['cache', 'String user(String key) { String hit = template.opsForValue().get(key); if (hit != null) return hit; template.opsForValue().set(key, load(), 5, TimeUnit.MINUTES); }'],
    ['lock', 'boolean tryLock(String id) { return template.opsForValue().setIfAbsent("lock:" + id, "1", Duration.ofSeconds(10)); }'],
    ['rate-limiter', 'boolean limited(String key) { Long n = template.opsForValue().increment(key); template.expire(key, Duration.ofMinutes(1)); return checkRate(n); }\n  boolean rateLimit(String key) { Long n = template.opsForValue().increment(key); template.expire(key, Duration.ofMinutes(1)); }'],
    ['job-queue', 'void f() { template.opsForList().leftPush("job-queue", job); }'],
    ['counter', 'void f() { template.opsForZSet().incrementScore("leaderboard", player, 1); }'],
    ['rate-limiter', 'void onFailure(String login) { template.opsForValue().increment("failures:" + login); template.expire("failures:" + login, ttl); }'],
    ['rate-limiter', 'boolean rateLimit(String ip) { return template.execute(script, List.of(ip), 10); }'],
    ['pub-sub', 'void f() { template.convertAndSend("news", text); }'],
    ['event-bus', 'void f() { template.opsForStream().add("order-events", map); template.opsForStream().createGroup("order-events", "mailer"); }'],
  ])('show %s: %s', (use, body) => {
    expect(uses(file, `${spring}${body}\n}`)).toEqual([use])
  })

  it('work for Jedis too', () => {
    const jedis = (call: string): string => `import redis.clients.jedis.Jedis;\nclass A { void f(Jedis jedis) { ${call} } }`
    expect(uses(file, jedis('jedis.setex("cache:x", 60, v);'))).toEqual(['cache'])
    expect(uses(file, jedis('jedis.set("lock:x", v, SetParams.setParams().nx().ex(5));'))).toEqual(['lock'])
    expect(weakly(file, jedis('jedis.set("x", v);'))).toEqual(['state-store'])
  })

  it('are known by the operations that a template gives', () => {
    const keeps = (type: string): string => `${spring}private final ${type}<String, String> ops;\n  void save(String token) { ops.set("session:" + token, user, Duration.ofHours(1)); }\n}`
    expect(uses(file, keeps('ValueOperations'))).toEqual(['session-store'])
    expect(uses(file, keeps('Holder'))).toEqual([])
    expect(uses(file, `${spring}void save(String token) {\n  var ops = template.opsForValue();\n  ops.set("session:" + token, user, expiry);\n}\n}`)).toEqual(['session-store'])
    expect(uses(file, `${spring}void f() {\n  var ops = template.opsForList();\n  ops.leftPush("mail-queue", mail);\n}\n}`)).toEqual(['job-queue'])
  })

  it('are no channel where somebody waits for what a command gives', () => {
    const waits = (argument: string): string => `${spring}void f() { template.opsForValue().get("a").subscribe(${argument}); }\n}`
    expect([uses(file, waits('value -> log(value)')), uses(file, waits('this::log')), uses(file, waits(''))]).toEqual([[], [], []])
    expect(uses(file, `${spring}void f() { connection.redis().subscribe("news"); }\n}`)).toEqual(['pub-sub'])
  })

  it('are none on other templates, nor in a project that is only named after Redis', () => {
    expect(shows(file, 'import org.springframework.messaging.simp.SimpMessagingTemplate;\n// redis\nclass A { void f() { messagingTemplate.convertAndSend("/topic", text); } }')).toEqual([])
    expect(shows(file, 'import com.acme.redis.orders.domain.OrderService;\nclass A { void f() { OrderService.publish("x", text); } }')).toEqual([])
  })

  it('tell less where a class only hands them on', () => {
    const wrapper = `${spring}${['leftPush', 'rightPush', 'leftPop', 'rightPop'].map(method => `void ${method}(String k) { template.opsForList().${method}(k); }`).join('\n')}
      void pub(String channel, String m) { template.convertAndSend(channel, m); } long incr(String key) { return template.opsForValue().increment(key); }
      void z(String key) { template.opsForZSet().incrementScore(key, m, 1); } void h(String key) { template.opsForHash().put(key, f, v); } void s(String k) { template.opsForSet().add(k, v); }\n}`
    expect(uses(file, wrapper)).toEqual([])
    expect(uses(file, wrapper.replace('convertAndSend(channel', 'convertAndSend("news"'))).toEqual(['pub-sub'])
  })
})

describe('Kafka', () => {
  it('listens in a group', () => {
    const text = 'import org.springframework.kafka.annotation.KafkaListener;\nclass A {\n  @KafkaListener(topics = {"orders", "refunds"}, groupId = "mailer")\n  void on(String m) {}\n}'
    expect(uses(file, text)).toEqual(['event-bus'])
    expect(traffic(file, text)).toEqual(['kafka reads orders as mailer', 'kafka reads refunds as mailer'])
  })

  it('names a topic of the configuration by its reference', () => {
    expect(traffic(file, 'import org.springframework.kafka.annotation.KafkaListener;\nclass A {\n  @KafkaListener(topics = "${orders.topic}")\n  void on(String m) {}\n}')).toEqual(['kafka reads ${orders.topic}'])
  })

  it('sends by a template', () => {
    const text = 'import org.springframework.kafka.core.KafkaTemplate;\nclass A {\n  private static final String TOPIC = "orders";\n  private final KafkaTemplate<String, Order> kafkaTemplate;\n  void f() { kafkaTemplate.send(TOPIC, key, order); mailSender.send("x"); }\n}'
    expect([uses(file, text), weakly(file, text)]).toEqual([[], ['event-bus']])
    expect(traffic(file, text)).toEqual(['kafka writes orders'])
  })

  it('takes settings by their constants and by their names', () => {
    const text = 'import org.apache.kafka.clients.consumer.KafkaConsumer;\nclass A { void f() { props.put(ConsumerConfig.GROUP_ID_CONFIG, "mailer"); props.put(ProducerConfig.ACKS_CONFIG, "1"); props.put("max.poll.interval.ms", 600_000);\n var c = new KafkaConsumer<String, String>(props); c.subscribe(List.of("orders")); consumer.subscribe(List.of("orders")); } }'
    expect(settings(file, text)).toEqual(['group.id=mailer', 'acks=1', 'max.poll.interval.ms=600000'])
    expect(traffic(file, text)).toEqual(['kafka reads orders'])
    expect(uses(file, text)).toEqual(['event-bus'])
  })

  it('is answered from a table', () => {
    expect(uses(file, 'import org.apache.kafka.streams.StoreQueryParameters;\nclass A { Object f() { return streams.store(StoreQueryParameters.fromNameAndType("orders", t)); } }')).toContain('state-store')
  })
})

describe('Redisson\'s objects', () => {
  it.each([
    ['job-queue', 'import org.redisson.RedissonBlockingQueue;\nclass A { Object f() { return new RedissonBlockingQueue<>(codec, service, "TASK", client); } }'],
    ['state-store', 'import org.redisson.RedissonMap;\nclass Tasks extends RedissonMap<String, Task> {}'],
    ['pub-sub', 'import org.redisson.api.map.event.EntryCreatedListener;\nclass A { void f() { cache.addListener((EntryCreatedListener<String, T>) event -> on(event)); } }'],
  ])('show %s without its client\'s methods', (use, text) => {
    expect(uses(file, text)).toEqual([use])
    expect(uses(file, text.replace('org.redisson', 'com.acme'))).toEqual([])
  })
})

describe('Kotlin', () => {
  const kt = 'src/main/kotlin/shop/App.kt'

  it('is read like Java', () => {
    expect(traffic(kt, 'import org.springframework.kafka.annotation.KafkaListener\nclass A {\n  @KafkaListener(topics = ["orders"], groupId = "mailer")\n  fun on(m: String) {}\n}')).toEqual(['kafka reads orders as mailer'])
    expect(uses(kt, 'import org.springframework.data.redis.core.StringRedisTemplate\nclass A(private val template: StringRedisTemplate) {\n  fun say() { template.convertAndSend("news", "x") }\n}')).toEqual(['pub-sub'])
  })

  it('has strings of its own', () => {
    expect(traffic(kt, 'import org.springframework.kafka.core.KafkaTemplate\nclass A(val kafkaTemplate: KafkaTemplate<String, String>) {\n  fun f() { kafkaTemplate.send("orders-${env["x"]}", m); kafkaTemplate.send("orders", m) }\n  val s = """ kafkaTemplate.send("prose") """\n}')).toEqual(['kafka writes orders'])
  })
})
