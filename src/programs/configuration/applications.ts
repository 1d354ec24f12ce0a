// Settings of applications and frameworks that name the store of a thing in one line of their own file: what the line says by itself.
import type { Shown } from '../../model/program.ts'
import { shownIn, type Framework } from './files.ts'

interface Line {
  readonly id: string
  /** Files that the program reads by itself. */
  readonly files: RegExp
  readonly pattern: RegExp
  readonly use: NonNullable<Shown['use']>
  readonly weight: Shown['weight']
  /** Only in programs that are built with one of these. */
  readonly with?: readonly string[]
}

const medusa = /^(?:[\w-]+\/)?medusa-config\.[cm]?[jt]s$/
const magento = /(?:^|\/)app\/etc\/env(?:\.\w+)?\.php(?:\.\w+)?$/
const wiki = /(?:^|\/)(?:LocalSettings|CommonSettings)[\w.-]*\.php$/
const drupal = /(?:^|\/)sites\/[\w.-]+\/settings[\w.-]*\.php$|^settings[\w.-]*\.php$/
const nextcloud = /(?:^|\/)(?:config|[\w-]+\.config)\.php$/
const loco = /^config\/(?:production|development|docker)\.ya?ml$/
const nuxt = /^(?:nuxt|nitro)\.config\.[cm]?[jt]s$/
const strapi = /^(?:src\/)?config\/(?:env\/production\/)?(?:plugins|middlewares)\.[jt]s$/

const yii = /^(?:[\w-]+\/)?config\/(?:[\w-]+\/)?[\w-]+\.php$/

