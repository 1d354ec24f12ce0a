// What a program does only under a setting: `@ConditionalOnProperty` beside what the deployment and the program's own files set.
import { describe, expect, it } from 'vitest'
import { usesIn } from '../support/programs.ts'

const lock = (annotation: string): string => `package shop;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.data.redis.core.StringRedisTemplate;
@Component
${annotation}
@Profile({"a", "b"})
public class RedisLocks implements Locks {
  private static final String UNLOCK = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end";
  private final StringRedisTemplate redis;
  public boolean acquire(String order) { return redis.opsForValue().setIfAbsent("lock:" + order, "1", Duration.ofSeconds(5)); }
  public void release(String order) { redis.execute(RedisScript.of(UNLOCK), List.of("lock:" + order), "1"); }
}
`
const stack = (environment: string, configuration: string, annotation: string): Record<string, string> => ({
  'compose.yaml': `services:\n  redis: { image: "redis:7" }\n  app:\n    build: .\n    environment: { SPRING_DATA_REDIS_HOST: redis${environment} }\n`,
  'Dockerfile': 'FROM maven\nCOPY . .\n',
  'pom.xml': '<project><artifactId>shop</artifactId><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-data-redis</artifactId></dependency></dependencies></project>',
  'src/main/resources/application.yml': configuration,
  'src/main/java/shop/RedisLocks.java': lock(annotation),
})
const server = 'server.port: 8080\n'
const named = '@ConditionalOnProperty(prefix = "shop.locks", name = "in-redis", havingValue = "true")'

describe('what is there only under a setting', () => {
  it('is not done where nothing sets it', () => {
    expect(usesIn(stack('', server, named))).not.toContain('lock')
    expect(usesIn(stack('', server, '@ConditionalOnProperty(value = ["shop.locks.in-redis"])'))).not.toContain('lock')
    expect(usesIn(stack('', 'shop:\n  locks:\n    in-redis: "${LOCKS:false}"\n', named))).not.toContain('lock')
  })

  it('is done where the deployment or the program\'s own configuration sets it, or may', () => {
    expect(usesIn(stack('', server, ''))).toContain('lock')
    expect(usesIn(stack(', SHOP_LOCKS_INREDIS: "true"', server, named))).toContain('lock')
    expect(usesIn(stack('', 'shop:\n  locks:\n    in-redis: true\n', named))).toContain('lock')
    expect(usesIn(stack(', LOCKS: "true"', 'shop:\n  locks:\n    in-redis: "${LOCKS:false}"\n', named))).toContain('lock')
    // Of another profile the file was not looked at.
    expect(usesIn(stack(', SPRING_PROFILES_ACTIVE: cluster', server, named))).toContain('lock')
    expect(usesIn(stack('', server, '@ConditionalOnProperty(name = LOCKS)'))).toContain('lock')
  })

  it('is done without a word where that is what the condition says', () => {
    const missing = named.replace(')', ', matchIfMissing = true)')
    expect(usesIn(stack('', server, missing))).toContain('lock')
    expect(usesIn(stack(', SHOP_LOCKS_IN_REDIS: "false"', server, missing))).not.toContain('lock')
  })

  it('says nothing of what stands beside it', () => {
    const files = stack('', server, '')
    const both = files['src/main/java/shop/RedisLocks.java']?.replace('public boolean acquire', '@Bean\n  @ConditionalOnProperty("shop.metrics")\n  public Meter meter(Registry registry) { return registry.meter(); }\n  public boolean acquire') ?? ''
    expect(usesIn({ ...files, 'src/main/java/shop/RedisLocks.java': both })).toContain('lock')
  })
})