const lines: readonly Line[] = [
  // https://docs.medusajs.com/resources/infrastructure-modules
  { id: 'medusa-events', files: medusa, pattern: /['"]@medusajs\/(?:medusa\/)?event-bus-redis['"]/, use: 'event-bus', weight: 'decisive' },
  { id: 'medusa-cache', files: medusa, pattern: /['"]@medusajs\/(?:medusa\/)?(?:cache|caching)-redis['"]/, use: 'cache', weight: 'decisive' },
  { id: 'medusa-workflows', files: medusa, pattern: /['"]@medusajs\/(?:medusa\/)?workflow-engine-redis['"]/, use: 'job-queue', weight: 'decisive' },
  { id: 'medusa-locks', files: medusa, pattern: /['"]@medusajs\/(?:medusa\/)?locking-redis['"]/, use: 'lock', weight: 'decisive' },
  // https://experienceleague.adobe.com/en/docs/commerce-operations/configuration-guide/cache/redis/config-redis
  { id: 'magento-session', files: magento, pattern: /'save'\s*=>\s*'redis'/, use: 'session-store', weight: 'decisive' },
  { id: 'magento-cache', files: magento, pattern: /Cm_Cache_Backend_Redis|Cache\\{1,2}Backend\\{1,2}Redis/, use: 'cache', weight: 'decisive' },
  // https://www.mediawiki.org/wiki/Redis
  { id: 'mediawiki-cache', files: wiki, pattern: /\$wg(?:Main|Parser|Message)CacheType\s*=\s*['"]redis[^\n]*|RedisBagOStuff/, use: 'cache', weight: 'decisive' },
  { id: 'mediawiki-session', files: wiki, pattern: /\$wgSessionCacheType\s*=\s*['"]redis[^\n]*/, use: 'session-store', weight: 'decisive' },
  { id: 'mediawiki-jobs', files: wiki, pattern: /['"]?\bJobQueueRedis\b['"]?/, use: 'job-queue', weight: 'decisive' },
  // https://www.drupal.org/docs/8/modules/redis
  { id: 'drupal-cache', files: drupal, pattern: /\[['"]default['"]\]\s*=\s*['"]cache\.backend\.redis['"]/, use: 'cache', weight: 'decisive' },
  { id: 'drupal-lock', files: drupal, pattern: /redis\/example\.services\.yml/, use: 'lock', weight: 'strong' },
  // https://github.com/rhubarbgroup/redis-cache#configuration
  { id: 'wordpress-object-cache', files: /(?:^|\/)(?:wp-config[\w.-]*|config\/application|config\/environments\/production)\.php$/, pattern: /\bdefine\(\s*['"]WP_REDIS_(?:HOST|SERVERS|PATH|CLUSTER|SENTINEL)['"]|\bConfig::define\(\s*['"]WP_REDIS_HOST['"]/, use: 'cache', weight: 'decisive' },
  // https://docs.nextcloud.com/server/latest/admin_manual/configuration_server/caching_configuration.html
  { id: 'nextcloud-cache', files: nextcloud, pattern: /['"]memcache\.distributed['"]\s*=>\s*['"]\\{1,2}OC\\{1,2}Memcache\\{1,2}Redis['"]/, use: 'cache', weight: 'decisive' },
  { id: 'nextcloud-lock', files: nextcloud, pattern: /['"]memcache\.locking['"]\s*=>\s*['"]\\{1,2}OC\\{1,2}Memcache\\{1,2}Redis['"]/, use: 'lock', weight: 'decisive' },
  // https://docs.moodle.org/en/Session_handling#Redis_session_driver
  { id: 'moodle-session', files: /(?:^|\/)config[\w.-]*\.php$/, pattern: /\$CFG->session_handler_class\s*=\s*['"]\\{1,2}core\\{1,2}session\\{1,2}redis['"]/, use: 'session-store', weight: 'decisive' },
  // https://github.com/phpredis/phpredis#php-session-handler
  { id: 'php-session-handler', files: /(?:^|\/)[\w.-]+\.ini$/, pattern: /^[ \t]*session\.save_handler\s*=\s*["']?redis(?:cluster)?\b/m, use: 'session-store', weight: 'decisive' },
  // https://github.com/yiisoft/yii2-redis#readme, https://github.com/yiisoft/yii2-queue/blob/master/docs/guide/driver-redis.md
  { id: 'yii-cache', files: yii, pattern: /\byii\\{1,2}redis\\{1,2}Cache\b/, use: 'cache', weight: 'decisive' },
  { id: 'yii-session', files: yii, pattern: /\byii\\{1,2}redis\\{1,2}Session\b/, use: 'session-store', weight: 'decisive' },
  { id: 'yii-queue', files: yii, pattern: /\byii\\{1,2}queue\\{1,2}redis\\{1,2}Queue\b/, use: 'job-queue', weight: 'decisive' },
  { id: 'yii-lock', files: yii, pattern: /\byii\\{1,2}redis\\{1,2}Mutex\b/, use: 'lock', weight: 'decisive' },
  // https://doc.thinkphp.cn/v8_0/cache.html
  { id: 'thinkphp-cache', files: /^config\/cache\.php$/, pattern: /['"]default['"]\s*=>\s*(?:env\([^,()\n]{1,60},\s*)?['"]redis['"]/, use: 'cache', weight: 'decisive', with: ['packagist topthink/framework'] },
  { id: 'thinkphp-queue', files: /^config\/queue\.php$/, pattern: /['"]default['"]\s*=>\s*(?:env\([^,()\n]{1,60},\s*)?['"]redis['"]/, use: 'job-queue', weight: 'decisive', with: ['packagist topthink/framework'] },
  // https://codeigniter.com/user_guide/libraries/caching.html, https://codeigniter.com/user_guide/libraries/sessions.html#redishandler-driver
  { id: 'codeigniter-cache', files: /^app\/Config\/Cache\.php$/, pattern: /\$handler\s*=\s*['"]p?redis['"]/, use: 'cache', weight: 'decisive' },
  { id: 'codeigniter-session', files: /^app\/Config\/Session\.php$/, pattern: /\$driver\s*=\s*(?:\\?[\w\\]*\\)?RedisHandler::class/, use: 'session-store', weight: 'decisive' },
  // https://book.cakephp.org/5/en/core-libraries/caching.html
  { id: 'cakephp-cache', files: /^config\/app[\w.-]*\.php$/, pattern: /['"]className['"]\s*=>\s*(?:(?:\\?[\w\\]*\\)?RedisEngine::class|['"](?:Cake\.)?Redis['"]|['"][\w\\]*RedisEngine['"])/, use: 'cache', weight: 'decisive' },
  // https://loco.rs/docs/processing/workers/, https://loco.rs/docs/the-app/cache/
  { id: 'loco-queue', files: loco, pattern: /^queue:[ \t\r]{0,9}\n(?:[ \t]{0,20}(?:#[^\n]{0,200})?\n){0,9}[ \t]{1,20}kind:[ \t]{0,9}["']?Redis\b/m, use: 'job-queue', weight: 'decisive', with: ['crates loco-rs'] },
  { id: 'loco-cache', files: loco, pattern: /^cache:[ \t\r]{0,9}\n(?:[ \t]{0,20}(?:#[^\n]{0,200})?\n){0,9}[ \t]{1,20}kind:[ \t]{0,9}["']?Redis\b/m, use: 'cache', weight: 'decisive', with: ['crates loco-rs'] },
  // https://nitro.build/guide/cache
  { id: 'nitro-cache', files: nuxt, pattern: /\bcache\s*:\s*\{\s*driver\s*:\s*['"]redis['"]/, use: 'cache', weight: 'decisive' },
  // https://strapi-community.github.io/plugin-rest-cache/guide/provider/redis
  { id: 'strapi-cache', files: strapi, pattern: /\bprovider\s*:\s*\{\s*name\s*:\s*['"]redis['"]/, use: 'cache', weight: 'decisive' },
]

export const applications: Framework = place => ({
  variables: [],
  shown: lines.flatMap(({ files, pattern, with: packages, ...shows }) => (packages && !place.uses(...packages) ? [] : shownIn(place, files, pattern, shows))),
})
